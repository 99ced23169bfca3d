// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/source_options.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/expression.h"
#include "engine/codes/file.h"
#include "engine/codes/option.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

bool is_wanted(const std::string& column, const std::optional<std::vector<std::string>>& wanted) {
  return !column.empty() &&
         (!wanted || std::find(wanted->begin(), wanted->end(), column) != wanted->end());
}

/// The further columns that are wanted, in their order.
struct PlaceColumns {
  SchemaRef schema;  ///< Null when none is.
  std::vector<const PathColumns::PathColumn*> paths;
  bool file = false;
  bool row = false;
};

/// Adds the columns that say where rows come from.
class PlaceOutput final : public Output {
 public:
  PlaceOutput(const PlaceColumns& wanted, const Split& split, const LaneContext& context,
              Output& output)
      : wanted_(wanted), split_(split), context_(context), output_(output) {}

  Status emit(Batch batch) override {
    std::vector<ColumnRef> columns = batch.columns();
    for (const PathColumns::PathColumn* const column : wanted_.paths) {
      LEAT_TRY_ASSIGN(ColumnRef values,
                      repeat_value(column->values[split_.input->index], column->type,
                                   batch.length(), context_.memory));
      columns.push_back(std::move(values));
    }
    if (wanted_.file) {
      LEAT_TRY_ASSIGN(ColumnRef names, file_names(batch.length()));
      columns.push_back(std::move(names));
    }
    if (wanted_.row) {
      LEAT_TRY_ASSIGN(ColumnRef numbers, row_numbers(batch));
      columns.push_back(std::move(numbers));
    }
    return output_.emit(batch.with_columns(wanted_.schema, std::move(columns)));
  }

 private:
  Result<ColumnRef> file_names(size_t length) {
    // A file's name may be any bytes, a text may not.
    const std::string name = replace_invalid_utf8(split_.input->name);
    if (!name_) {
      LEAT_TRY_ASSIGN(name_, context_.memory.allocate(name.size()));
      std::memcpy(name_->mutable_data(), name.data(), name.size());
    }
    Column::Parts parts;
    LEAT_TRY_ASSIGN(parts.values, context_.memory.allocate(length * sizeof(Utf8View)));
    std::fill_n(parts.values->mutable_as<Utf8View>(), length, Utf8View::of(name, 0, 0));
    parts.data.push_back(name_);
    return std::make_shared<Column>(kUtf8Type, length, std::move(parts));
  }

  Result<ColumnRef> row_numbers(const Batch& batch) const {
    Column::Parts parts;
    LEAT_TRY_ASSIGN(parts.values, context_.memory.allocate(batch.length() * sizeof(int64_t)));
    auto* const out = parts.values->mutable_as<int64_t>();
    for (size_t row = 0; row < batch.length(); ++row)
      out[row] = static_cast<int64_t>(split_.first_row + batch.places()[row].row() + 1);
    return std::make_shared<Column>(kInt64Type, batch.length(), std::move(parts));
  }

  const PlaceColumns& wanted_;
  const Split& split_;
  const LaneContext& context_;
  Output& output_;
  BufferRef name_;
};

class ExtraDecoder final : public Decoder {
 public:
  ExtraDecoder(std::unique_ptr<Decoder> inner, PlaceColumns wanted, const LaneContext& context,
               bool replace)
      : inner_(std::move(inner)),
        wanted_(std::move(wanted)),
        context_(context),
        replace_(replace) {}

  Status decode(const Split& split, Output& output) override {
    if (!replace_ || simdjson::validate_utf8(split.bytes())) return decode_valid(split, output);
    LEAT_TRY_ASSIGN(const Split repaired, repair(split));
    return decode_valid(repaired, output);
  }

 private:
  Status decode_valid(const Split& split, Output& output) {
    if (!wanted_.schema) return inner_->decode(split, output);
    PlaceOutput placed(wanted_, split, context_, output);
    return inner_->decode(split, placed);
  }

