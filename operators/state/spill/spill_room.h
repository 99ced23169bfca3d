// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What lanes share that write their state to disk when they are refused memory.
#pragma once

#include <algorithm>

#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat::state {

/// From now on `bytes` more are granted to `account`, which has a lease: that grows by what is
/// charged to it and refunded. ERRORS: kMemory, what was set aside before is still there.
inline Status set_aside(MemoryAccount& account, size_t bytes) {
  constexpr size_t kSteps = 4;  // so that about as much is added as is missing
  const size_t step = bytes / kSteps + 1;
  Status status;
  size_t charged = 0;
  while (status && charged < bytes) {
    status = account.charge(step);
    charged += status ? step : 0;
  }
  account.refund(charged);
  return status;
}

/// The selected rows from physical row `begin` on, below `end`. ERRORS: kMemory.
inline Result<Selection> rows_between(const Selection& rows, size_t begin, size_t end,
                                      MemoryAccount& memory) {
  LEAT_TRY_ASSIGN(BufferRef chosen, memory.allocate((rows.count() + 1) * sizeof(uint32_t)));
  size_t count = 0;
  for_each_row(rows, [&](size_t row) {
    chosen->mutable_as<uint32_t>()[count] = static_cast<uint32_t>(row);
    count += row >= begin && row < end ? 1 : 0;
  });
  return Selection(std::move(chosen), count);
}

/// What a copy of the values of `rows` takes, about.
inline size_t copied_bytes(const Column& column, const Selection& rows) {
  const size_t each = rows.count() * (column.type().width() + 1);
  if (!column.type().is_view()) {
    const bool is_nested = column.type().is(TypeId::kList) || column.type().is(TypeId::kStruct);
    return each + (is_nested ? std::min(column.retained_bytes(), kChunkBytes / 2) : 0);
  }
  size_t bytes = each;
  for_each_row(rows, [&](size_t row) {
    bytes += column.is_valid(row) ? column.values<Utf8View>()[row].length : 0;
  });
  return bytes;
}

}  // namespace leat::state
