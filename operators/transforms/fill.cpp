// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// fill: values for NULLs. With a value of its own a row needs no other; forward in the order of the
// input the last value of each partition is enough; for the rest all rows are held.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/computed_columns.h"
#include "operators/emit_columns.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/keyed/filled_column.h"
#include "operators/state/keyed/keyed_plan.h"
#include "operators/state/keyed/last_values.h"
#include "operators/state/keyed/partitioned_collect.h"

namespace leat {

namespace {

using state::FilledColumn;
using state::FillMethod;
using state::FillRule;
using state::GroupTable;
using state::KeyedPlan;
using state::LastValues;
using state::PartitionedRows;
using state::PartitionPlan;

// ----------------------------------------------------------------- forward in the order of the input

struct ForwardPlan {
  KeyedPlan partitions;
  std::vector<size_t> columns;
  std::optional<uint64_t> limit;
};

class ForwardState final : public SequentialState {
 public:
  ForwardState(const ForwardPlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        reader_(plan.partitions, context),
        table_(GroupTable::make(plan.partitions.key_types(), context.memory)),
        group_of_(context.memory) {
    for (const size_t column : plan.columns) {
      values_.push_back(std::make_unique<LastValues>((*plan.partitions.order.input)[column],
                                                     plan.limit, context.memory));
    }
  }

  Result<Demand> process(Batch batch, Output& output) override {
    LEAT_TRY_ASSIGN(state::PreparedRows prepared, reader_.prepare(batch));
    const Batch& rows = prepared.rows;
    LEAT_TRY(group_of_.resize(std::max(rows.length(), group_of_.size()), 0));
    LEAT_TRY(table_->assign(prepared.keys, rows.selection(), group_of_.data()));
    std::vector<ColumnRef> columns = rows.columns();
    for (size_t i = 0; i < values_.size(); ++i) {
      const size_t index = plan_.columns[i];
      LEAT_TRY_ASSIGN(columns[index],
                      values_[i]->fill(rows, index, group_of_.data(), table_->size()));
    }
    LEAT_TRY(emit_columns(rows, rows.schema(), std::move(columns), {}, context_, output));
    if (prepared.error) return std::unexpected(std::move(*prepared.error));
    return Demand::kMore;
  }

  Status finish(Output&) override { return {}; }

 private:
  const ForwardPlan& plan_;
  LaneContext context_;
  state::KeyedReader reader_;
  std::unique_ptr<GroupTable> table_;
  state::StateArray<uint32_t> group_of_;
  std::vector<std::unique_ptr<LastValues>> values_;  // of each column
};

class FillForward final : public Sequential {
 public:
  explicit FillForward(ForwardPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<ForwardState>(plan_, context);
  }

 private:
  ForwardPlan plan_;
};

// ----------------------------------------------------------------------------------- from all rows

/// Rows where they stood, with their columns filled.
class FilledRows final : public Collected {
 public:
  FilledRows(std::unique_ptr<PartitionedRows> rows, std::vector<size_t> indexes,
             std::vector<FilledColumn> columns, SchemaRef output)
      : rows_(std::move(rows)),
        indexes_(std::move(indexes)),
        columns_(std::move(columns)),
        output_(std::move(output)) {}

  size_t parts() const override { return rows_->batches().size(); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    const Batch& batch = rows_->batches()[part];
    std::vector<ColumnRef> columns(
        batch.columns().begin(), batch.columns().begin() + static_cast<ptrdiff_t>(output_->size()));
    for (size_t i = 0; i < columns_.size(); ++i) {
      LEAT_TRY_ASSIGN(columns[indexes_[i]], columns_[i].of_batch(part, context.memory));
    }
    context.ledger.add(Counter::kMade, batch.rows());
    return output.emit(batch.with_columns(output_, std::move(columns)));
  }

