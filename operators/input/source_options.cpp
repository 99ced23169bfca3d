// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/source_options.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "operators/text/utf8.h"

namespace leat::io {
namespace {

bool is_wanted(const std::string& column, const std::optional<std::vector<std::string>>& wanted) {
  return !column.empty() &&
         (!wanted || std::find(wanted->begin(), wanted->end(), column) != wanted->end());
}

/// Adds the columns that say where rows come from.
class PlaceOutput final : public Output {
 public:
  PlaceOutput(SchemaRef schema, bool file, bool row, const Split& split, const LaneContext& context,
              Output& output)
      : schema_(std::move(schema)),
        file_(file),
        row_(row),
        split_(split),
        context_(context),
        output_(output) {}

  Status emit(Batch batch) override {
    std::vector<ColumnRef> columns = batch.columns();
    if (file_) {
      LEAT_TRY_ASSIGN(ColumnRef names, file_names(batch.length()));
      columns.push_back(std::move(names));
    }
    if (row_) {
      LEAT_TRY_ASSIGN(ColumnRef numbers, row_numbers(batch));
      columns.push_back(std::move(numbers));
    }
    return output_.emit(batch.with_columns(schema_, std::move(columns)));
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

  const SchemaRef schema_;
  const bool file_;
  const bool row_;
  const Split& split_;
  const LaneContext& context_;
  Output& output_;
  BufferRef name_;
};

class ExtraDecoder final : public Decoder {
 public:
  ExtraDecoder(std::unique_ptr<Decoder> inner, const LaneContext& context, bool replace)
      : inner_(std::move(inner)), context_(context), replace_(replace) {}

  void add_places(SchemaRef schema, bool file, bool row) {
    schema_ = std::move(schema);
    file_ = file;
    row_ = row;
  }

  Status decode(const Split& split, Output& output) override {
    if (!replace_ || simdjson::validate_utf8(split.bytes())) return decode_valid(split, output);
    LEAT_TRY_ASSIGN(const Split repaired, repair(split));
    return decode_valid(repaired, output);
  }

 private:
  Status decode_valid(const Split& split, Output& output) {
    if (!schema_) return inner_->decode(split, output);
    PlaceOutput placed(schema_, file_, row_, split, context_, output);
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
  const LaneContext context_;
  const bool replace_;
  SchemaRef schema_;  // null when no column is to be added
  bool file_ = false;
  bool row_ = false;
};

/// The name that `option` gives to a column, empty if it is not written; reports an empty one.
std::string read_name(const OptionValues& options, std::string_view option,
                      Diagnostics& diagnostics) {
  if (!options.has(option)) return {};
  std::string name = options.text(option);
  if (name.empty()) diagnostics.error(options.span(option), "the column needs a name");
  return name;
}

}  // namespace

std::optional<SourceExtras> SourceExtras::read(const OptionValues& options,
                                               std::string_view row_option,
                                               Diagnostics& diagnostics) {
  const size_t errors_before = diagnostics.count();
  SourceExtras extras;
  extras.file_column_ = read_name(options, kFileColumnOption.name, diagnostics);
  extras.row_column_ = read_name(options, row_option, diagnostics);
  extras.row_option_ = row_option;
  extras.replace_utf8_ = options.text(kInvalidUtf8Option.name) == "replace";
  if (!extras.file_column_.empty() && extras.file_column_ == extras.row_column_) {
    diagnostics.error(options.span(row_option), fmt::format("'{}' and '{}' name the same column",
                                                            kFileColumnOption.name, row_option));
  }
  if (diagnostics.count() > errors_before) return std::nullopt;
  return extras;
}

SchemaRef SourceExtras::extend(const SchemaRef& schema,
                               const std::optional<std::vector<std::string>>& wanted,
                               const OptionValues& options, Diagnostics& diagnostics) {
  wants_file_ = is_wanted(file_column_, wanted);
  wants_row_ = is_wanted(row_column_, wanted);
  std::vector<Field> fields = schema->fields();
  const auto add = [&](bool wants, const std::string& name, const Type& type,
                       std::string_view option) {
    if (!wants) return;
    if (schema->find(name)) {
      diagnostics.error(options.span(option), fmt::format("the input has a column '{}'", name),
                        "choose another name");
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
  const bool places = wants_file_ || wants_row_;
  if (!places && !replace_utf8_) return inner;
  auto decoder = std::make_unique<ExtraDecoder>(std::move(inner), context, replace_utf8_);
  if (places) decoder->add_places(schema_, wants_file_, wants_row_);
  return decoder;
}

std::optional<Inputs> read_inputs(const OptionValues& options, const BindContext& context,
                                  const InputChoice& choice) {
  const auto expansion = static_cast<uint64_t>(options.integer(kMaxExpansionOption.name));
  return resolve_inputs(options.list("path"), context.diagnostics, expansion, context.stdin_user,
                        choice);
}

}  // namespace leat::io
