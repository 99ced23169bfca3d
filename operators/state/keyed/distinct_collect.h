// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One row of each key, collected: each lane keeps the row of each key that it would keep of those
// it has seen; then the lanes' rows are compared in the same way.
#pragma once

#include <memory>

#include "operators/operator.h"
#include "operators/state/keyed/distinct_rows.h"

namespace leat::state {

/// Counts kMade and kDropped, and what goes to disk.
std::unique_ptr<Collect> make_distinct(DistinctPlan plan);

}  // namespace leat::state