 private:
  std::unique_ptr<PartitionedRows> rows_;
  std::vector<size_t> indexes_;
  std::vector<FilledColumn> columns_;
  SchemaRef output_;
};

Result<CollectedRef> fill_rows(std::unique_ptr<PartitionedRows> rows, const PartitionPlan& plan,
                               const std::vector<size_t>& indexes, const FillRule& rule,
                               const LaneContext& context) {
  std::vector<FilledColumn> columns;
  if (rows->rows() > 0) {
    LEAT_TRY_ASSIGN(const state::ArrangedRows arranged, rows->arrange(0));
    for (const size_t index : indexes) {
      LEAT_TRY_ASSIGN(FilledColumn column,
                      FilledColumn::make(*rows, arranged, index, rule, context.memory));
      columns.push_back(std::move(column));
    }
  }
  return std::make_shared<const FilledRows>(std::move(rows), indexes, std::move(columns),
                                            plan.input);
}

// ----------------------------------------------------------------------------------------- binding

void make_set(std::vector<InputColumn>& columns) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
}

class FillBinder {
 public:
  FillBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const std::vector<SourceText> items = options_.list("columns");
    if (items.empty()) {
      context_.diagnostics.error(code::kOptionEmpty, options_.span("columns"),
                                 "'columns' is an empty list", "name at least one column");
    }
    columns_ = expr::meant_columns(items, *context_.input(), context_.diagnostics);
    if (options_.has("value")) return bind_value();
    method_ = options_.text("method") == "backward" ? FillMethod::kBackward
              : options_.text("method") == "linear" ? FillMethod::kLinear
                                                    : FillMethod::kForward;
    std::optional<KeyedPlan> partitions = state::make_keyed_plan(options_, context_);
    if (method_ == FillMethod::kLinear) check_numbers();
    if (!ok()) return std::nullopt;
    BoundOperator bound = describe(*partitions);
    std::optional<uint64_t> limit;
    if (options_.has("limit")) limit = static_cast<uint64_t>(options_.integer("limit"));
    if (method_ == FillMethod::kForward && partitions->order.keys.empty()) {
      bound.equations = passing_equations();
      bound.species =
          std::make_unique<FillForward>(ForwardPlan{std::move(*partitions), columns_, limit});
      return bound;
    }
    bound.equations = state::collected_equations();
    bound.species = collect(state::arranged_plan(*partitions), limit);
    return bound;
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }

  void check_numbers() {
    for (const size_t column : columns_) {
      const Field& field = (*context_.input())[column];
      if (field.type.is_numeric()) continue;
      context_.diagnostics.error(
          code::kWrongColumnType, options_.span("columns"),
          fmt::format("column '{}' of type {} cannot be filled between two values", field.name,
                      to_string(field.type)),
          "'method: linear' is for numbers; fill this one forward or backward");
    }
  }

  std::unique_ptr<Collect> collect(PartitionPlan plan, std::optional<uint64_t> limit) const {
    FillRule rule{method_, limit, std::nullopt};
    const std::vector<state::SortPlan::Key>& keys = plan.arrangements.front().order.keys;
    if (!keys.empty()) {
      const Type& type = expr::result_type(*keys.front().program);
      if (type.is_numeric() || type.is(TypeId::kDate) || type.is(TypeId::kTimestamp))
        rule.along = keys.front().stored;
    }
    return std::make_unique<state::PartitionedCollect>(
        std::move(plan),
        [columns = columns_, rule](std::unique_ptr<PartitionedRows> rows,
                                   const PartitionPlan& partitions, const LaneContext& context) {
          return fill_rows(std::move(rows), partitions, columns, rule, context);
        });
  }

  /// A filled column is made of itself and of what decides which rows are its neighbours.
  BoundOperator describe(const KeyedPlan& partitions) const {
    BoundOperator bound;
    state::describe_keyed(partitions, bound);
    for (const size_t column : columns_) {
      std::vector<InputColumn>& made_of = bound.column_inputs[column];
      made_of.insert(made_of.end(), bound.always_read.begin(), bound.always_read.end());
      make_set(made_of);
    }
    // Named columns must be there.
    for (const size_t column : columns_) bound.always_read.emplace_back(column);
    make_set(bound.always_read);
    return bound;
  }

  // ------------------------------------------------------------------------------ with a value

