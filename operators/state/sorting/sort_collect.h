// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Puts all rows of a stage in order, in memory or on disk. See sort_collect.cpp.
#pragma once

#include "operators/operator.h"
#include "operators/state/sorting/sort_run.h"

namespace leat::state {

/// Makes `bound` a stage that gives its rows in the order of `plan`; without keys in that of their
/// ordinals. Sets species, equations and least memory.
void bind_sorting(SortPlan plan, BoundOperator& bound);

}  // namespace leat::state
