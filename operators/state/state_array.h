// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A growing array inside the memory budget whose elements lie in a row. One element for each of
// many groups: see group_array.h.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "operators/data/memory.h"

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

}  // namespace leat::state