  std::optional<BoundOperator> bind_value() {
    for (const std::string_view option : {"method", "partition_by", "order_by", "limit"}) {
      if (!options_.has(option)) continue;
      context_.diagnostics.error(
          code::kOptionsExclude, options_.span(option),
          fmt::format("'{}' does not go with 'value'", option),
          "a value fills every NULL, whatever the rows around it; remove one of them");
    }
    const SourceText source = options_.source("value");
    const expr::ProgramRef value =
        expr::compile(source, *context_.input(), context_.environment, context_.diagnostics);
    const Schema& input = *context_.input();
    std::vector<ComputedColumn> columns;
    for (size_t i = 0; i < input.size(); ++i)
      columns.push_back(same_column(input, i, input[i].name));
    for (const size_t column : columns_) {
      if (value) columns[column].program = coalesced(column, source, *value);
    }
    if (!ok()) return std::nullopt;
    return compute_columns(std::move(columns));
  }

  /// Null after reporting that the value is none of the column.
  expr::ProgramRef coalesced(size_t column, const SourceText& source, const expr::Program& value) {
    const Field& field = (*context_.input())[column];
    Diagnostics ignored;
    // Faults point into the value where it is written.
    const std::string before = fmt::format("coalesce({}, ", expr::quoted_name(field.name));
    const uint32_t place = source.span(0, 0).begin;
    const SourceText text(before + source.text() + ")", source.span(),
                          {{0, place}, {static_cast<uint32_t>(before.size()), place}});
    expr::ProgramRef program =
        expr::compile(text, *context_.input(), context_.environment, ignored);
    if (program && expr::result_type(*program) == field.type) return program;
    context_.diagnostics.error(
        code::kNoCast, source.span(),
        fmt::format("a value of type {} does not go into column '{}' of type {}",
                    to_string(expr::result_type(value)), field.name, to_string(field.type)),
        fmt::format("cast it: ({})::{}", source.text(), to_string(field.type)));
    return nullptr;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const size_t errors_before_;
  std::vector<size_t> columns_;
  FillMethod method_ = FillMethod::kForward;
};

std::optional<BoundOperator> bind_fill(const OptionValues& options, const BindContext& context) {
  return FillBinder(options, context).bind();
}

constexpr std::array<std::string_view, 3> kMethods{"forward", "backward", "linear"};

constexpr std::array<OptionDef, 6> kFillOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "The columns to fill: names, and `columns('pattern')`.",
     .required = true},
    {.name = "method",
     .type = OptionType::kChoice,
     .doc = "Where a value comes from: the last one before (`forward`), the next one behind "
            "(`backward`), or the line between both (`linear`), which is for numbers.",
     .default_text = "forward",
     .choices = kMethods},
    {.name = "value",
     .type = OptionType::kExpression,
     .doc = "In place of `method`: an expression whose value takes the place of NULL."},
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Columns or expressions: values are taken from rows of the same values only. Left out, "
            "all rows are one partition."},
    {.name = "order_by",
     .type = OptionType::kExpressions,
     .doc = "The order that `before` and `behind` are about. Left out: the order of the input."},
    {.name = "limit",
     .type = OptionType::kInteger,
     .doc = "Of NULLs in a row at most so many are filled: those nearest to the value, with "
            "`linear` the first ones. Left out: all.",
     .minimum = 1},
}};

}  // namespace

extern const OperatorDef operator_fill;
const OperatorDef operator_fill{
    .name = "fill",
    .kind = OperatorKind::kTransform,
    .summary = "Puts values in the place of NULLs.",
    .doc =
        R"(Rows and their order stay as they are. What has no value to be filled from stays NULL: with `forward` the
first rows of a partition, with `backward` the last ones, with `linear` both.

`linear` goes along the first key of `order_by` if that is a number, a date or a timestamp, else along
the rows. Whole numbers and decimals are rounded to their type.

With a `value`, and with `forward` in the order of the input, rows pass through; otherwise all rows are
held in memory until the last one has come.)",
    .example = R"(- fill:
    columns: [price]
    method: forward
    partition_by: station
    limit: 3
)",
    .main_option = "columns",
    .options = kFillOptions,
    .bind = &bind_fill,
    .keeps_columns = true,
};

}  // namespace leat
