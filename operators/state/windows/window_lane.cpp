// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a lane keeps rows until all have come, and memory may end before. As long as they are in
// memory they need no order; on disk they are of use only in the order in which they are read.
//
// So a lane that is refused memory, or holds more than its share, hands its rows to the sort of the
// first pass (spilled_windows.h), which writes them, and from then on gives it all that come.
//
// Invariants
// 1. What writing takes is leased before the first row is kept.
// 2. Rows are numbered as they come to the sort, in the order of arrival: that orders those of one
//    ordinal in all later passes.
//
// Rejected: sorting from the first row on (most stages fit in memory, where rows never move); runs
// in the order of arrival (a pass more over the disk).
#include "operators/state/windows/window_lane.h"

#include <utility>

#include "operators/data/builder.h"
#include "operators/state/spill/spill_area.h"

namespace leat::state {

namespace {

/// Numbers for the rows of a piece of the sort.
constexpr size_t kColumnBytes = size_t{512} << 10;

}  // namespace

WindowLane::WindowLane(const WindowPlan& plan, const LaneContext& context)
    : plan_(plan),
      context_(context),
      sort_(plan.spill.passes.front().order,
            {context.memory, context.faults, sorted_, context.watch, context.spill}) {}

Status WindowLane::start() {
  if (run_) return {};
  if (context_.spill == nullptr) {
    run_.emplace(plan_.rows, context_);
    return {};
  }
  LEAT_TRY(sort_.start());
  LEAT_TRY_ASSIGN(column_memory_, context_.memory.lease(kColumnBytes));
  LEAT_TRY_ASSIGN(rows_memory_, context_.memory.lease(0));
  run_.emplace(plan_.rows, context_, &rows_memory_.account());
  return {};
}

size_t WindowLane::spillable() const { return (run_ ? run_->bytes() : 0) + sort_.spillable(); }

/// What `attempt` returns; when memory is refused, again after the lane has given up its own.
template <typename Attempt>
auto WindowLane::with_room(Attempt&& attempt) {
  // Giving it up asks for memory, too: the last attempt has nothing in front of it.
  constexpr size_t kAttempts = 3;
  auto result = attempt();
  for (size_t i = 1; i < kAttempts; ++i) {
    if (result || result.error().code != ErrorCode::kMemory) break;
    if (context_.spill == nullptr) {
      return decltype(result)(
          std::unexpected(without_area(std::move(result).error(), context_.spill)));
    }
    if (Status spilled = spill(context_.ledger); !spilled)
      return decltype(result)(std::unexpected(std::move(spilled).error()));
    result = attempt();
  }
  return result;
}

Status WindowLane::consume(const Batch& batch) {
  LEAT_TRY(start());
  LEAT_TRY_ASSIGN(const Batch prepared, with_room([&] { return run_->prepare(batch); }));
  const Status kept =
      with_room([&] { return has_spilled() ? add(prepared) : run_->keep(prepared); });
  count(context_.ledger);
  LEAT_TRY(kept);
  context_.ledger.add(Counter::kFolded, prepared.rows());
  if (context_.spill != nullptr && spillable() > context_.spill->lane_bytes())
    return spill(context_.ledger);
  return {};
}

/// Gives rows of any selection to the sort.
Status WindowLane::add(const Batch& prepared) {
  if (prepared.rows() == 0) return {};
  LEAT_TRY_ASSIGN(Batch kept, compact(prepared, rows_memory_.account()));
  std::vector<Batch> rows;
  rows.push_back(std::move(kept));
  return write(std::move(rows));
}

/// Gives rows that were kept to the sort.
Status WindowLane::write(std::vector<Batch> rows) {
  const SchemaRef& schema = plan_.spill.passes.front().rows;
  for (Batch& batch : rows) {
    FixedBuilder<int64_t> numbers(kInt64Type, column_memory_.account());
    LEAT_TRY(numbers.reserve(batch.rows()));
    for (size_t row = 0; row < batch.rows(); ++row)
      numbers.append(static_cast<int64_t>(arrivals_ + row));
    std::vector<ColumnRef> columns = batch.columns();
    columns.push_back(numbers.finish());
    arrivals_ += batch.rows();
    LEAT_TRY(sort_.adopt(std::exchange(batch, {}).with_columns(schema, std::move(columns))));
  }
  return {};
}

Status WindowLane::spill(Ledger& ledger) {
  LEAT_TRY(start());
  return spill(run_->take_batches(), ledger);
}

Status WindowLane::spill(std::vector<Batch> rows, Ledger& ledger) {
  LEAT_TRY(start());
  Status written = write(std::move(rows));
  if (written) written = sort_.spill(sorted_);
  count(ledger);
  return written;
}

void WindowLane::count(Ledger& ledger) {
  ledger.add(Counter::kSpilled, std::exchange(sorted_, Ledger())[Counter::kSpilled]);
}

Status WindowLane::seal() {
  LEAT_TRY(start());
  Status sealed = has_spilled() ? sort_.seal() : run_->seal();
  count(context_.ledger);
  if (!sealed && sealed.error().code == ErrorCode::kMemory && context_.spill != nullptr)
    return spill(context_.ledger);
  return sealed;
}

}  // namespace leat::state
