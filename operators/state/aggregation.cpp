// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/aggregation.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/state/row_faults.h"
#include "operators/text/value_format.h"

namespace leat::state {

namespace {

std::vector<Type> types_of(const std::vector<Field>& fields) {
  std::vector<Type> types;
  for (const Field& field : fields) types.push_back(field.type);
  return types;
}

}  // namespace

Aggregation::Aggregation(const AggregationPlan& plan, const LaneContext& context)
    : plan_(plan),
      context_(context),
      table_(GroupTable::make(types_of(plan.keys), context.memory)),
      values_(plan.inputs.size()),
      passing_(plan.filters.size()),
      group_of_(context.memory),
      order_(context.memory),
      ranked_(context.memory) {
  for (const AggregationPlan::State& state : plan.states) {
    accumulators_.push_back(Accumulator::make(state.spec, context.memory));
  }
  for (const AggregationPlan::Input& input : plan.inputs) {
    input_evaluators_.emplace_back();
    if (!input.column) input_evaluators_.back().emplace(input.program, context.memory);
  }
  for (const expr::ProgramRef& filter : plan.filters)
    filter_evaluators_.emplace_back(filter, context.memory);
}

Aggregation::~Aggregation() = default;

/// Adds to a refusal of memory what it was wanted for.
Status Aggregation::explain(Status status) const {
  if (status || status.error().code != ErrorCode::kMemory) return status;
  Error error = std::move(status).error();
  error.message += fmt::format("; the stage had found {} groups", groups());
  error.hint += error.hint.empty() ? "" : ", or ";
  error.hint += "group by fewer distinct values";
  return std::unexpected(std::move(error));
}

// ----------------------------------------------------------------------------------------- rows in

Status Aggregation::consume(const Batch& batch) {
  Selection rows = batch.selection();
  std::vector<RowFault> faults;
  while (rows.count() > 0) {
    LEAT_TRY(evaluate(batch, rows, faults));
    if (faults.empty()) {
      Status status = explain(fold(batch, rows));
      // The batch is not kept alive by what was computed from it.
      values_.assign(values_.size(), nullptr);
      passing_.assign(passing_.size(), Selection());
      return status;
    }
    sort_faults(faults);
    LEAT_TRY_ASSIGN(Settled settled, context_.faults.settle(batch, rows, std::move(faults)));
    if (settled.error) return std::unexpected(std::move(*settled.error));
    LEAT_CHECK(settled.selection.count() < rows.count(),
               "a bad row was neither skipped nor rejected");
    rows = std::move(settled.selection);
    faults.clear();
  }
  return {};
}

Status Aggregation::evaluate(const Batch& batch, const Selection& rows,
                             std::vector<RowFault>& faults) {
  for (size_t i = 0; i < plan_.filters.size(); ++i) {
    LEAT_TRY_ASSIGN(passing_[i], filter_evaluators_[i].select(batch, rows, faults));
  }
  for (size_t i = 0; i < plan_.inputs.size(); ++i) {
    const AggregationPlan::Input& input = plan_.inputs[i];
    if (input.column) {
      values_[i] = batch.columns()[*input.column];
    } else {
      const Selection& wanted = input.filter ? passing_[*input.filter] : rows;
      LEAT_TRY_ASSIGN(values_[i], input_evaluators_[i]->evaluate(batch, wanted, faults));
    }
  }
  return {};
}

Status Aggregation::fold(const Batch& batch, const Selection& rows) {
  if (group_of_.size() < batch.length()) LEAT_TRY(group_of_.resize(batch.length(), 0));
  const std::span<const ColumnRef> keys(values_.data(), plan_.keys.size());
  LEAT_TRY(table_->assign(keys, rows, group_of_.data()));
  LEAT_TRY(order_.note(batch, rows, group_of_.data(), table_->size()));
  LEAT_TRY(resize_accumulators(table_->size()));
  for (size_t i = 0; i < plan_.states.size(); ++i) {
    const AggregationPlan::State& state = plan_.states[i];
    arguments_.clear();
    for (const size_t input : state.inputs) arguments_.push_back(values_[input]);
    const FoldRows in{arguments_.empty() ? nullptr : arguments_.front().get(),
                      state.filter ? passing_[*state.filter] : rows, group_of_.data(),
                      batch.places(), arguments_};
    LEAT_TRY(accumulators_[i]->update(in));
  }
  arguments_.clear();
  rows_ += rows.count();
  return {};
}

Status Aggregation::resize_accumulators(size_t groups) {
  for (const std::unique_ptr<Accumulator>& accumulator : accumulators_)
    LEAT_TRY(accumulator->resize(groups));
  return {};
}

// ----------------------------------------------------------------------------------------- merging

Status Aggregation::absorb(std::unique_ptr<Aggregation> other) {
  if (LEAT_MUTANT("aggregate_loses_partial") && groups() > 0) return {};
  if (other->groups() > groups()) {
    // The larger table stays: fewer groups to look up.
    std::swap(table_, other->table_);
    std::swap(accumulators_, other->accumulators_);
    std::swap(order_, other->order_);
  }
  rows_ += other->rows_;
  return explain(merge_groups(std::move(*other)));
}

Status Aggregation::merge_groups(Aggregation&& other) {
  GroupNumbers group_of(context_.memory);
  LEAT_TRY(table_->absorb(*other.table_, group_of));
  LEAT_TRY(resize_accumulators(table_->size()));
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    LEAT_TRY(accumulators_[i]->merge(*other.accumulators_[i], group_of));
  }
  return order_.absorb(std::move(other.order_), std::move(group_of), table_->size());
}

