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

/// What folds frames, or null. Without a default, so that the compiler asks for new folds.
Computation computation_of(Fold fold) {
  switch (fold) {
    case Fold::kFirst:
    case Fold::kLast: return &compute_frame_values;
    case Fold::kMinimum:
    case Fold::kMaximum: return &compute_frame_extremes;
    case Fold::kCountDistinct: return &compute_frame_distinct;
    case Fold::kQuantileContinuous: return &compute_frame_medians;
    case Fold::kCount:
    case Fold::kSum:
    case Fold::kMean:
    case Fold::kVarianceSample:
    case Fold::kVariancePopulation:
    case Fold::kDeviationSample:
    case Fold::kDeviationPopulation: return &compute_frame_sums;
    case Fold::kFirstOrdered:
    case Fold::kLastOrdered:
    case Fold::kArgument:
    case Fold::kQuantileDiscrete:
    case Fold::kMode:
    case Fold::kHistogram:
    case Fold::kApproxQuantile:
    case Fold::kApproxCountDistinct:
    case Fold::kList:
    case Fold::kText:
    case Fold::kBitAnd:
    case Fold::kBitOr:
    case Fold::kBitXor:
    case Fold::kSkewness:
    case Fold::kKurtosis:
    case Fold::kKurtosisPopulation:
    case Fold::kCorrelation:
    case Fold::kCovariancePopulation:
    case Fold::kCovarianceSample:
    case Fold::kRegressionMeanX:
    case Fold::kRegressionMeanY:
    case Fold::kRegressionCount:
    case Fold::kRegressionIntercept:
    case Fold::kRegressionR2:
    case Fold::kRegressionSlope:
    case Fold::kRegressionSxx:
    case Fold::kRegressionSxy:
    case Fold::kRegressionSyy: return nullptr;
  }
  return nullptr;
}

Status compute_call(const WindowInput& input, WindowColumn& out) {
  switch (input.call.function) {
    case WindowFunction::kLag:
    case WindowFunction::kLead: return compute_shifts(input, out);
    case WindowFunction::kFirstValue:
    case WindowFunction::kLastValue:
    case WindowFunction::kNthValue: return compute_frame_values(input, out);
    case WindowFunction::kAggregate: return computation_of(input.call.fold)(input, out);
    default: return compute_ranks(input, out);
  }
}

}  // namespace

bool can_fold_frames(const FoldSpec& spec, const FoldParameters& parameters) {
  if (spec.distinct || spec.types.size() > 1 || computation_of(spec.fold) == nullptr) return false;
  if (spec.types.empty()) return true;
  const Type& type = spec.types.front();
  if (spec.fold == Fold::kCountDistinct) return is_groupable(type);
  if (spec.fold != Fold::kQuantileContinuous) return true;
  const bool is_median = parameters.fraction == 0.5 && !parameters.descending;
  return is_median &&
         (type.is(TypeId::kInt64) || type.is(TypeId::kFloat64) || type.is(TypeId::kNull));
}

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

Status WindowEvaluation::finish() {
  LEAT_TRY(rows_.settle());
  values_.resize(plan_.calls.size());
  if (rows_.rows() == 0) return {};
  for (size_t i = 0; i < plan_.rows.arrangements.size(); ++i) LEAT_TRY(compute(i));
  return {};
}

/// Computes the calls of one arrangement, which is gone before the next is made.
Status WindowEvaluation::compute(size_t arrangement) {
  LEAT_TRY_ASSIGN(const ArrangedRows arranged, rows_.arrange(arrangement));
  std::optional<RangeKeys> keys;
  for (size_t i = 0; i < plan_.calls.size(); ++i) {
    const WindowPlan::Call& call = plan_.calls[i];
    if (call.arrangement != arrangement) continue;
    const bool by_range = needs_range_keys(call.frame);
    if (by_range && !keys) {
      LEAT_TRY_ASSIGN(keys, RangeKeys::make(rows_, arranged,
                                            plan_.rows.arrangements[arrangement].order, memory_));
    }
    values_[i] = std::make_unique<WindowColumn>(call, rows_, memory_);
    WindowColumn& out = *values_[i];
    LEAT_TRY(compute_call({call, rows_, arranged, by_range ? &*keys : nullptr, memory_}, out));
    LEAT_TRY(out.finish());
  }
  return {};
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
  const std::vector<ColumnRef> input(
      stored.columns().begin(),
      stored.columns().begin() + static_cast<ptrdiff_t>(plan_.rows.input->size()));
  std::vector<ColumnRef> columns = input;
  columns.resize(plan_.output->size());
  for (const WindowPlan::Column& column : plan_.columns) {
    std::vector<ColumnRef> read = input;
    for (const size_t call : column.calls) read.push_back(calls[call]);
    const Batch batch = stored.with_columns(column.schema, std::move(read));
    expr::Evaluator evaluator(column.program, context.memory);
    LEAT_TRY_ASSIGN(columns[column.target], evaluator.evaluate(batch, batch.selection(), faults));
  }
  Batch made = stored.with_columns(plan_.output, std::move(columns));
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
