// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the journal is JSON lines whose values are all strings, its times microseconds in a
// string, and some of its texts lists of bytes.
//
// Invariants: every line is a row or a fault; a field that lacks is NULL. Fields that no column
// means are not looked at.
//
// Not chosen: read_jsonl with expressions behind it inside (lists of bytes are no text for them,
// and a fault would not say which field it is of).
#include "operators/json/journal_source.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "operators/data/builder.h"
#include "operators/input/line_splitter.h"
#include "operators/input/record_splitter.h"
#include "operators/input/source_options.h"
#include "operators/input_choice.h"
#include "operators/json/json_decoder.h"
#include "operators/text/utf8.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr int64_t kTimeMax = 253'402'300'799'999'999;  // of the year 9999

/// A column, and the field that it is.
struct JournalColumn {
  std::string_view name;
  std::string_view field;
  const Type& type;
};

const std::array<JournalColumn, 7>& journal_columns() {
  static const std::array<JournalColumn, 7> columns = {{
      {"time", "__REALTIME_TIMESTAMP", kTimestampTzType},
      {"priority", "PRIORITY", kInt64Type},
      {"host", "_HOSTNAME", kUtf8Type},
      {"unit", "_SYSTEMD_UNIT", kUtf8Type},
      {"app", "SYSLOG_IDENTIFIER", kUtf8Type},
      {"pid", "_PID", kInt64Type},
      {"message", "MESSAGE", kUtf8Type},
  }};
  return columns;
}

/// Which columns are read.
struct JournalPlan {
  std::vector<const JournalColumn*> columns;
  SchemaRef output;
  JsonFormat format;
};

/// Makes the values of columns of what stands in fields.
class JournalOutput final : public Output {
 public:
  JournalOutput(const JournalPlan& plan, const LaneContext& context, Output& output)
      : plan_(plan), context_(context), output_(output) {}

  Status emit(Batch batch) override {
    std::vector<RowFault> faults;
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef column, values_of(batch, i, faults));
      columns.push_back(std::move(column));
    }
    std::optional<Error> error;
    Batch made = batch.with_columns(plan_.output, std::move(columns));
    if (!faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled,
                      context_.faults.settle(batch, batch.selection(), std::move(faults)));
      made = made.with_selection(std::move(settled.selection));
      error = std::move(settled.error);
    }
    LEAT_TRY(output_.emit(std::move(made)));
    if (error) return std::unexpected(std::move(*error));
    return {};
  }

 private:
  Result<ColumnRef> values_of(const Batch& batch, size_t column, std::vector<RowFault>& faults) {
    if (plan_.columns[column]->type.is(TypeId::kUtf8)) return texts_of(batch, column, faults);
    return numbers_of(batch, column, faults);
  }

  /// The text of a row, or NULL, also where it is wrong.
  std::optional<std::string> text_at(const Batch& batch, size_t column, size_t row,
                                     std::vector<RowFault>& faults) {
    const Column& json = *batch.columns()[column];
    if (!json.is_valid(row)) return std::nullopt;
    bool ok = true;
    std::optional<std::string> text = journal_text(json.view_at(row), ok);
    if (!ok) add_fault(json.view_at(row), column, row, faults);
    return text;
  }

  void add_fault(std::string_view value, size_t column, size_t row, std::vector<RowFault>& faults) {
    constexpr size_t kShownMax = 60;
    faults.push_back(
        {static_cast<uint32_t>(row),
         Error(code::kNotOfType, ErrorCode::kData,
               fmt::format("{} in the field '{}' is no {} of a journal", value.substr(0, kShownMax),
                           plan_.columns[column]->field, plan_.columns[column]->name))});
  }

  Result<ColumnRef> texts_of(const Batch& batch, size_t column, std::vector<RowFault>& faults) {
    ViewBuilder texts(kUtf8Type, context_.memory);
    LEAT_TRY(texts.reserve(batch.length()));
    for (size_t row = 0; row < batch.length(); ++row) {
      const std::optional<std::string> text = text_at(batch, column, row, faults);
      LEAT_TRY(text ? texts.append_copy(*text) : texts.append_null());
    }
    return texts.finish();
  }

  Result<ColumnRef> numbers_of(const Batch& batch, size_t column, std::vector<RowFault>& faults) {
    const Type& type = plan_.columns[column]->type;
    FixedBuilder<int64_t> numbers(type, context_.memory);
    LEAT_TRY(numbers.reserve(batch.length()));
    for (size_t row = 0; row < batch.length(); ++row) {
      const std::optional<std::string> text = text_at(batch, column, row, faults);
      int64_t number = 0;
      const bool fits = text && parse_int64(*text, number) &&
                        (!type.is(TypeId::kTimestamp) || (number >= 0 && number <= kTimeMax));
      if (text && !fits) add_fault(*text, column, row, faults);
      if (fits) {
        numbers.append(number);
      } else {
        LEAT_TRY(numbers.append_null());
      }
    }
    return numbers.finish();
  }

  const JournalPlan& plan_;
  const LaneContext& context_;
  Output& output_;
};

