// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a lane of `window` keeps: its rows, in memory or on disk. See window_lane.cpp.
#pragma once

#include <optional>
#include <vector>

#include "operators/operator.h"
#include "operators/state/sorting/lane_sort.h"
#include "operators/state/windows/partitioned_rows.h"
#include "operators/state/windows/window_plan.h"

namespace leat::state {

/// THREADS: one at a time.
class WindowLane {
 public:
  WindowLane(const WindowPlan& plan, const LaneContext& context);

  /// Takes the batch's rows and counts kFolded. ERRORS: kMemory; kIo; a bad row under `on_error:
  /// fail`. SUSPENDS
  Status consume(const Batch& batch);
  /// Nothing may be consumed after that. ERRORS: kMemory, kIo. SUSPENDS
  Status seal();
  /// Bytes that spill() would give back.
  size_t spillable() const;
  /// Writes what is in memory to disk; counts kSpilled in `ledger`. REQUIRES: the context has a
  /// SpillArea. ERRORS: kIo, kMemory. SUSPENDS
  Status spill(Ledger& ledger);
  /// As if the lane had kept `rows`, batches that prepare() has made. ERRORS: as spill. SUSPENDS
  Status spill(std::vector<Batch> rows, Ledger& ledger);
  bool has_spilled() const { return arrivals_ > 0; }

  /// Once sealed, while nothing is on disk.
  PartitionedRun& run() { return *run_; }
  /// Once sealed and spilled: the rows in the order of the first pass.
  LaneSort& sorted() { return sort_; }

 private:
  Status start();
  template <typename Attempt>
  auto with_room(Attempt&& attempt);
  Status write(std::vector<Batch> rows);
  Status add(const Batch& prepared);
  void count(Ledger& ledger);

  const WindowPlan& plan_;
  LaneContext context_;
  Ledger sorted_;  // what sort_ counts
  LaneSort sort_;
  MemoryLease rows_memory_;    // of run_
  MemoryLease column_memory_;  // for the column that rows on disk have besides
  std::optional<PartitionedRun> run_;
  uint64_t arrivals_ = 0;  // rows that were given to sort_
};

}  // namespace leat::state
