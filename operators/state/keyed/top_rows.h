// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The first rows of each partition: what `top` does with `partition_by` or `ties`. See
// top_rows.cpp.
#pragma once

#include <memory>

#include "operators/operator.h"
#include "operators/state/groups/group_order.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/keyed/grouped_rows.h"
#include "operators/state/keyed/keyed_plan.h"

namespace leat::state {

/// THREADS: immutable once made, any.
struct TopPlan {
  KeyedPlan partitions;
  uint64_t rows = 0;  ///< Of each partition.
  bool ties = false;  ///< Also those that are equal to the last one.
};

/// The rows of one lane, or of all. Counts kBeyond. THREADS: one at a time.
class TopRows {
 public:
  TopRows(const TopPlan& plan, const LaneContext& context);

  /// ERRORS: kMemory; a bad row under `on_error: fail`.
  Status consume(const Batch& batch);
  /// Drops what is held and no longer wanted. ERRORS: kMemory. SUSPENDS
  Status prune();
  /// Takes over the rows of `other`, of the same plan. ERRORS: kMemory. SUSPENDS
  Status absorb(std::unique_ptr<TopRows> other);
  /// The rows, partitions in the order of their first rows. To be called once, at the end. ERRORS:
  /// kMemory. SUSPENDS
  Result<CollectedRef> finish();

 private:
  Result<Selection> turn_away(const Selection& selection);
  size_t wanted(std::span<const SortEntry> sorted) const;

  const TopPlan& plan_;
  LaneContext context_;
  KeyedReader reader_;
  std::unique_ptr<GroupTable> table_;
  std::unique_ptr<GroupedRows> rows_;
  GroupOrder order_;
  GroupNumbers held_;    // of each partition, the rows held
  GroupNumbers bounds_;  // of each partition, the last of the rows wanted, or kNone: not known yet
  StateArray<uint32_t> group_of_;
  size_t over_ = 0;  // rows held that came to a partition which had enough
};

}  // namespace leat::state
