// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: two operators read JSON; what they know of columns must not drift apart.
//
// Invariants: all mistakes that can be found while binding are reported together; declared columns
// are known whatever is wrong with the files.
//
// Not chosen: one operator with a format option: `read_jsonl` promises that lines are records,
// which is what makes its splitting free.
#include "operators/json/json_source.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/type_hint.h"

namespace leat::io {
namespace {

/// The fields that option `name` declares; reports types that are none and names that stand twice.
std::vector<Field> read_declared(const OptionValues& options, std::string_view name,
                                 Diagnostics& diagnostics) {
  std::vector<Field> fields;
  std::set<std::string> names;
  for (const auto& [column, text] : options.named(name)) {
    const std::optional<Type> type = parse_type(text.text());
    if (!type) {
      diagnostics.error(code::kUnknownType, text.span(),
                        fmt::format("'{}' is not a type", text.text()), type_hint(text.text()));
    } else if (!names.insert(column.text()).second) {
      diagnostics.error(code::kColumnTwice, column.span(),
                        fmt::format("the column '{}' stands twice", column.text()));
    } else {
      fields.push_back({column.text(), *type});
    }
  }
  return fields;
}

void override_types(std::vector<Field>& fields, const std::vector<Field>& declared,
                    const OptionValues& options, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  for (const Field& wanted : declared) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == wanted.name; });
    if (found == fields.end()) {
      diagnostics.error(code::kUnknownColumn, options.span("types"),
                        fmt::format("the sample shows no field '{}'", wanted.name),
                        did_you_mean(wanted.name, names));
    } else {
      *found = wanted;
    }
  }
}

UnknownFields read_unknown(const OptionValues& options, bool declares) {
  const bool ignore =
      options.has("unknown_fields") ? options.text("unknown_fields") == "ignore" : declares;
  return ignore ? UnknownFields::kIgnore : UnknownFields::kError;
}

void check_declared(const OptionValues& options, const std::vector<Field>& fields,
                    size_t errors_before, Diagnostics& diagnostics) {
  if (!options.has("columns")) return;
  if (fields.empty() && diagnostics.count() == errors_before) {
    diagnostics.error(code::kOptionEmpty, options.span("columns"), "'columns' names no column",
                      "leave it out to read all fields");
  }
  if (options.has("types")) {
    diagnostics.error(code::kOptionsExclude, options.span("types"),
                      "'types' and 'columns' exclude each other", "give the types in 'columns'");
  }
}

/// What stands of `fields` in the projection.
std::vector<Field> wanted_fields(const std::vector<Field>& fields, const BindContext& context) {
  const auto& projection = context.projection;
  std::vector<Field> wanted;
  std::copy_if(fields.begin(), fields.end(), std::back_inserter(wanted), [&](const Field& field) {
    return !projection ||
           std::find(projection->begin(), projection->end(), field.name) != projection->end();
  });
  return wanted;
}

}  // namespace

void report_unreadable(const Error& error, const OptionValues& options, Diagnostics& diagnostics) {
  const std::string place = error.data ? fmt::format("{}: ", error.data->file) : "";
  diagnostics.error(error.number, options.span("path"), place + error.message, error.hint);
}

std::string names_of(const Inputs& inputs) {
  return inputs.size() == 1 ? fmt::format("'{}'", inputs[0]->name) : "all files";
}

std::optional<BoundOperator> bind_json_source(const OptionValues& options,
                                              const BindContext& context,
                                              std::string_view row_option, JsonKind& kind,
                                              const InputChoice& choice) {
  Diagnostics& diagnostics = context.diagnostics;
  const size_t errors_before = diagnostics.count();
  const bool declares = options.has("columns");
  std::vector<Field> fields = read_declared(options, "columns", diagnostics);
  std::vector<Field> types = read_declared(options, "types", diagnostics);
  check_declared(options, fields, errors_before, diagnostics);
  auto splitting = read_splitter_options(options, diagnostics);
  auto extras = SourceExtras::read(options, row_option, diagnostics);
  const bool options_are_valid = diagnostics.count() == errors_before;
  auto inputs = read_inputs(options, context, choice);
  if (inputs && extras) {
    const auto is_of_path = [&](const Field& field) {
      return extras->declare(field.name, field.type);
    };
    extras->read_paths(options, *inputs, choice, diagnostics);
    std::erase_if(fields, is_of_path);
    std::erase_if(types, is_of_path);
  }
  JsonFormat format;
  format.unknown = read_unknown(options, declares);
  format.declared = declares;
  format.rounds_times = options.has("round");
  if (declares) format.known = std::make_shared<const Schema>(fields);
  const size_t errors_of_inputs = diagnostics.count();
  const TextEncoding encoding = splitting ? splitting->encoding : TextEncoding();
  kind.prepare(options, encoding, inputs && splitting ? &*inputs : nullptr, format, diagnostics);
  if (!options_are_valid || diagnostics.count() > errors_of_inputs) return std::nullopt;
  splitting->count_rows = extras->numbers_rows();
  if (!declares && inputs) {
    fields = kind.guess(options, encoding, *inputs, format, diagnostics);
    for (Field& field : fields) field.guessed = true;
    if (diagnostics.count() == errors_before) override_types(fields, types, options, diagnostics);
  }
  // Declared columns are known whatever is wrong with the files.
  if (diagnostics.count() > errors_before && !declares) return std::nullopt;
  const size_t file_errors = diagnostics.count();

  std::vector<Field> wanted = wanted_fields(fields, context);
  format.known = std::make_shared<const Schema>(std::move(fields));
  format.schema = std::make_shared<const Schema>(std::move(wanted));
  BoundOperator bound;
  bound.output = extras->extend(format.schema, context.projection, options, diagnostics);
  if (diagnostics.count() > file_errors) return std::nullopt;
  bound.memory_minimum =
      2 * splitting->chunk_bytes + (format.schema->size() + 2) * kBatchRowsMax * sizeof(Utf8View);
  if (inputs) describe_inputs(options, *inputs, bound);
  bound.equations = {
      Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
  bound.species = kind.make(std::move(inputs).value_or(Inputs{}), *splitting, std::move(format),
                            std::move(*extras));
  return bound;
}

}  // namespace leat::io
