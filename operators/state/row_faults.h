// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "operators/operator.h"

namespace leat::state {

/// Orders faults found by several programs by row; of one row the first found comes first.
inline void sort_faults(std::vector<RowFault>& faults) {
  std::vector<size_t> order(faults.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return faults[a].row != faults[b].row ? faults[a].row < faults[b].row : a < b;
  });
  std::vector<RowFault> sorted;
  sorted.reserve(faults.size());
  for (const size_t i : order) sorted.push_back(std::move(faults[i]));
  faults = std::move(sorted);
}

}  // namespace leat::state
