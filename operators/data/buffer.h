// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Blocks of memory shared by reference count. Every byte a batch holds lives in a Buffer, and every
// Buffer is charged to the run's memory budget (operators/data/memory.h) until its last reference
// goes, so the budget sees all of it. A string view keeps its whole chunk alive and charged:
// holders that keep few rows of a chunk must compact them.
//
// A buffer is written by the one who allocated it and is immutable once it is shared.
// `kBufferPadding` bytes past `size()` may always be read (never relied on), so kernels may load
// whole vectors.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace leat {

inline constexpr size_t kBufferPadding = 64;

class Buffer;

/// Gives the memory of a dead buffer back to where it came from. THREADS: any.
class BufferOwner {
 public:
  virtual void release(Buffer* buffer) noexcept = 0;

 protected:
  ~BufferOwner() = default;
};

/// A block of memory with a reference count. Made by MemoryBudget::allocate and by importers of
/// foreign memory.
class Buffer {
 public:
  Buffer(uint8_t* data, size_t capacity, BufferOwner& owner)
      : data_(data), capacity_(capacity), owner_(&owner) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  const uint8_t* data() const { return data_; }
  /// REQUIRES: the caller allocated the buffer and has not shared it yet.
  uint8_t* mutable_data() { return data_; }
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(data_);
  }
  template <typename T>
  T* mutable_as() {
    return reinterpret_cast<T*>(data_);
  }

  /// Bytes in use; may be less than what was asked for.
  size_t size() const { return size_; }
  void set_size(size_t size) { size_ = size; }
  /// Bytes that may be written, without the padding.
  size_t capacity() const { return capacity_; }

 private:
  friend class BufferRef;
  uint8_t* data_;
  size_t size_ = 0;
  size_t capacity_;
  BufferOwner* owner_;
  std::atomic<uint32_t> references_{0};
};

/// A counted reference. Copies are one relaxed increment. THREADS: as std::shared_ptr.
class BufferRef {
 public:
  BufferRef() = default;
  explicit BufferRef(Buffer* buffer) : buffer_(buffer) { retain(); }
  BufferRef(const BufferRef& other) : buffer_(other.buffer_) { retain(); }
  BufferRef(BufferRef&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  BufferRef& operator=(BufferRef other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~BufferRef() { reset(); }

  void reset() {
    Buffer* const dead = std::exchange(buffer_, nullptr);
    // acq_rel: what others wrote before dropping their reference is seen before the memory is
    // reused.
    if (dead != nullptr && dead->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      dead->owner_->release(dead);
  }
  Buffer* get() const { return buffer_; }
  Buffer* operator->() const { return buffer_; }
  Buffer& operator*() const { return *buffer_; }
  explicit operator bool() const { return buffer_ != nullptr; }
  /// Is this the only reference? Then the holder may write again.
  bool unique() const {
    return buffer_ != nullptr && buffer_->references_.load(std::memory_order_acquire) == 1;
  }

 private:
  void retain() {
    if (buffer_ != nullptr) buffer_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  Buffer* buffer_ = nullptr;
};

}  // namespace leat
