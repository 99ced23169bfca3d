// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from files of JSON lines. Columns are settled while binding, from the options and a
// sample; io/json_decoder.h does the reading.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "operators/input/line_splitter.h"
#include "operators/input/source_options.h"
#include "operators/json/json_decoder.h"
#include "operators/json/json_sniffer.h"
#include "operators/operator.h"
#include "operators/type_hint.h"

namespace leat {

namespace {

constexpr std::string_view kUnknownChoices[] = {"error", "ignore"};

constexpr OptionDef kOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc =
         "File, pattern (`data/*.jsonl`, `data/**/*.jsonl`) or list of these; `-` and `stdin` read "
         "standard "
         "input (a file of that name is `./stdin`). The files of a pattern are read in the order "
         "of their names.",
     .required = true},
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "Names and types of the fields to read; others are left out. Left out: all fields that "
            "a sample shows are read, and their "
            "types are guessed from it."},
    {.name = "types",
     .type = OptionType::kNamed,
     .doc = "Types of some fields; those of the others are guessed. Not together with `columns`."},
    {.name = "unknown_fields",
     .type = OptionType::kChoice,
     .doc = "What a field is that is no column: an error of its row, or nothing. Left out: nothing "
            "if `columns` is given, else an error, "
            "because the sample did not show the field and it would be lost.",
     .choices = kUnknownChoices},
    {.name = "sample",
     .type = OptionType::kInteger,
     .doc = "How many rows to guess columns from.",
     .default_text = "1000",
     .minimum = 1,
     .maximum = 1'000'000},
    io::kRoundOption,
    io::kFileColumnOption,
    {.name = "line_column", .doc = io::kLineColumnDoc},
    io::kInvalidUtf8Option,
    io::kMaxRecordOption,
    io::kChunkOption,
    io::kMaxExpansionOption,
};

