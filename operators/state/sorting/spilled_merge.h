// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sorted runs on disk as one result. See spilled_merge.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "engine/sync.h"
#include "operators/data/take.h"
#include "operators/operator.h"
#include "operators/state/sorting/sort_run.h"
#include "operators/state/spill/spill_run.h"

namespace leat::state {

/// Rows of several runs in order; reads one block of each run at a time. THREADS: one at a time.
class RunMerge {
 public:
  /// Rows in order, as references into the batches that hold them.
  struct Stretch {
    std::vector<Batch> batches;
    std::vector<RowRef> rows;
  };

  /// Of rows that are equal in everything those of the first run come first.
  RunMerge(const SortPlan& plan, const std::vector<SpillRunRef>& runs);
  ~RunMerge();

  /// The next rows, `rows_max` of them unless the end is nearer. `restored` counts rows read.
  /// ERRORS: kIo, kMemory. SUSPENDS
  Result<Stretch> next(size_t rows_max, MemoryAccount& memory, uint64_t& restored);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// THREADS: one at a time, but for emit_part.
class SpilledMerge final : public Collected {
 public:
  /// Uses at most `memory_bytes` of `context.memory` for the blocks it reads from, unless there is
  /// plenty; when that is too little for all runs, runs that follow each other are made one first.
  /// ERRORS: kIo, kMemory. SUSPENDS
  static Result<std::shared_ptr<SpilledMerge>> make(const SortPlan& plan,
                                                    const LaneContext& context,
                                                    std::vector<SpillRunRef> runs,
                                                    size_t memory_bytes);

  SpilledMerge(const SortPlan& plan, std::vector<SpillRunRef> runs, MemoryLease memory,
               size_t batch_rows);
  size_t parts() const override { return parts_; }
  /// Emits the rows of one part in order; counts kMade and kRestored in `context`. ERRORS: kIo,
  /// kMemory. THREADS: any. SUSPENDS
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override;

 private:
  using Stretch = RunMerge::Stretch;

  Result<Stretch> stretch(size_t part, const LaneContext& context) const;

  const SortPlan& plan_;
  MemoryLease memory_;
  const size_t batch_rows_;
  const size_t parts_;
  mutable Mutex mutex_;  // guards the rest; held while blocks are read
  mutable RunMerge merge_;
  mutable size_t next_ = 0;
  mutable std::map<size_t, Stretch> ready_;  // made for lanes that have not come yet
  mutable std::optional<Error> failed_;
};

}  // namespace leat::state
