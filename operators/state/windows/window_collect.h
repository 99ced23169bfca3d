// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// All rows of a stage with the values of calls over windows. See window_collect.cpp.
#pragma once

#include <memory>

#include "operators/operator.h"
#include "operators/state/windows/window_plan.h"

namespace leat::state {

/// What a lane needs to write its rows to disk, and its first batches.
inline constexpr size_t kWindowBytesMin = size_t{3} << 20;

/// Counts kFolded and what goes to disk, and kMade unless the plan emits in its own way.
std::unique_ptr<Collect> make_windows(WindowPlan plan);

}  // namespace leat::state
