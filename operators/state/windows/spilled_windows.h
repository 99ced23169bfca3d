// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Windows over rows that are on disk. See spilled_windows.cpp.
#pragma once

#include <span>

#include "operators/state/windows/window_lane.h"

namespace leat::state {

/// The rows of `lanes`, which are sealed and of which one at least has spilled, with the values of
/// the plan's calls, in the order of the input; the lanes are of no use afterwards. The result
/// counts kMade; all else is counted in `context`. `plan` outlives it. ERRORS: kIo, kMemory,
/// kCancelled. SUSPENDS
Result<CollectedRef> compute_spilled(const WindowPlan& plan, const LaneContext& context,
                                     std::span<WindowLane* const> lanes);

}  // namespace leat::state
