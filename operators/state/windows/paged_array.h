// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Arrays with an element for each row of a partition: in memory, or in pages on disk. See
// paged_array.cpp.
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "operators/state/spill/spill_run.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// Where the pages of several arrays are, and the first thing that went wrong with one of them.
/// THREADS: one at a time.
class PageStore {
 public:
  /// Both outlive this and its arrays.
  PageStore(SpillArea& area, MemoryAccount& memory) : area_(area), memory_(memory) {}

  SpillArea& area() const { return area_; }
  MemoryAccount& memory() const { return memory_; }
  void note(Status status) {
    if (!status && !failed_) failed_ = std::move(status).error();
  }
  /// What was read behind an error is undefined: to be asked before anything is made of it.
  Status status() const { return failed_ ? Status(std::unexpected(*failed_)) : Status(); }

 private:
  SpillArea& area_;
  MemoryAccount& memory_;
  std::optional<Error> failed_;
};

/// Bytes that are written from the first to the last, then read by page. THREADS: one at a time.
class PagedBytes {
 public:
  static constexpr size_t kPageBytes = size_t{32} << 10;

  explicit PagedBytes(PageStore& store) : store_(store) {}

  /// Makes room for the page that is being written. ERRORS: kMemory.
  Status start();
  /// That page. REQUIRES: started.
  uint8_t* page() { return page_->mutable_data(); }
  /// That page is full.
  void end_page();
  /// Nothing is written any more. ERRORS: of any page; kMemory, kIo. SUSPENDS
  Status finish();
  /// The bytes of page `number`, until another one is asked for a few times. SUSPENDS
  const uint8_t* read(size_t number) const;

 private:
  struct Slot {
    size_t number = SIZE_MAX;
    ColumnRef page;
    uint64_t used = 0;
  };
  static constexpr size_t kSlots = 6;  // both ends of a frame, those of a hole, and the row itself

  PageStore& store_;
  BufferRef page_;
  std::unique_ptr<SpillWriter> writer_;
  SpillRunRef run_;
  mutable std::array<Slot, kSlots> slots_;
  mutable uint64_t reads_ = 0;
};

/// THREADS: in memory as StateArray; on disk one at a time.
template <typename T>
class PagedArray {
  static constexpr size_t kOfPage = PagedBytes::kPageBytes / sizeof(T);

 public:
  /// Without a `store` the elements are in memory.
  PagedArray(MemoryAccount& memory, PageStore* store) : resident_(memory), store_(store) {}

  size_t size() const { return size_; }
  /// The array has `size` elements, all of them `value` until they are set. ERRORS: kMemory.
  Status resize(size_t size, const T& value) {
    size_ = size;
    rest_ = value;
    if (store_ != nullptr) return start();
    LEAT_TRY(resident_.resize(size, value));
    data_ = resident_.data();
    return {};
  }
  Status push_back(const T& value) {
    ++size_;
    if (store_ != nullptr) {
      LEAT_TRY(start());
      append(value);
      return {};
    }
    LEAT_TRY(resident_.push_back(value));
    data_ = resident_.data();
    return {};
  }
  /// REQUIRES: on disk, indexes ascend.
  void set(size_t index, const T& value) {
    if (data_ != nullptr) [[likely]] {
      data_[index] = value;
      return;
    }
    while (written_ < index) append(rest_);
    append(value);
  }
  /// Nothing is set any more, and elements may be read. ERRORS: kMemory, kIo. SUSPENDS
  Status finish() {
    if (store_ == nullptr) return {};
    LEAT_TRY(start());
    while (written_ < size_) append(rest_);
    return paged_->finish();
  }
  /// SUSPENDS, on disk.
  T operator[](size_t index) const {
    if (data_ != nullptr) [[likely]]
      return data_[index];
    T value;
    std::memcpy(&value, paged_->read(index / kOfPage) + index % kOfPage * sizeof(T), sizeof(T));
    return value;
  }

 private:
  Status start() {
    if (paged_) return {};
    paged_ = std::make_unique<PagedBytes>(*store_);
    return paged_->start();
  }
  void append(const T& value) {
    std::memcpy(paged_->page() + written_ % kOfPage * sizeof(T), &value, sizeof(T));
    if (++written_ % kOfPage == 0) paged_->end_page();
  }

  StateArray<T> resident_;
  T* data_ = nullptr;
  PageStore* store_;
  std::unique_ptr<PagedBytes> paged_;
  size_t size_ = 0;
  size_t written_ = 0;
  T rest_{};
};

}  // namespace leat::state
