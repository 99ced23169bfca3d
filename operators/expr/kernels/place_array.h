// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where elements of one list stand, for sorting them.
#pragma once

#include <algorithm>

#include "operators/data/memory.h"

namespace leat::expr {

/// Numbers in memory that is charged to the stage. THREADS: one.
class PlaceArray {
 public:
  explicit PlaceArray(MemoryAccount& memory) : memory_(&memory) {}

  /// Room for `size` numbers; what was there is lost when it grows. ERRORS: kMemory.
  Status resize(size_t size) {
    if (size > capacity_) {
      const size_t capacity = std::max(size, 2 * capacity_);
      LEAT_TRY_ASSIGN(buffer_, memory_->allocate(capacity * sizeof(uint32_t)));
      capacity_ = capacity;
    }
    size_ = size;
    return {};
  }
  size_t size() const { return size_; }
  uint32_t* begin() { return size_ == 0 ? nullptr : buffer_->mutable_as<uint32_t>(); }
  const uint32_t* begin() const { return size_ == 0 ? nullptr : buffer_->as<uint32_t>(); }
  const uint32_t* end() const { return begin() + size_; }

 private:
  MemoryAccount* memory_;
  BufferRef buffer_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace leat::expr