  /// The split with U+FFFD in place of what is no UTF-8. Line breaks stay where they are, so lines
  /// of messages are right; their columns count the repaired text.
  Result<Split> repair(const Split& split) const {
    const std::string text = replace_invalid_utf8(split.bytes());
    Split repaired = split;
    LEAT_TRY_ASSIGN(repaired.chunk, context_.memory.allocate(text.size()));
    std::memcpy(repaired.chunk->mutable_data(), text.data(), text.size());
    repaired.begin = 0;
    repaired.end = static_cast<uint32_t>(text.size());
    return repaired;
  }

  const std::unique_ptr<Decoder> inner_;
  const PlaceColumns wanted_;
  const LaneContext context_;
  const bool replace_;
};

/// The name that `option` gives to a column, empty if it is not written; reports an empty one.
std::string read_name(const OptionValues& options, std::string_view option,
                      Diagnostics& diagnostics) {
  if (!options.has(option)) return {};
  std::string name = options.text(option);
  if (name.empty())
    diagnostics.error(code::kNameMissing, options.span(option), "the column needs a name");
  return name;
}

/// What the operator being bound says of its option `name`; null: it has none of that name.
const OptionDef* option_of(const BindContext& context, std::string_view name) {
  const auto all = context.definition->options;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const OptionDef& option) { return option.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// Mistakes in a list that are told one by one.
constexpr size_t kListedShown = 20;

/// Passes on what was found of inputs; those of the list `list` name it.
void report_listed(const SourceText& list, const Diagnostics& found, Diagnostics& diagnostics) {
  size_t listed = 0;
  for (const Diagnostic& mistake : found.errors()) {
    const bool is_listed = mistake.where == list.span();
    if (is_listed && ++listed > kListedShown) continue;
    diagnostics.error(
        mistake.number, mistake.where,
        is_listed ? fmt::format("{}: {}", list.text(), mistake.message) : mistake.message,
        mistake.hint);
  }
  if (listed > kListedShown) {
    diagnostics.error(
        code::kFileList, list.span(),
        fmt::format("{}: {} more mistakes in the list", list.text(), listed - kListedShown));
  }
}

}  // namespace

std::optional<SourceExtras> SourceExtras::read(const OptionValues& options,
                                               std::string_view row_option,
                                               Diagnostics& diagnostics, Of what) {
  const size_t errors_before = diagnostics.count();
  SourceExtras extras;
  extras.file_column_ = read_name(options, kFileColumnOption.name, diagnostics);
  extras.row_column_ = read_name(options, row_option, diagnostics);
  extras.row_option_ = row_option;
  extras.replace_utf8_ = what == Of::kText && options.text(kInvalidUtf8Option.name) == "replace";
  if (!extras.file_column_.empty() && extras.file_column_ == extras.row_column_) {
    diagnostics.error(
        code::kColumnTwice, options.span(row_option),
        fmt::format("'{}' and '{}' name the same column", kFileColumnOption.name, row_option));
  }
  if (diagnostics.count() > errors_before) return std::nullopt;
  return extras;
}

void SourceExtras::read_paths(const OptionValues& options, const Inputs& inputs,
                              const InputChoice& choice, Diagnostics& diagnostics) {
  state_ = choice.state;
  paths_ = PathColumns::find(options, inputs, diagnostics);
}

