// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/for_partitions.h"

#include <algorithm>
#include <mutex>

#include "engine/parallel.h"

namespace leat::state {

namespace {

/// Fewer rows than this are not worth another goroutine.
constexpr size_t kRowsEach = size_t{1} << 15;

/// Calls `body(first row, row behind the last)` for ranges of rows, at once; on disk there is one
/// range.
Status for_rows(const ArrangedRows& arranged, const std::function<Status(size_t, size_t)>& body) {
  const size_t rows = arranged.rows();
  if (arranged.paged) return rows == 0 ? Status() : body(0, rows);
  std::mutex mutex;  // held for an assignment
  Status status;
  parallel_for(rows, kRowsEach, [&](size_t first_row, size_t end_row) {
    Status own = body(first_row, end_row);
    if (own) return;
    const std::lock_guard lock(mutex);
    status = std::move(own);
  });
  return status;
}

/// The first partition that begins at `row` or behind it.
size_t partition_from(const ArrangedRows& arranged, size_t row) {
  const uint32_t* const begin = arranged.partitions.data();
  return static_cast<size_t>(std::lower_bound(begin, begin + arranged.partition_count(), row) -
                             begin);
}

/// Where a range that should begin at `row` does: there, when a large partition is cut, or where
/// the next one begins.
uint32_t cut_near(const ArrangedRows& arranged, size_t row) {
  const size_t next = partition_from(arranged, row);
  const uint32_t behind = arranged.partitions[next];
  if (next == 0 || behind - arranged.partitions[next - 1] < 2 * kRowsEach) return behind;
  return static_cast<uint32_t>(row);
}

}  // namespace

Status for_partitions(const ArrangedRows& arranged,
                      const std::function<Status(size_t, size_t)>& body) {
  return for_rows(arranged, [&](size_t first_row, size_t end_row) -> Status {
    const size_t first = partition_from(arranged, first_row);
    const size_t last = partition_from(arranged, end_row);
    return first == last ? Status() : body(first, last);
  });
}

Status for_places(const ArrangedRows& arranged,
                  const std::function<Status(const PlaceRange&)>& body) {
  return for_rows(arranged, [&](size_t first_row, size_t end_row) -> Status {
    PlaceRange range{0, 0, cut_near(arranged, first_row), cut_near(arranged, end_row)};
    if (range.begin == range.end) return {};
    range.first = partition_from(arranged, size_t{range.begin} + 1) - 1;
    range.last = partition_from(arranged, range.end);
    return body(range);
  });
}

}  // namespace leat::state
