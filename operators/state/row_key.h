// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows of several key columns as byte strings: equal keys have equal bytes. The bytes are, for each
// row, one bit for each column that is NULL, then each value that is not NULL in the order of
// columns: fixed-width values as they lie in memory (floats normalised), strings with their length
// in front.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/builder.h"
#include "operators/data/memory.h"

namespace leat::state {

/// The float that stands for all that are equal to `value`.
inline double canonical_float(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value + 0.0;
}

/// Encodes batch after batch into the same scratch memory. THREADS: one at a time.
class RowKeyEncoder {
 public:
  explicit RowKeyEncoder(MemoryAccount& memory) : memory_(&memory) {}

  /// Encodes the selected rows. The results stay until the next call. ERRORS: kMemory.
  Status encode(std::span<const ColumnRef> keys, const Selection& selection);
  /// The key of physical row `row`. REQUIRES: it was selected.
  std::string_view key(size_t row) const {
    const char* const begin = bytes_->as<char>() + begins_->as<uint64_t>()[row];
    return {begin, lengths_->as<uint32_t>()[row]};
  }

 private:
  Status measure(std::span<const ColumnRef> keys, const Selection& selection);

  MemoryAccount* memory_;
  BufferRef bytes_;
  BufferRef begins_;   // uint64_t: where each row's bytes begin
  BufferRef lengths_;  // uint32_t
};

/// Turns encoded keys back into columns of `types`. ERRORS: kMemory.
Result<std::vector<ColumnRef>> decode_row_keys(std::span<const std::string_view> keys,
                                               const std::vector<Type>& types,
                                               MemoryAccount& memory);

}  // namespace leat::state
