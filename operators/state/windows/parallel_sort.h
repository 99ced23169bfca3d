// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A sort that several processors do at once: each sorts a stretch, then each merges a part of all
// stretches, cut where elements of the first stretch stand at equal distances.
#pragma once

#include <algorithm>
#include <mutex>
#include <span>
#include <vector>

#include "engine/go.h"
#include "engine/parallel.h"
#include "operators/state/state_array.h"
#include "operators/state/windows/cursor_heap.h"

namespace leat::state {

/// Fewer elements than this are not worth another goroutine.
inline constexpr size_t kSortEach = size_t{1} << 16;

/// Sorts by `before`, a total order. ERRORS: kMemory, for as much again. SUSPENDS
template <typename T, typename Before>
Status parallel_sort(std::span<T> values, const Before& before, MemoryAccount& memory) {
  struct Cursor {
    const T* next;
    const T* end;
    bool done() const { return next == end; }
    void advance() { ++next; }
  };
  std::mutex mutex;  // held for an append
  std::vector<Cursor> stretches;
  parallel_for(values.size(), kSortEach, [&](size_t begin, size_t end) {
    std::sort(values.begin() + static_cast<ptrdiff_t>(begin),
              values.begin() + static_cast<ptrdiff_t>(end), before);
    const std::lock_guard lock(mutex);
    stretches.push_back({values.data() + begin, values.data() + end});
  });
  if (stretches.size() < 2) return {};
  StateArray<T> merged(memory);
  LEAT_TRY(merged.resize(values.size(), T{}));
  const Cursor pilot = stretches.front();
  const auto length = static_cast<size_t>(pilot.end - pilot.next);
  // Each range of the first stretch is merged with what the others have between its ends.
  parallel_for(length, kSortEach / stretches.size(), [&](size_t begin, size_t end) {
    std::vector<Cursor> pieces;
    size_t at = 0;
    for (const Cursor& stretch : stretches) {
      const auto cut = [&](size_t index, const T* otherwise) {
        return index % length == 0
                   ? otherwise
                   : std::lower_bound(stretch.next, stretch.end, pilot.next[index], before);
      };
      pieces.push_back({cut(begin, stretch.next), cut(end, stretch.end)});
      at += static_cast<size_t>(pieces.back().next - stretch.next);
    }
    CursorHeap heap(std::move(pieces),
                    [&](const Cursor& a, const Cursor& b) { return before(*a.next, *b.next); });
    for (; !heap.empty(); heap.pop()) {
      if (at % kSortEach == 0) checkpoint();
      merged[at++] = *heap.top().next;
    }
  });
  std::copy_n(merged.data(), values.size(), values.begin());
  return {};
}

}  // namespace leat::state
