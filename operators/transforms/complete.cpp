// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// complete: rows for values, and combinations of them, that a partition does not have. All rows are
// held; the rows of a partition and the combinations, both in their order, are merged, and what is
// to be made is remembered as a number until it is emitted.
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/machine.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/expr/constant_value.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/series.h"
#include "operators/operator.h"
#include "operators/state/keyed/keyed_plan.h"
#include "operators/state/keyed/partitioned_collect.h"

namespace leat {

namespace {

using state::ArrangedRows;
using state::KeyedPlan;
using state::PartitionedRows;
using state::PartitionPlan;

/// Combinations are numbered with 32 bits.
constexpr uint64_t kCombinationsMax = std::numeric_limits<uint32_t>::max() - 1;

/// A column to complete, with the values that it should have, ascending and all different.
struct Axis {
  size_t column;
  ColumnRef values;

  /// The first value that is not before row `row` of `column`, which is not NULL.
  size_t find(const Column& from, size_t row) const;
  bool is_at(size_t index, const Column& from, size_t row) const {
    return index < values->length() && expr::compare_series(*values, index, from, row) == 0;
  }
};

size_t Axis::find(const Column& from, size_t row) const {
  size_t begin = 0;
  size_t end = values->length();
  while (begin < end) {
    const size_t middle = begin + (end - begin) / 2;
    if (expr::compare_series(*values, middle, from, row) < 0) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

struct CompletePlan {
  std::vector<Axis> axes;
  std::vector<size_t> keys;         ///< The columns that partition.
  std::vector<ColumnRef> defaults;  ///< Of each column, its value in rows that are made.
  SchemaRef schema;

  size_t combinations() const {
    return std::accumulate(
        axes.begin(), axes.end(), size_t{1},
        [](size_t product, const Axis& axis) { return product * axis.values->length(); });
  }
};

/// A row of the result: one of the input, or one to be made.
struct OutputRow {
  static constexpr uint32_t kOfInput = UINT32_MAX;
  static constexpr uint32_t kNoRow = UINT32_MAX;

  uint32_t position;     // of the row; of one to be made: of some row of its partition, or kNoRow
  uint32_t combination;  // or kOfInput
};

class CompletedRows final : public Collected {
 public:
  CompletedRows(const CompletePlan& plan, std::unique_ptr<PartitionedRows> rows,
                state::StateArray<OutputRow> order);

  size_t parts() const override { return (order_.size() + kBatchRowsMax - 1) / kBatchRowsMax; }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override;

 private:
  /// Where a row that is made has its value of a column: in a row of its partition, or in the batch
  /// behind all others.
  RowRef source(const OutputRow& row, size_t column) const;

  const CompletePlan& plan_;
  std::unique_ptr<PartitionedRows> rows_;
  state::StateArray<OutputRow> order_;
  std::vector<std::vector<Batch>> values_;  // of each column: of all rows, then of what is made
  std::vector<std::unique_ptr<RowTaker>> takers_;  // of values_
};

CompletedRows::CompletedRows(const CompletePlan& plan, std::unique_ptr<PartitionedRows> rows,
                             state::StateArray<OutputRow> order)
    : plan_(plan), rows_(std::move(rows)), order_(std::move(order)) {
  for (size_t column = 0; column < plan.schema->size(); ++column) {
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{(*plan.schema)[column]});
    std::vector<Batch>& batches = values_.emplace_back();
    for (const Batch& batch : rows_->batches())
      batches.push_back(batch.with_columns(schema, {batch.columns()[column]}));
    ColumnRef made = plan.defaults[column];
    for (const Axis& axis : plan.axes) made = axis.column == column ? axis.values : made;
    const size_t length = made->length();
    batches.emplace_back(schema, std::vector<ColumnRef>{std::move(made)}, length, RowPlaces());
    // An inner vector keeps its elements in place when the outer one grows.
    takers_.push_back(std::make_unique<RowTaker>(batches, schema));
  }
}

RowRef CompletedRows::source(const OutputRow& row, size_t column) const {
  if (row.combination == OutputRow::kOfInput) return rows_->locate(row.position);
  if (std::find(plan_.keys.begin(), plan_.keys.end(), column) != plan_.keys.end())
    return rows_->locate(row.position);
  const auto made = static_cast<uint32_t>(rows_->batches().size());
  size_t combination = row.combination;
  for (size_t i = plan_.axes.size(); i-- > 0;) {
    const size_t length = plan_.axes[i].values->length();
    if (plan_.axes[i].column == column) return {made, static_cast<uint32_t>(combination % length)};
    combination /= length;
  }
  return {made, 0};
}

Status CompletedRows::emit_part(size_t part, const LaneContext& context, Output& output) const {
  const size_t begin = part * kBatchRowsMax;
  const size_t count = std::min(kBatchRowsMax, order_.size() - begin);
  std::vector<ColumnRef> columns;
  std::vector<RowRef> sources(count);
  for (size_t column = 0; column < values_.size(); ++column) {
    for (size_t i = 0; i < count; ++i) sources[i] = source(order_[begin + i], column);
    LEAT_TRY_ASSIGN(const Batch picked, takers_[column]->pick(sources, context.memory));
    columns.push_back(picked.columns().front());
  }
  size_t made = 0;
  for (size_t i = 0; i < count; ++i)
    made += order_[begin + i].combination == OutputRow::kOfInput ? 0 : 1;
  context.ledger.add(Counter::kMade, made);
  context.ledger.add(Counter::kPassed, count - made);
  return output.emit(Batch(plan_.schema, std::move(columns), count, RowPlaces()));
}

/// Merges rows and combinations, partition by partition.
class Completion {
 public:
  Completion(const CompletePlan& plan, const PartitionedRows& rows, MemoryAccount& memory)
      : plan_(plan), rows_(rows), combinations_(plan.combinations()), order_(memory) {}

  Status add_partition(std::span<const uint32_t> partition) {
    const uint32_t some = partition.empty() ? OutputRow::kNoRow : partition.front();
    size_t next = 0;  // the first combination that has not come yet
    for (const uint32_t position : partition) {
      bool exact = true;
      const size_t place = place_of(position, exact);
      LEAT_TRY(make(some, next, place));
      LEAT_TRY(order_.push_back({position, OutputRow::kOfInput}));
      if (exact && next == place && !LEAT_MUTANT("complete_makes_rows_twice")) ++next;
    }
    return make(some, next, combinations_);
  }
  state::StateArray<OutputRow> take_order() { return std::move(order_); }

 private:
  Status make(uint32_t some, size_t& next, size_t end) {
    for (; next < end; ++next) LEAT_TRY(order_.push_back({some, static_cast<uint32_t>(next)}));
    return {};
  }

  /// How many combinations come before the row; `exact`: the next one is its own.
  size_t place_of(uint32_t position, bool& exact) const {
    const RowRef row = rows_.locate(position);
    const Batch& batch = rows_.batches()[row.batch];
    size_t place = 0;
    for (const Axis& axis : plan_.axes) {
      const Column& column = batch.column(axis.column);
      place *= axis.values->length();
      if (!exact) continue;
      const size_t index =
          column.is_valid(row.row) ? axis.find(column, row.row) : axis.values->length();
      place += index;
      exact = column.is_valid(row.row) && axis.is_at(index, column, row.row);
    }
    return place;
  }

  const CompletePlan& plan_;
  const PartitionedRows& rows_;
  size_t combinations_;
  state::StateArray<OutputRow> order_;
};

Result<CollectedRef> complete_rows(const CompletePlan& plan, std::unique_ptr<PartitionedRows> rows,
                                   const LaneContext& context) {
  Completion completion(plan, *rows, context.memory);
  if (rows->rows() > 0) {
    LEAT_TRY_ASSIGN(const ArrangedRows arranged, rows->arrange(0));
    for (size_t i = 0; i < arranged.partition_count(); ++i)
      LEAT_TRY(completion.add_partition(arranged.partition(i)));
  } else if (plan.keys.empty()) {
    LEAT_TRY(completion.add_partition({}));
  }
  return std::make_shared<const CompletedRows>(plan, std::move(rows), completion.take_order());
}

// ----------------------------------------------------------------------------------------- binding

class CompleteBinder {
 public:
  CompleteBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    auto plan = std::make_shared<CompletePlan>();
    plan->schema = context_.input();
    std::optional<KeyedPlan> keyed = state::make_keyed_plan(options_, context_, {.order = {}});
    if (keyed) add_keys(*keyed, plan->keys);
    for (const OptionEntry& entry : options_.find("columns")->entries) add_axis(entry, *plan);
    for (const Field& field : input_.fields())
      plan->defaults.push_back(expr::null_constant(field.type));
    for (const auto& [name, value] : options_.named("values")) add_default(name, value, *plan);
    if (!ok()) return std::nullopt;
    check_size(*plan);
    if (!ok()) return std::nullopt;
    for (const Axis& axis : plan->axes) {
      keyed->order.keys.push_back(
          {expr::column_program(input_, axis.column), axis.column, axis.column, false, false});
    }
    return finish(std::move(plan), *keyed);
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  void add_keys(const KeyedPlan& keyed, std::vector<size_t>& keys) {
    for (const KeyedPlan::Key& key : keyed.keys) {
      if (key.column) {
        keys.push_back(*key.column);
      } else {
        mistake(code::kOptionValue, options_.span("partition_by"),
                "'complete' partitions by columns only",
                "derive a column before: a row that is made needs its value");
      }
    }
  }

  std::optional<size_t> find_column(const SourceText& name) {
    std::vector<std::string> names;
    for (const Field& field : input_.fields()) names.push_back(field.name);
    const std::optional<size_t> column = input_.find(name.text());
    if (!column) {
      mistake(code::kUnknownColumn, name.span(),
              fmt::format("the input has no column '{}'", name.text()),
              did_you_mean(name.text(), names));
    }
    return column;
  }

  /// May rows that are made have a value for the column?
  bool is_free(size_t column, Span where, const CompletePlan& plan) {
    const bool key = std::find(plan.keys.begin(), plan.keys.end(), column) != plan.keys.end();
    const bool axis = std::any_of(plan.axes.begin(), plan.axes.end(),
                                  [&](const Axis& known) { return known.column == column; });
    if (!key && !axis) return true;
    mistake(code::kNamedTwice, where,
            fmt::format("column '{}' has its value from '{}'", input_[column].name,
                        key ? "partition_by" : "columns"),
            "remove it here or there");
    return false;
  }

  void add_axis(const OptionEntry& entry, CompletePlan& plan) {
    const std::optional<size_t> column = find_column(entry.name);
    if (!column || !is_free(*column, entry.name.span(), plan)) return;
    const Type& type = input_[*column].type;
    if (!expr::is_series_type(type)) {
      return mistake(code::kWrongColumnType, entry.name.span(),
                     fmt::format("a column of type {} cannot be completed", to_string(type)),
                     "int64, date, timestamp and utf8 can; cast it before");
    }
    std::vector<SourceText> items;
    const bool list = entry.value.kind == OptionNode::Kind::kList;
    if (!list) items.push_back(entry.value.scalar);
    for (const OptionNode& item : entry.value.items) items.push_back(item.scalar);
    if (items.empty())
      return mistake(code::kOptionEmpty, entry.value.span, "this list of values is empty",
                     "write at least one value");
    ColumnRef values = !list && expr::is_series_call(items.front())
                           ? expr::compile_series(items.front(), type, input_, context_.environment,
                                                  context_.diagnostics)
                           : expr::compile_values(items, type, context_.diagnostics);
    if (values) plan.axes.push_back({*column, std::move(values)});
  }

  void add_default(const SourceText& name, const SourceText& source, CompletePlan& plan) {
    const std::optional<size_t> column = find_column(name);
    if (!column || !is_free(*column, name.span(), plan)) return;
    const Type& type = input_[*column].type;
    const ColumnRef value =
        expr::compile_constant_as(source, type, input_, context_.environment, context_.diagnostics);
    if (value) plan.defaults[*column] = value;
  }

  void check_size(const CompletePlan& plan) {
    uint64_t combinations = 1;
    for (const Axis& axis : plan.axes) {
      combinations *= axis.values->length();
      if (combinations <= kCombinationsMax) continue;
      return mistake(code::kTooManyRows, options_.span("columns"),
                     "there are more than 4294967294 combinations of these values",
                     "complete fewer columns, or with fewer values");
    }
  }

  BoundOperator finish(std::shared_ptr<const CompletePlan> plan, const KeyedPlan& keyed) {
    BoundOperator bound;
    state::describe_keyed(keyed, bound);
    for (const auto& [name, value] : options_.named("values"))
      bound.always_read.emplace_back(*input_.find(name.text()));
    std::sort(bound.always_read.begin(), bound.always_read.end());
    bound.equations = {{{Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}},
                       {{Counter::kFolded}, {Counter::kPassed}},
                       {{Counter::kOut}, {Counter::kPassed, Counter::kMade}}};
    bound.species = std::make_unique<state::PartitionedCollect>(
        state::arranged_plan(keyed),
        [plan = std::move(plan)](std::unique_ptr<PartitionedRows> rows, const PartitionPlan&,
                                 const LaneContext& context) {
          return complete_rows(*plan, std::move(rows), context);
        });
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const size_t errors_before_;
};

std::optional<BoundOperator> bind_complete(const OptionValues& options,
                                           const BindContext& context) {
  return CompleteBinder(options, context).bind();
}

constexpr std::array<OptionDef, 3> kCompleteOptions{{
    {.name = "columns",
     .type = OptionType::kNamedLists,
     .doc = "Columns with the values that each partition should have: a list of values, or "
            "`generate_series(start, stop, step)`, both ends included. Of several columns, all "
            "combinations.",
     .required = true},
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Columns: each combination of their values that the input has is completed. Left out, "
            "all rows are one partition, which is there even without rows."},
    {.name = "values",
     .type = OptionType::kNamed,
     .doc = "Columns with the constants that they have in rows that are made. Others are NULL."},
}};

}  // namespace

extern const OperatorDef operator_complete;
const OperatorDef operator_complete{
    .name = "complete",
    .kind = OperatorKind::kTransform,
    .summary = "Adds rows for missing dates, numbers or combinations.",
    .doc =
        R"(Every row of the input stays. Partitions come in the order of their first rows, and within each the rows
go by the completed columns, ascending with NULL last; rows that are equal in them keep the order of the
input. A series of dates goes by whole days. All rows are held in memory until the last one has come.)",
    .example = R"(- complete:
    columns:
      day: generate_series(date '2025-01-01', date '2025-12-31', interval '1 day')
    partition_by: country
    values:
      orders: 0
)",
    .main_option = "columns",
    .options = kCompleteOptions,
    .bind = &bind_complete,
    .keeps_columns = true,
};

}  // namespace leat