class JournalDecoder final : public Decoder {
 public:
  JournalDecoder(const JournalPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context), lines_(make_json_decoder(plan.format, context)) {}

  Status decode(const Split& split, Output& output) override {
    JournalOutput columns(plan_, context_, output);
    return lines_->decode(split, columns);
  }

 private:
  const JournalPlan& plan_;
  const LaneContext context_;
  const std::unique_ptr<Decoder> lines_;
};

class JournalSource final : public FileSource {
 public:
  JournalSource(Inputs inputs, SplitterOptions splitting, JournalPlan plan, SourceExtras extras)
      : FileSource(std::move(inputs), std::move(extras)),
        splitting_(std::move(splitting)),
        plan_(std::move(plan)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return make_line_splitter(inputs_, context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(std::make_unique<JournalDecoder>(plan_, context), context);
  }

 private:
  SplitterOptions splitting_;
  JournalPlan plan_;
};

JournalPlan plan_of(const std::optional<std::vector<std::string>>& projection) {
  JournalPlan plan;
  std::vector<Field> output;
  std::vector<Field> fields;
  for (const JournalColumn& column : journal_columns()) {
    if (projection &&
        std::find(projection->begin(), projection->end(), column.name) == projection->end())
      continue;
    plan.columns.push_back(&column);
    output.push_back({std::string(column.name), column.type});
    fields.push_back({std::string(column.field), kJsonType});
  }
  plan.output = std::make_shared<const Schema>(std::move(output));
  plan.format.schema = std::make_shared<const Schema>(std::move(fields));
  plan.format.known = plan.format.schema;
  plan.format.unknown = UnknownFields::kIgnore;
  plan.format.duplicates = DuplicateKeys::kLast;
  return plan;
}

}  // namespace

std::optional<std::string> journal_text(std::string_view json, bool& ok) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  ok = true;
  if (value.is_null()) return std::nullopt;
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return std::string(json);
  ok = value.is_array() && !value.empty();
  if (ok && std::all_of(value.begin(), value.end(), [](const auto& one) {
        return one.is_number_unsigned() && one.template get<uint64_t>() < 256;
      })) {
    std::string bytes;
    for (const auto& byte : value) bytes += static_cast<char>(byte.get<uint64_t>());
    return replace_invalid_utf8(bytes);
  }
  if (ok) return journal_text(value.back().dump(), ok);
  return std::nullopt;
}

std::optional<BoundOperator> bind_journal(const OptionValues& options, const BindContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  const size_t errors_before = diagnostics.count();
  auto splitting = read_splitter_options(options, diagnostics);
  auto extras = SourceExtras::read(options, "row_column", diagnostics);
  const auto choice = read_input_choice(options, context, true);
  const bool options_are_valid = diagnostics.count() == errors_before;
  if (options.integer("skip") != 0)
    diagnostics.error(code::kOptionIdle, options.span("skip"), "'skip' has no effect on a journal",
                      "leave it out");
  auto inputs = read_inputs(options, context, choice.value_or(InputChoice()));
  if (!options_are_valid) return std::nullopt;
  if (inputs) extras->read_paths(options, *inputs, *choice, diagnostics);
  // The columns are known whatever is wrong with the files.
  const size_t file_errors = diagnostics.count();
  splitting->count_rows = extras->numbers_rows();
  JournalPlan plan = plan_of(context.projection);
  BoundOperator bound;
  bound.output = extras->extend(plan.output, context.projection, options, diagnostics);
  if (diagnostics.count() > file_errors) return std::nullopt;
  if (inputs) describe_inputs(options, *inputs, bound);
  bound.memory_minimum =
      2 * splitting->chunk_bytes + 2 * (plan.columns.size() + 2) * kBatchRowsMax * sizeof(Utf8View);
  bound.equations = {
      Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
  bound.species = std::make_unique<JournalSource>(std::move(inputs).value_or(Inputs{}), *splitting,
                                                  std::move(plan), std::move(*extras));
  return bound;
}

}  // namespace leat::io
