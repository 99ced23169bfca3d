// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/window_evaluation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "operators/state/groups/group_table.h"
#include "operators/state/row_faults.h"
#include "operators/state/windows/window_input.h"

namespace leat::state {

namespace {

constexpr size_t kBatchesOfPart = 4;

using Computation = Status (*)(const WindowInput& input, WindowColumn& out);

/// What folds frames.
Computation computation_of(const WindowInput& input) {
  const FoldSpec& spec = input.call.spec;
  const bool numbered = std::all_of(spec.types.begin(), spec.types.end(), is_groupable);
  switch (spec.fold) {
    case Fold::kFirst:
    case Fold::kLast: return &compute_frame_values;
    case Fold::kMinimum:
    case Fold::kMaximum: return &compute_frame_extremes;
    case Fold::kCountDistinct: return numbered ? &compute_frame_distinct : &compute_frame_folds;
    case Fold::kQuantileContinuous:
    case Fold::kQuantileDiscrete:
      return spec.distinct && !numbered ? &compute_frame_folds : &compute_frame_quantiles;
    case Fold::kApproxQuantile: return &compute_frame_quantiles;
    case Fold::kApproxCountDistinct: return &compute_frame_sketches;
    case Fold::kMode: return spec.distinct ? &compute_frame_folds : &compute_frame_modes;
    case Fold::kSum:
    case Fold::kMean:
      return spec.types[0].is(TypeId::kInterval) ? &compute_frame_folds : &compute_frame_sums;
    case Fold::kCount:
    case Fold::kVarianceSample:
    case Fold::kVariancePopulation:
    case Fold::kDeviationSample:
    case Fold::kDeviationPopulation: return &compute_frame_sums;
    default: return &compute_frame_folds;
  }
}

Status compute_call(const WindowInput& input, WindowColumn& out) {
  switch (input.call.function) {
    case WindowFunction::kLag:
    case WindowFunction::kLead: return compute_shifts(input, out);
    case WindowFunction::kFirstValue:
    case WindowFunction::kLastValue:
    case WindowFunction::kNthValue: return compute_frame_values(input, out);
    case WindowFunction::kAggregate: return computation_of(input)(input, out);
    default: return compute_ranks(input, out);
  }
}

}  // namespace

WindowFunction window_function(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, WindowFunction>, 11> kFunctions{{
      {"cume_dist", WindowFunction::kCumeDist},
      {"dense_rank", WindowFunction::kDenseRank},
      {"first_value", WindowFunction::kFirstValue},
      {"lag", WindowFunction::kLag},
      {"last_value", WindowFunction::kLastValue},
      {"lead", WindowFunction::kLead},
      {"nth_value", WindowFunction::kNthValue},
      {"ntile", WindowFunction::kNtile},
      {"percent_rank", WindowFunction::kPercentRank},
      {"rank", WindowFunction::kRank},
      {"row_number", WindowFunction::kRowNumber},
  }};
  for (const auto& [known, function] : kFunctions) {
    if (known == name) return function;
  }
  return WindowFunction::kAggregate;
}

Status compute_calls(const WindowPlan& plan, size_t arrangement, const PartitionedRows& rows,
                     const ArrangedRows& arranged, MemoryAccount& memory,
                     std::vector<std::unique_ptr<WindowColumn>>& values) {
  values.resize(plan.calls.size());
  std::optional<RangeKeys> keys;
  for (size_t i = 0; i < plan.calls.size(); ++i) {
    const WindowPlan::Call& call = plan.calls[i];
    if (call.arrangement != arrangement) continue;
    const bool by_range = needs_range_keys(call.frame);
    if (by_range && !keys) {
      LEAT_TRY_ASSIGN(
          keys, RangeKeys::make(rows, arranged, plan.rows.arrangements[arrangement].order, memory));
    }
    values[i] = std::make_unique<WindowColumn>(call, rows, memory);
    WindowColumn& out = *values[i];
    LEAT_TRY(compute_call({call, rows, arranged, by_range ? &*keys : nullptr, memory}, out));
    LEAT_TRY(out.finish());
  }
  return rows.pages() == nullptr ? Status() : rows.pages()->status();
}

Status WindowEvaluation::finish() {
  LEAT_TRY(rows_.settle());
  values_.resize(plan_.calls.size());
  if (rows_.rows() == 0) return {};
  // An arrangement is gone before the next is made.
  for (size_t i = 0; i < plan_.rows.arrangements.size(); ++i) {
    LEAT_TRY_ASSIGN(const ArrangedRows arranged, rows_.arrange(i));
    LEAT_TRY(compute_calls(plan_, i, rows_, arranged, memory_, values_));
  }
  return {};
}

std::vector<Batch> WindowEvaluation::give_back() {
  values_.clear();
  return rows_.give_back();
}

size_t WindowEvaluation::parts() const {
  return (rows_.batches().size() + kBatchesOfPart - 1) / kBatchesOfPart;
}

Status WindowEvaluation::emit_part(size_t part, const LaneContext& context, Output& output) const {
  const size_t begin = part * kBatchesOfPart;
  const size_t end = std::min(begin + kBatchesOfPart, rows_.batches().size());
  for (size_t i = begin; i < end; ++i) LEAT_TRY(emit_batch(i, context, output));
  return {};
}

Status WindowEvaluation::emit_batch(size_t index, const LaneContext& context,
                                    Output& output) const {
  const Batch& stored = rows_.batches()[index];
  std::vector<RowFault> faults;
  std::vector<ColumnRef> calls;
  for (const std::unique_ptr<WindowColumn>& values : values_) {
    LEAT_TRY_ASSIGN(ColumnRef column,
                    values->values(rows_.begin_of(index), stored.rows(), context.memory, faults));
    calls.push_back(std::move(column));
  }
  return emit_windows(plan_, stored, std::move(calls), std::move(faults), context, output);
}

Status emit_windows(const WindowPlan& plan, const Batch& stored, std::vector<ColumnRef> calls,
                    std::vector<RowFault> faults, const LaneContext& context, Output& output) {
  if (plan.emit) return plan.emit(stored, calls, context, output);
  const std::vector<ColumnRef> input(
      stored.columns().begin(),
      stored.columns().begin() + static_cast<ptrdiff_t>(plan.rows.input->size()));
  std::vector<ColumnRef> columns = input;
  columns.resize(plan.output->size());
  for (const WindowPlan::Column& column : plan.columns) {
    std::vector<ColumnRef> read = input;
    for (const size_t call : column.calls) read.push_back(calls[call]);
    const Batch batch = stored.with_columns(column.schema, std::move(read));
    expr::Evaluator evaluator(column.program, context.memory);
    LEAT_TRY_ASSIGN(columns[column.target], evaluator.evaluate(batch, batch.selection(), faults));
  }
  Batch made = stored.with_columns(plan.output, std::move(columns));
  std::optional<Error> error;
  if (!faults.empty()) {
    sort_faults(faults);
    LEAT_TRY_ASSIGN(Settled settled,
                    context.faults.settle(stored, stored.selection(), std::move(faults)));
    made = made.with_selection(std::move(settled.selection));
    error = std::move(settled.error);
  }
  context.ledger.add(Counter::kMade, made.rows());
  LEAT_TRY(output.emit(std::move(made)));
  if (error) return std::unexpected(std::move(*error));
  return {};
}

}  // namespace leat::state
