// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Partitions worked on by several processors.
#pragma once

#include <functional>

#include "engine/error.h"
#include "operators/state/windows/partitioned_rows.h"

namespace leat::state {

/// Calls `body(first, last)` for ranges of partitions with about as many rows each, at once.
/// Returns one of its errors. SUSPENDS
Status for_partitions(const ArrangedRows& arranged,
                      const std::function<Status(size_t, size_t)>& body);

}  // namespace leat::state
