// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Partitions worked on by several processors.
#pragma once

#include <algorithm>
#include <functional>

#include "engine/error.h"
#include "operators/state/windows/partitioned_rows.h"

namespace leat::state {

/// Calls `body(first, last)` for ranges of partitions with about as many rows each, at once.
/// Returns one of its errors. SUSPENDS
Status for_partitions(const ArrangedRows& arranged,
                      const std::function<Status(size_t, size_t)>& body);

/// Some places in a row, and the partitions [first, last) that they belong to: of the first and the
/// last one perhaps only some.
struct PlaceRange {
  size_t first;
  size_t last;
  uint32_t begin;
  uint32_t end;

  /// The places of `partition` that are in the range.
  uint32_t begin_in(const ArrangedRows& arranged, size_t partition) const {
    return std::max(begin, arranged.partitions[partition]);
  }
  uint32_t end_in(const ArrangedRows& arranged, size_t partition) const {
    return std::min(end, arranged.partitions[partition + 1]);
  }
};

/// As for_partitions, but large partitions are cut by rows.
Status for_places(const ArrangedRows& arranged,
                  const std::function<Status(const PlaceRange&)>& body);

}  // namespace leat::state
