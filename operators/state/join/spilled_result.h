// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The rows of a join that went to disk, in their order. See spilled_result.cpp.
#pragma once

#include <memory>
#include <vector>

#include "operators/state/join/join_table.h"

namespace leat::state {

/// Partners of left rows that have too many to be written as pairs: blocks of a run, in the order
/// of the right side.
struct FarGroup {
  size_t run;
  size_t first_block;
  size_t blocks;
};

/// What the partitions of a join have made.
struct SpilledRows {
  CollectedRef left;   ///< Rows of SpillPlan::result in order.
  CollectedRef right;  ///< Right rows without a partner, in order; null: not wanted.
  std::vector<SpillRunRef> far_runs;
  std::vector<FarGroup> far_groups;
};

/// The rows that `rows` stand for. `table` is kept as long as they are needed. REQUIRES: `plan`
/// outlives it.
CollectedRef make_spilled_result(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
                                 SpilledRows rows);

}  // namespace leat::state
