// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups of an aggregation on disk. See spilled_partitions.h.
#pragma once

#include <vector>

#include "operators/state/aggregation_plan.h"
#include "operators/state/groups/group_states.h"
#include "operators/state/groups/spilled_partitions.h"

namespace leat::state {

/// Some of the groups of a lane.
struct GroupsToWrite {
  size_t groups;        ///< The first ones; the others have no rows.
  uint64_t met_before;  ///< Groups that the lane has written earlier.
  size_t bytes_each;    ///< What one takes, about.
};

/// Writes groups to disk. REQUIRES: `from` is sealed. As write_partitions().
Result<SpilledPartitions> write_groups(const AggregationPlan& plan, const GroupStates& from,
                                       const GroupsToWrite& what, const SpillInto& into);

/// How the groups of an aggregation are restored. `plan` outlives it.
RestorePlan restore_plan(const AggregationPlan& plan);

}  // namespace leat::state
