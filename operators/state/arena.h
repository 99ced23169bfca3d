// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Strings that live as long as the state that refers to them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "operators/data/memory.h"

namespace leat::state {

/// Bytes that stay where they are put, in buffers of the budget.
class Arena {
 public:
  explicit Arena(MemoryAccount& memory) : memory_(&memory) {}

  /// Room for `bytes`. ERRORS: kMemory.
  Result<char*> take(size_t bytes) {
    if (static_cast<size_t>(end_ - next_) < bytes) {
      const size_t block = std::clamp(total_, kFirstBytes, kBlockBytesMax);
      LEAT_TRY_ASSIGN(BufferRef buffer, memory_->allocate(std::max(block, bytes)));
      next_ = buffer->template mutable_as<char>();
      end_ = next_ + buffer->capacity();
      total_ += buffer->capacity();
      blocks_.push_back(std::move(buffer));
    }
    char* const place = next_;
    next_ += bytes;
    return place;
  }

  /// Takes the bytes of `other`, which stay where they are.
  void adopt(Arena other) {
    for (BufferRef& block : other.blocks_) blocks_.push_back(std::move(block));
    total_ += other.total_;
  }

 private:
  static constexpr size_t kFirstBytes = size_t{4} << 10;
  static constexpr size_t kBlockBytesMax = size_t{1} << 20;

  MemoryAccount* memory_;
  std::vector<BufferRef> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t total_ = 0;
};

}  // namespace leat::state
