// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A growing array inside the memory budget: one element per group, for the columns of an
// aggregation's state.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "operators/state/memory.h"

namespace leat::state {

/// THREADS: one at a time.
template <typename T>
class StateArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit StateArray(MemoryAccount& memory) : memory_(&memory) {}

  size_t size() const { return size_; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }

  /// Makes the array `size` elements long; new ones are `value`. Growing doubles the room. ERRORS:
  /// kMemory, the array is unchanged.
  Status resize(size_t size, const T& value) {
    if (size > capacity_) LEAT_TRY(grow(size));
    for (size_t i = size_; i < size; ++i) data_[i] = value;
    size_ = size;
    return {};
  }
  Status push_back(const T& value) {
    if (size_ == capacity_) LEAT_TRY(grow(size_ + 1));
    data_[size_++] = value;
    return {};
  }
  void clear() {
    buffer_.reset();
    data_ = nullptr;
    size_ = 0;
    capacity_ = 0;
  }

 private:
  Status grow(size_t size) {
    constexpr size_t kFewest = 1024 / sizeof(T) + 1;
    LEAT_TRY_ASSIGN(BufferRef larger,
                    memory_->allocate(std::max({size, capacity_ * 2, kFewest}) * sizeof(T)));
    if (size_ > 0) std::memcpy(larger->mutable_data(), data_, size_ * sizeof(T));
    buffer_ = std::move(larger);
    data_ = buffer_->template mutable_as<T>();
    capacity_ = buffer_->capacity() / sizeof(T);
    return {};
  }

  MemoryAccount* memory_;
  BufferRef buffer_;
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

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