// ---------------------------------------------------------------------------------------- rows out

Result<size_t> Aggregation::finish() {
  if (plan_.keys.empty() && groups() == 0) {
    LEAT_TRY(order_.note_empty());
    LEAT_TRY(resize_accumulators(1));
  }
  for (const std::unique_ptr<Accumulator>& accumulator : accumulators_)
    LEAT_TRY(explain(accumulator->seal()));
  Result<GroupNumbers> ranked = order_.rank();
  if (!ranked) return std::unexpected(explain(std::unexpected(ranked.error())).error());
  ranked_ = std::move(*ranked);
  return (groups() + kBatchRowsMax - 1) / kBatchRowsMax;
}

Status Aggregation::emit_part(size_t part, const LaneContext& context, Output& output) const {
  const size_t begin = part * kBatchRowsMax;
  const size_t count = std::min(kBatchRowsMax, groups() - begin);
  // A batch does not cross the pieces of an array: both are powers of two.
  return explain(emit({&ranked_[begin], count}, context, output));
}

namespace {

/// `country = 'DE', year = 2020`: the group of row `row`.
std::string group_text(const std::vector<Field>& fields, const std::vector<ColumnRef>& keys,
                       size_t row) {
  std::string text;
  for (size_t i = 0; i < keys.size(); ++i) {
    text += fmt::format("{}{} = ", i == 0 ? "" : ", ", fields[i].name);
    std::array<char, io::kScalarTextBytes> scalar;
    if (!keys[i]->is_valid(row)) {
      text += "null";
    } else if (io::is_fixed_text(fields[i].type)) {
      text.append(scalar.data(), io::format_fixed(*keys[i], row, scalar.data()));
    } else {
      constexpr size_t kShown = 60;
      const std::string_view value = keys[i]->view_at(row);
      text += fmt::format("'{}{}'", value.substr(0, kShown), value.size() > kShown ? "..." : "");
    }
  }
  return text;
}

}  // namespace

Result<std::vector<ColumnRef>> Aggregation::call_columns(std::span<const uint32_t> groups,
                                                         const std::vector<ColumnRef>& keys,
                                                         MemoryAccount& memory,
                                                         std::vector<RowFault>& faults) const {
  std::vector<ColumnRef> columns;
  for (const AggregationPlan::Call& call : plan_.calls) {
    std::vector<RowFault> own;
    LEAT_TRY_ASSIGN(ColumnRef column,
                    accumulators_[call.state]->finish(
                        {groups, call.fold, call.type, memory, own, call.parameters}));
    for (RowFault& fault : own) {
      fault.error.message = fmt::format("'{}' {}", call.text, fault.error.message);
      fault.error.pipeline = call.where;
      if (!keys.empty()) {
        fault.error.message +=
            fmt::format(" in the group {}", group_text(plan_.keys, keys, fault.row));
      }
      faults.push_back(std::move(fault));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<ColumnRef> Aggregation::result_column(size_t index, const std::vector<ColumnRef>& keys,
                                             const std::vector<ColumnRef>& calls,
                                             MemoryAccount& memory,
                                             std::vector<RowFault>& faults) const {
  const AggregationPlan::ResultColumn& result = plan_.results[index];
  std::vector<ColumnRef> columns = keys;
  for (const size_t call : result.calls) columns.push_back(calls[call]);
  if (const std::optional<size_t> column = expr::as_column(*result.program))
    return columns[*column];
  const size_t length = columns.empty() ? 1 : columns.front()->length();
  const Batch batch(result.schema, std::move(columns), length, {});
  std::vector<RowFault> own;
  expr::Evaluator evaluator(result.program, memory);
  LEAT_TRY_ASSIGN(ColumnRef column, evaluator.evaluate(batch, batch.selection(), own));
  for (RowFault& fault : own) {
    if (!keys.empty()) {
      fault.error.message +=
          fmt::format(" in the group {}", group_text(plan_.keys, keys, fault.row));
    }
    faults.push_back(std::move(fault));
  }
  return column;
}

Status Aggregation::emit(std::span<const uint32_t> groups, const LaneContext& context,
                         Output& output) const {
  std::vector<RowFault> faults;
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, table_->keys_of(groups, context.memory));
  const std::vector<ColumnRef> keys = columns;
  LEAT_TRY_ASSIGN(const std::vector<ColumnRef> calls,
                  call_columns(groups, keys, context.memory, faults));
  for (size_t i = 0; i < plan_.results.size(); ++i) {
    LEAT_TRY_ASSIGN(ColumnRef column, result_column(i, keys, calls, context.memory, faults));
    columns.push_back(std::move(column));
  }
  LEAT_TRY_ASSIGN(BufferRef packed, context.memory.allocate(groups.size() * sizeof(uint64_t)));
  for (size_t i = 0; i < groups.size(); ++i)
    packed->mutable_as<uint64_t>()[i] = order_.first_row(groups[i]);
  RowPlaces ids;
  ids.ordinals = std::move(packed);
  Batch batch(plan_.output, std::move(columns), groups.size(), std::move(ids));
  if (faults.empty()) {
    context.ledger.add(Counter::kMade, groups.size());
    return output.emit(std::move(batch));
  }
  // A group is no record of the input, so `on_error` does not apply: the run fails, after the
  // groups before this one.
  sort_faults(faults);
  context.ledger.add(Counter::kMade, faults.front().row);
  LEAT_TRY(output.emit(batch.with_selection(batch.selection().prefix(faults.front().row))));
  return std::unexpected(std::move(faults.front().error));
}

}  // namespace leat::state
