// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: groups come as they like, and memory ends before they do; then the lane's groups go to
// disk and it begins anew, and the result must show nothing of that.
//
// Invariants
// 1. A batch is folded once. Only finding its groups can be refused (GroupStates::meet); what folding
//    may take is set aside before it, and so is what sealing and writing take, for by then there is
//    nothing left.
// 2. A batch whose groups alone are refused is folded in two halves, with a table of their own each.
// 3. A lane holds at most SpillArea::lane_bytes; what it leaves is for those who cannot spill.
//
// Rejected: writing rows instead of states (a group that is met often is written as often); one
// table for each partition from the start (few groups would pay for it).
#include "operators/state/aggregation.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/state/groups/group_order.h"
#include "operators/state/row_faults.h"
#include "operators/state/spill/spill_room.h"

namespace leat::state {

namespace {

/// What an accumulator may take for a batch, whatever the values are, and for each of its rows.
constexpr size_t kBatchBytes = size_t{48} << 10;
constexpr size_t kRowBytes = 64;

/// Buffers of up to so many bytes take a power of two.
constexpr size_t kPooledBytes = size_t{32} << 20;

/// What accumulators may take when they double or are sealed: for each row that they hold, and at
/// once.
constexpr size_t kGrowthOfRow = 96;
constexpr size_t kGrowthAtOnce = size_t{1} << 20;

/// Of growth_of: values themselves are kept.
constexpr size_t kCopies = 4;

/// How much accumulators of a kind may take for one batch and for being sealed, as a part of what
/// they hold, in quarters.
size_t growth_of(const FoldSpec& spec) {
  const bool is_text = !spec.types.empty() && spec.types.front().is_view();
  switch (spec.distinct ? Fold::kCountDistinct : spec.fold) {
    case Fold::kCount:
    case Fold::kBitAnd:
    case Fold::kBitOr:
    case Fold::kBitXor: return 0;
    case Fold::kMinimum:
    case Fold::kMaximum:
    case Fold::kFirst:
    case Fold::kLast:
      return is_text ? kCopies
             : spec.types.front().is(TypeId::kList) || spec.types.front().is(TypeId::kStruct)
                 ? 2 * kCopies
                 : 1;
    case Fold::kSum:
    case Fold::kMean:
    case Fold::kVarianceSample:
    case Fold::kVariancePopulation:
    case Fold::kDeviationSample:
    case Fold::kDeviationPopulation: return 1;
    default: return 8;  // arrays that double, and an index of what they hold
  }
}

}  // namespace

Aggregation::Aggregation(const AggregationPlan& plan, const LaneContext& context)
    : plan_(plan), context_(context), ranked_(context.memory) {
  for (const AggregationPlan::State& state : plan.states)
    growth_quarters_ = std::max(growth_quarters_, growth_of(state.spec));
  growing_ = static_cast<size_t>(
      std::count_if(plan.states.begin(), plan.states.end(),
                    [](const AggregationPlan::State& state) { return growth_of(state.spec) > 0; }));
  values_.inputs.resize(plan.inputs.size());
  values_.passing.resize(plan.filters.size());
  for (const AggregationPlan::Input& input : plan.inputs) {
    input_evaluators_.emplace_back();
    if (!input.column) input_evaluators_.back().emplace(input.program, context.memory);
  }
  for (const AggregationPlan::Filter& filter : plan.filters)
    filter_evaluators_.emplace_back(filter.program, context.memory);
  begin_groups();
}

Aggregation::~Aggregation() = default;

void Aggregation::begin_groups() {
  groups_ =
      std::make_unique<GroupStates>(plan_, keys_memory_ ? keys_memory_.account() : context_.memory,
                                    states_memory_ ? states_memory_.account() : context_.memory);
  complete_ = 0;
  held_rows_ = 0;
}

/// Takes what invariant 1 is about.
Status Aggregation::start() {
  if (context_.spill == nullptr || keys_memory_) return {};
  LEAT_TRY_ASSIGN(work_memory_, context_.memory.lease(spill_work_bytes(0)));
  LEAT_TRY_ASSIGN(states_memory_, context_.memory.lease(0));
  LEAT_TRY_ASSIGN(keys_memory_, context_.memory.lease(0));
  begin_groups();
  return {};
}

size_t Aggregation::spillable() const {
  return keys_memory_ ? keys_memory_.account().used() + states_memory_.account().used() : 0;
}

/// What accumulators may take for being sealed, and for arrays that double.
size_t Aggregation::growth() const {
  const size_t used = states_memory_.account().used();
  const size_t by_rows = growing_ * (held_rows_ * kGrowthOfRow + std::min(used, kGrowthAtOnce));
  return std::min(used * growth_quarters_ / 4, by_rows);
}

/// What accumulators may take for folding `rows`.
size_t Aggregation::batch_bytes(const Selection& rows) const {
  size_t bytes = growing_ * (kBatchBytes + rows.count() * kRowBytes);
  for (const AggregationPlan::State& state : plan_.states) {
    if (growth_of(state.spec) < kCopies) continue;
    for (const size_t input : state.inputs) {
      // Of what was computed for some rows only, the others' texts are undefined.
      const Column& column = *values_.inputs[input];
      const size_t copied = plan_.inputs[input].column
                                ? copied_bytes(column, rows)
                                : std::min(column.retained_bytes(), kChunkBytes / 2);
      bytes += std::max(std::bit_ceil(std::min(copied, kPooledBytes)), copied);  // as buffers are
    }
  }
  return bytes;
}

/// Adds to a refusal of memory what it was wanted for.
Status Aggregation::explain(Status status) const {
  if (status || status.error().code != ErrorCode::kMemory) return status;
  Error error = without_area(std::move(status).error(), context_.spill);
  error.message += fmt::format("; the stage had found {} groups", met_ + groups());
  error.hint += error.hint.empty() ? "" : ", or ";
  error.hint += "group by fewer distinct values";
  return std::unexpected(std::move(error));
}

/// What `attempt` returns; when memory is refused, once more after the lane has given up its
/// groups.
template <typename Attempt>
Status Aggregation::with_room(Attempt&& attempt) {
  Status status = attempt();
  if (status || status.error().code != ErrorCode::kMemory || context_.spill == nullptr)
    return status;
  LEAT_TRY(spill(context_.ledger));
  return attempt();
}

// ----------------------------------------------------------------------------------------- rows in

Status Aggregation::consume(const Batch& batch) {
  LEAT_TRY(start());
  Selection rows = batch.selection();
  std::vector<RowFault> faults;
  while (rows.count() > 0) {
    LEAT_TRY(explain(with_room([&] {
      faults.clear();
      return evaluate(batch, rows, faults);
    })));
    if (faults.empty()) {
      Status status = explain(fold(batch, rows));
      // The batch is not kept alive by what was computed from it.
      values_.inputs.assign(values_.inputs.size(), nullptr);
      values_.passing.assign(values_.passing.size(), Selection());
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
    const std::optional<size_t> within = plan_.filters[i].within;
    LEAT_TRY_ASSIGN(
        values_.passing[i],
        filter_evaluators_[i].select(batch, within ? values_.passing[*within] : rows, faults));
  }
  for (size_t i = 0; i < plan_.inputs.size(); ++i) {
    const AggregationPlan::Input& input = plan_.inputs[i];
    if (input.column) {
      values_.inputs[i] = batch.columns()[*input.column];
    } else {
      const Selection& wanted = input.filter ? values_.passing[*input.filter] : rows;
      LEAT_TRY_ASSIGN(values_.inputs[i], input_evaluators_[i]->evaluate(batch, wanted, faults));
    }
  }
  return {};
}

Status Aggregation::fold(const Batch& batch, const Selection& rows) {
  if (plan_.sets.empty()) {
    LEAT_TRY(fold_rows(batch, rows));
  } else {
    LEAT_TRY(fold_sets(batch, rows));
  }
  rows_ += rows.count();
  return {};
}

/// Of groups that begin with the same row, that of the set which is written first comes first: it
/// is folded first.
Status Aggregation::fold_sets(const Batch& batch, const Selection& rows) {
  const std::span<ColumnRef> inputs = std::span(values_.inputs).first(plan_.keys.size());
  const std::vector<ColumnRef> keys(inputs.begin(), inputs.end());
  for (size_t set = 0; set < plan_.sets.size(); ++set) {
    if (LEAT_MUTANT("last_set_forgotten") && set + 1 == plan_.sets.size()) break;
    LEAT_TRY(with_room([&]() -> Status {
      LEAT_TRY_ASSIGN(const std::vector<ColumnRef> columns,
                      keys_of_set(plan_, keys, set, batch.length(), context_.memory));
      std::copy(columns.begin(), columns.end(), inputs.begin());
      return {};
    }));
    LEAT_TRY(fold_rows(batch, rows));
  }
  return {};
}

Status Aggregation::fold_rows(const Batch& batch, const Selection& rows) {
  if (context_.spill == nullptr) {
    LEAT_TRY(groups_->meet(values_, batch, rows));
    return groups_->update(values_, batch, rows);
  }
  LEAT_TRY(fold_range(batch, rows, {0, batch.length()}));
  const size_t held = spillable() + growth();
  return held > context_.spill->lane_bytes() ? spill(context_.ledger) : Status();
}

/// Invariants 1 and 2.
Status Aggregation::fold_range(const Batch& batch, const Selection& rows, Range range) {
  const bool is_whole = range.begin == 0 && range.end == batch.length();
  Selection some = rows;
  FoldValues values;
  if (!is_whole) {
    LEAT_TRY_ASSIGN(some, rows_between(rows, range.begin, range.end, work_memory_.account()));
    values.inputs = values_.inputs;
    for (const Selection& passing : values_.passing) {
      LEAT_TRY_ASSIGN(Selection both,
                      rows_between(passing, range.begin, range.end, work_memory_.account()));
      values.passing.push_back(std::move(both));
    }
    std::swap(values, values_);
  }
  const Status met = with_room([&] { return meet(batch, some); });
  if (met) {
    const Status updated = groups_->update(values_, batch, some);
    if (!is_whole) std::swap(values, values_);
    complete_ = groups_->size();
    held_rows_ += some.count();
    return updated;
  }
  if (!is_whole) std::swap(values, values_);
  if (met.error().code != ErrorCode::kMemory || range.end - range.begin < 2) return met;
  // What the refused batch has left of groups goes.
  LEAT_TRY(spill(context_.ledger));
  const size_t middle = range.begin + (range.end - range.begin) / 2;
  LEAT_TRY(fold_range(batch, rows, {range.begin, middle}));
  return fold_range(batch, rows, {middle, range.end});
}

Status Aggregation::meet(const Batch& batch, const Selection& rows) {
  // More groups than that it cannot become.
  LEAT_TRY(set_aside(work_memory_.account(), spill_work_bytes(complete_ + rows.count())));
  LEAT_TRY(set_aside(states_memory_.account(), growth() + batch_bytes(rows)));
  return groups_->meet(values_, batch, rows);
}

Status Aggregation::spill(Ledger& ledger) {
  if (complete_ > 0) {
    LEAT_TRY(groups_->seal());
    const size_t bytes_each = spillable() / complete_ + 1;
    LEAT_TRY_ASSIGN(
        SpilledPartitions written,
        write_groups(plan_, *groups_,
                     {.groups = complete_, .met_before = met_, .bytes_each = bytes_each},
                     {*context_.spill, ledger, context_.memory, work_memory_.account()}));
    spilled_.push_back(std::move(written));
    met_ += complete_;
  }
  begin_groups();
  return {};
}

// ----------------------------------------------------------------------------------------- merging

bool Aggregation::make_room_for(std::span<const std::unique_ptr<Aggregation>> others) {
  if (!keys_memory_) return true;
  size_t keys = keys_memory_.account().used();
  size_t states = growth();
  size_t most = groups();
  for (const std::unique_ptr<Aggregation>& other : others) {
    if (!other->keys_memory_) continue;
    most += other->groups();
    // Theirs are put in order where they are, before they come.
    MemoryAccount& theirs = other->keys_memory_.account();
    if (!set_aside(theirs, GroupOrder::work_bytes(other->groups()))) return false;
    keys += 2 * other->keys_memory_.account().used();
    states += other->growth() + other->states_memory_.account().used();
  }
  keys += GroupOrder::work_bytes(most);
  return set_aside(keys_memory_.account(), keys) && set_aside(states_memory_.account(), states);
}

Status Aggregation::absorb(std::unique_ptr<Aggregation> other) {
  if (LEAT_MUTANT("aggregate_loses_partial") && groups() > 0) return {};
  rows_ += other->rows_;
  held_rows_ += other->held_rows_;
  return explain(groups_->absorb(std::move(*other->groups_)));
}

// ---------------------------------------------------------------------------------------- rows out

Result<size_t> Aggregation::finish() {
  // Where all rows are one group, it is there without rows, too.
  if (groups() == 0 && (plan_.keys.empty() || !plan_.sets.empty())) LEAT_TRY(groups_->add_empty());
  LEAT_TRY(explain(groups_->seal()));
  Result<GroupNumbers> ranked = groups_->rank();
  if (!ranked) return std::unexpected(explain(std::unexpected(ranked.error())).error());
  ranked_ = std::move(*ranked);
  // What was set aside is for the stages behind.
  for (MemoryLease* const lease : {&work_memory_, &keys_memory_, &states_memory_})
    *lease = MemoryLease();
  return (groups() + kBatchRowsMax - 1) / kBatchRowsMax;
}

Status Aggregation::emit_part(size_t part, const LaneContext& context, Output& output) const {
  const size_t begin = part * kBatchRowsMax;
  const size_t count = std::min(kBatchRowsMax, groups() - begin);
  std::vector<RowFault> faults;
  // A batch does not cross the pieces of an array: both are powers of two.
  Result<Batch> made = groups_->results({&ranked_[begin], count}, context.memory, faults);
  if (!made) return explain(std::unexpected(std::move(made).error()));
  if (faults.empty()) {
    context.ledger.add(Counter::kMade, count);
    return output.emit(std::move(*made));
  }
  // A group is no record of the input, so `on_error` does not apply: the run fails, after the
  // groups before this one.
  context.ledger.add(Counter::kMade, faults.front().row);
  LEAT_TRY(output.emit(made->with_selection(made->selection().prefix(faults.front().row))));
  return std::unexpected(std::move(faults.front().error));
}

}  // namespace leat::state