SchemaRef SourceExtras::extend(const SchemaRef& schema,
                               const std::optional<std::vector<std::string>>& wanted,
                               const OptionValues& options, Diagnostics& diagnostics) {
  wants_file_ = is_wanted(file_column_, wanted);
  wants_row_ = is_wanted(row_column_, wanted);
  std::vector<Field> fields = schema->fields();
  paths_.cast(options.span("path"), diagnostics);
  wanted_paths_.clear();
  for (size_t i = 0; i < paths_.columns().size(); ++i) {
    const PathColumns::PathColumn& column = paths_.columns()[i];
    if (!is_wanted(column.name, wanted)) continue;
    if (schema->find(column.name)) {
      diagnostics.error(
          code::kColumnTwice, options.span("path"),
          fmt::format("the input has a column '{}', and its path as well", column.name),
          "to read that of the rows set 'path_columns: none', else leave it out of "
          "the files");
    }
    wanted_paths_.push_back(i);
    fields.push_back({column.name, column.type, column.guessed});
  }
  const auto with_paths = std::make_shared<const Schema>(fields);
  const auto add = [&](bool wants, const std::string& name, const Type& type,
                       std::string_view option) {
    if (!wants) return;
    if (with_paths->find(name)) {
      diagnostics.error(code::kColumnTwice, options.span(option),
                        fmt::format("the input has a column '{}'", name), "choose another name");
    }
    fields.push_back({name, type});
  };
  add(wants_file_, file_column_, kUtf8Type, kFileColumnOption.name);
  add(wants_row_, row_column_, kInt64Type, row_option_);
  schema_ = std::make_shared<const Schema>(std::move(fields));
  return schema_;
}

std::unique_ptr<Decoder> SourceExtras::wrap(std::unique_ptr<Decoder> inner,
                                            const LaneContext& context) const {
  const bool places = wants_file_ || wants_row_ || !wanted_paths_.empty();
  if (!places && !replace_utf8_) return inner;
  PlaceColumns wanted;
  if (places) wanted.schema = schema_;
  for (const size_t path : wanted_paths_) wanted.paths.push_back(&paths_.columns()[path]);
  wanted.file = wants_file_;
  wanted.row = wants_row_;
  return std::make_unique<ExtraDecoder>(std::move(inner), std::move(wanted), context,
                                        replace_utf8_);
}

void FileSource::keep(const std::vector<bool>& wanted) {
  left_out_ += std::erase_if(inputs_, [&](const auto& input) { return !wanted[input->index]; });
}

void describe_inputs(const OptionValues& options, const Inputs& inputs, BoundOperator& bound) {
  bound.reads_stdin = reads_stdin(inputs) || lists_stdin(options);
  bound.files = file_names(inputs);
  bound.meter = meter_of(inputs);
}

std::optional<Inputs> read_inputs(const OptionValues& options, const BindContext& context,
                                  const InputChoice& choice) {
  std::vector<SourceText> paths = options.list("path");
  const bool has_list = options.has(kFilesFromOption.name);
  if (paths.empty() && !has_list) {
    context.diagnostics.error(code::kOptionMissing, options.stage(),
                              fmt::format("'{}' needs the option 'path'", context.definition->name),
                              std::string(option_of(context, "path")->doc));
    return std::nullopt;
  }
  // Only a test binds without a definition.
  const bool expands =
      context.definition == nullptr || option_of(context, kMaxExpansionOption.name) != nullptr;
  const uint64_t expansion = expands
                                 ? static_cast<uint64_t>(options.integer(kMaxExpansionOption.name))
                                 : kMaxExpansionDefault;
  const auto resolve = [&](Diagnostics& diagnostics) {
    return resolve_inputs(paths, diagnostics, expansion, context.stdin_user, choice);
  };
  if (!has_list) return resolve(context.diagnostics);
  const SourceText list = options.source(kFilesFromOption.name);
  auto listed = read_file_list(list, context);
  if (!listed) return std::nullopt;
  std::move(listed->begin(), listed->end(), std::back_inserter(paths));
  if (paths.empty() && !choice.may_be_missing) {
    context.diagnostics.error(code::kNoFileMatches, list.span(),
                              fmt::format("the list '{}' is empty", list.text()),
                              "if that is no mistake, write 'if_missing: empty'");
    return std::nullopt;
  }
  Diagnostics found;
  auto inputs = resolve(found);
  report_listed(list, found, context.diagnostics);
  return inputs;
}

}  // namespace leat::io
