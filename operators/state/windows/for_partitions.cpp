// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/for_partitions.h"

#include <algorithm>
#include <mutex>

#include "engine/parallel.h"

namespace leat::state {

namespace {

/// Fewer rows than this are not worth another goroutine.
constexpr size_t kRowsEach = size_t{1} << 15;

}  // namespace

Status for_partitions(const ArrangedRows& arranged,
                      const std::function<Status(size_t, size_t)>& body) {
  const uint32_t* const begin = arranged.partitions.data();
  const uint32_t* const end = begin + arranged.partition_count();
  std::mutex mutex;  // held for an assignment
  Status status;
  parallel_for(arranged.positions.size(), kRowsEach, [&](size_t first_row, size_t end_row) {
    const auto first = std::lower_bound(begin, end, first_row) - begin;
    const auto last = std::lower_bound(begin, end, end_row) - begin;
    if (first == last) return;
    Status own = body(static_cast<size_t>(first), static_cast<size_t>(last));
    if (own) return;
    const std::lock_guard lock(mutex);
    status = std::move(own);
  });
  return status;
}

}  // namespace leat::state
