// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The last value of one column in each partition, for filling what is missing in the order of the
// input. See last_values.cpp.
#pragma once

#include <optional>

#include "operators/operator.h"
#include "operators/state/keyed/grouped_rows.h"

namespace leat::state {

/// THREADS: one at a time.
class LastValues {
 public:
  /// Fills at most `limit` rows behind a value.
  LastValues(const Field& column, std::optional<uint64_t> limit, MemoryAccount& memory);
  LastValues(const LastValues&) = delete;
  LastValues& operator=(const LastValues&) = delete;

  /// Column `index` of the batch with its selected NULLs replaced by the last value of their
  /// partition; `group_of` has the partition of each physical row, of which there are `groups`.
  /// ERRORS: kMemory.
  Result<ColumnRef> fill(const Batch& batch, size_t index, const uint32_t* group_of, size_t groups);

 private:
  Status keep_last(const Batch& batch, const uint32_t* group_of);
  Status drop_replaced();

  SortPlan plan_;  // of the one column
  std::optional<uint64_t> limit_;
  MemoryAccount& memory_;
  GroupedRows rows_;
  GroupNumbers last_;            // of each partition, the row with its last value, or kNone
  GroupArray<uint64_t> filled_;  // of each partition, the rows filled since then
  size_t replaced_ = 0;          // rows held that are no longer the last
};

}  // namespace leat::state
