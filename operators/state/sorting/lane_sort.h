// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a lane of `sort` keeps: pieces in order, in memory or on disk. See lane_sort.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "operators/operator.h"
#include "operators/state/sorting/sort_run.h"
#include "operators/state/spill/spill_run.h"

namespace leat::state {

/// THREADS: one at a time.
class LaneSort {
 public:
  /// Holds at most `share_bytes`, or what the spill area grants a lane, if that is less.
  LaneSort(const SortPlan& plan, const LaneContext& context, size_t share_bytes = SIZE_MAX);

  /// Takes what writing to disk needs, unless it has it: from then on rows can be written, whatever
  /// is refused. ERRORS: kMemory.
  Status start();
  /// Takes the batch's rows and counts kFolded. ERRORS: kMemory; kIo; a bad row under `on_error:
  /// fail`. SUSPENDS
  Status consume(const Batch& batch);
  /// As consume, of a batch that lies in buffers of its own, all rows selected, with all columns of
  /// the plan: it is not copied before it has its place in the order. Counts nothing.
  Status adopt(Batch batch);
  /// Everything is in order; nothing may be consumed after that. ERRORS: kMemory, kIo. SUSPENDS
  Status seal();
  /// Bytes that spill() would give back.
  size_t spillable() const;
  /// Writes what is in memory to disk as one run; counts kSpilled. REQUIRES: the context has a
  /// SpillArea. ERRORS: kIo. SUSPENDS
  Status spill(Ledger& ledger);

  /// Once sealed: what is in memory, in the order of arrival, and what is on disk, which came
  /// before it.
  std::vector<SortedRows> take_sorted() { return std::move(sorted_); }
  std::vector<SpillRunRef> take_runs() {
    work_memory_ = MemoryLease();  // nothing more is written: what follows needs it
    return std::move(runs_);
  }
  const SortPlan& plan() const { return plan_; }
  bool has_spilled() const { return !runs_.empty(); }

 private:
  Status hold(Batch kept);
  Status sort_piece(bool last);
  size_t piece_bytes_max() const;
  Result<SortedRows> gathered(SortedRows sorted);
  size_t block_rows() const;
  template <typename Attempt>
  auto with_room(Attempt&& attempt);

  const SortPlan& plan_;
  LaneContext context_;
  size_t share_;
  SortRun keys_;  // computes keys; keeps nothing
  MemoryLease rows_memory_;
  MemoryLease work_memory_;  // for writing to disk when nothing is left
  std::vector<Batch> piece_;
  size_t piece_rows_ = 0;
  size_t piece_bytes_ = 0;
  std::vector<SortedRows> sorted_;
  uint64_t sorted_rows_ = 0;
  std::vector<SpillRunRef> runs_;
};

/// The rows of `lanes`, all sealed, as one result; they are of no use afterwards. When one of them
/// has spilled the others do, too. Merging takes about `memory_bytes`; 0: as much as the lanes may
/// hold. ERRORS: kMemory, kIo. SUSPENDS
Result<CollectedRef> merge_lanes(const SortPlan& plan, const LaneContext& context,
                                 std::span<LaneSort* const> lanes, size_t memory_bytes = 0);

}  // namespace leat::state
