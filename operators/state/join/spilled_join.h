// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A join whose two sides are on disk, partition by partition. See spilled_join.cpp.
#pragma once

#include <memory>

#include "operators/state/join/join_table.h"

namespace leat::state {

/// Joins what `table` and its lanes have written; all of the join's rows, in order. Counts what is
/// spilled and restored, and whom left rows have met. REQUIRES: `table` has spilled, and all lanes
/// are sealed. ERRORS: kIo, kMemory, kCancelled. SUSPENDS
Result<CollectedRef> join_spilled(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
                                  const LaneContext& context);

}  // namespace leat::state