class ReadJsonl final : public Source {
 public:
  ReadJsonl(io::Inputs inputs, io::SplitterOptions splitting, io::JsonFormat format,
            io::SourceExtras extras)
      : inputs_(std::move(inputs)),
        splitting_(splitting),
        format_(std::move(format)),
        extras_(std::move(extras)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return io::make_line_splitter(inputs_, context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(io::make_json_decoder(format_, context), context);
  }

 private:
  io::Inputs inputs_;
  io::SplitterOptions splitting_;
  io::JsonFormat format_;
  io::SourceExtras extras_;
};

/// The fields that option `name` declares; reports types that are none and names that stand twice.
std::vector<Field> read_declared(const OptionValues& options, std::string_view name,
                                 Diagnostics& diagnostics) {
  std::vector<Field> fields;
  std::set<std::string> names;
  for (const auto& [column, text] : options.named(name)) {
    const std::optional<Type> type = parse_type(text.text());
    if (!type) {
      diagnostics.error(text.span(), fmt::format("'{}' is not a type", text.text()),
                        type_hint(text.text()));
    } else if (!names.insert(column.text()).second) {
      diagnostics.error(column.span(), fmt::format("the column '{}' stands twice", column.text()));
    } else {
      fields.push_back({column.text(), *type});
    }
  }
  return fields;
}

/// The columns that the first rows of `inputs` show. Reports files that cannot be read.
std::vector<Field> sniff(const io::Inputs& inputs, const OptionValues& options,
                         Diagnostics& diagnostics) {
  io::JsonShape records;
  const auto wanted = static_cast<size_t>(options.integer("sample"));
  size_t rows = 0;
  for (const auto& input : inputs) {
    if (rows >= wanted) break;
    const Result<size_t> shown = io::sample_jsonl(*input, wanted - rows, records);
    if (!shown) {
      const Error& error = shown.error();
      diagnostics.error(
          options.span("path"),
          error.data ? fmt::format("{}: {}", error.data->file, error.message) : error.message,
          error.hint);
      return {};
    }
    rows += *shown;
  }
  std::vector<Field> fields = records.fields();
  for (Field& field : fields) field.guessed = true;
  if (!fields.empty()) return fields;
  const std::string files = inputs.size() == 1 ? fmt::format("'{}'", inputs[0]->name) : "all files";
  diagnostics.error(
      options.span("path"),
      rows == 0 ? fmt::format("{} {} empty, so the columns are not known", files,
                              inputs.size() == 1 ? "is" : "are")
                : fmt::format("no object with fields is among the first lines of {}", files),
      rows == 0 ? "name them in 'columns'" : "each line should hold one JSON object");
  return {};
}

void override_types(std::vector<Field>& fields, const std::vector<Field>& declared,
                    const OptionValues& options, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  for (const Field& wanted : declared) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == wanted.name; });
    if (found == fields.end()) {
      diagnostics.error(options.span("types"),
                        fmt::format("the sample shows no field '{}'", wanted.name),
                        did_you_mean(wanted.name, names));
    } else {
      *found = wanted;
    }
  }
}

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  const size_t errors_before = diagnostics.count();
  const bool declares = options.has("columns");
  std::vector<Field> fields = read_declared(options, "columns", diagnostics);
  const std::vector<Field> types = read_declared(options, "types", diagnostics);
  if (declares && fields.empty() && diagnostics.count() == errors_before) {
    diagnostics.error(options.span("columns"), "'columns' names no column",
                      "leave it out to read all fields");
  }
  if (declares && options.has("types")) {
    diagnostics.error(options.span("types"), "'types' and 'columns' exclude each other",
                      "give the types in 'columns'");
  }
  auto splitting = io::read_splitter_options(options, diagnostics);
  auto extras = io::SourceExtras::read(options, "line_column", diagnostics);
  const bool options_are_valid = diagnostics.count() == errors_before;
  auto inputs = io::read_inputs(options, context);
  if (!options_are_valid) return std::nullopt;
  splitting->count_rows = extras->numbers_rows();
  if (!declares && inputs) {
    fields = sniff(*inputs, options, diagnostics);
    if (diagnostics.count() == errors_before) override_types(fields, types, options, diagnostics);
  }
  // Declared columns are known whatever is wrong with the files.
  if (diagnostics.count() > errors_before && !declares) return std::nullopt;
  const size_t file_errors = diagnostics.count();

  io::JsonFormat format;
  format.unknown = declares ? io::UnknownFields::kIgnore : io::UnknownFields::kError;
  if (options.has("unknown_fields")) {
    format.unknown = options.text("unknown_fields") == "error" ? io::UnknownFields::kError
                                                               : io::UnknownFields::kIgnore;
  }
  format.rounds_times = options.has("round");
  const auto& projection = context.projection;
  std::vector<Field> wanted;
  std::copy_if(fields.begin(), fields.end(), std::back_inserter(wanted), [&](const Field& field) {
    return !projection ||
           std::find(projection->begin(), projection->end(), field.name) != projection->end();
  });
  format.known = std::make_shared<const Schema>(std::move(fields));
  format.schema = std::make_shared<const Schema>(std::move(wanted));

  BoundOperator bound;
  bound.output = extras->extend(format.schema, projection, options, diagnostics);
  if (diagnostics.count() > file_errors) return std::nullopt;
  bound.memory_minimum =
      2 * splitting->chunk_bytes + (format.schema->size() + 2) * kBatchRowsMax * sizeof(Utf8View);
  bound.reads_stdin = inputs && io::reads_stdin(*inputs);
  if (inputs) bound.files = io::file_names(*inputs);
  bound.equations = {
      Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
  bound.species = std::make_unique<ReadJsonl>(std::move(inputs).value_or(io::Inputs{}), *splitting,
                                              std::move(format), std::move(*extras));
  return bound;
}

}  // namespace

extern const OperatorDef operator_read_jsonl{
    .name = "read_jsonl",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from files of JSON lines.",
    .doc = R"(Each line holds one JSON object (RFC 8259), whose fields are the columns.
Lines of white space are left out, so is a byte order mark. A field that is missing or null is NULL.

Types that are not declared are guessed from the first rows: bool, int64, float64, utf8, lists and structs
of these; a field with values of several kinds, or with null only, is json, and so is one with numbers whose digits
float64 does not have. Declared types can also be date, timestamp, interval (strings, as in `2026-01-31T10:00:00Z`),
decimal (numbers, or strings that hold one; no digit may be lost) and binary (strings as `\x00ff`).

All of a line is checked, also fields that nobody reads. A line that is not JSON or not UTF-8, a value
that does not fit its type (`1.5` as int64, a number too large or too small for float64), a column that stands twice in
one object, nesting beyond 1024 levels and unknown fields are errors of that row, which `on_error` deals
with.)",
    .example = R"(- read_jsonl: data/orders.jsonl
- read_jsonl:
    path: "data/events-*.jsonl"
    columns:
      id: int64
      at: timestamp
      address: struct<city utf8, zip utf8>
      tags: list<utf8>)",
    .main_option = "path",
    .options = kOptions,
    .bind = bind,
};

}  // namespace leat
