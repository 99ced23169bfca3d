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

/// The rows of `selection` without those of `faults`, which are ordered by row. ERRORS: kMemory.
inline Result<Selection> without_faults(const Selection& selection,
                                        const std::vector<RowFault>& faults,
                                        MemoryAccount& memory) {
  if (faults.empty()) return selection;
  LEAT_TRY_ASSIGN(BufferRef rows, memory.allocate((selection.count() + 1) * sizeof(uint32_t)));
  size_t count = 0;
  auto fault = faults.begin();
  for_each_row(selection, [&](size_t row) {
    while (fault != faults.end() && fault->row < row) ++fault;
    if (fault == faults.end() || fault->row != row)
      rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
  });
  return Selection(std::move(rows), count);
}

}  // namespace leat::state
