// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A growing array inside the memory budget: one element per group, for the columns of an
// aggregation's state.
//
// In pieces, so that growing copies at most one of them. An array that doubles is there once and a
// half while it grows, and has touched twice the pages it ends with; for a million groups those
// first touches cost more than all lookups.
//
// Rejected: mremap (blocks of the budget are recycled and have a header, and moved huge pages are
// split); reserving addresses for the largest array (refused under a limit on address space).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

#include "operators/data/memory.h"

namespace leat::state {

/// THREADS: one at a time; const calls any.
template <typename T>
class GroupArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Where the elements are, for loops that the compiler cannot tell to leave the array as it is.
  /// Valid until the array grows. `Element` is T or const T.
  template <typename Element>
  class Pieces {
   public:
    explicit Pieces(T* const* begin) : begin_(begin) {}
    Element& operator[](size_t index) const { return begin_[index / kPiece][index % kPiece]; }

   private:
    T* const* begin_;
  };

  explicit GroupArray(MemoryAccount& memory) : memory_(&memory) {}

  size_t size() const { return size_; }
  T& operator[](size_t index) { return pieces()[index]; }
  const T& operator[](size_t index) const { return pieces()[index]; }
  Pieces<T> pieces() { return Pieces<T>(places_.data()); }
  Pieces<const T> pieces() const { return Pieces<const T>(places_.data()); }
  /// All elements in a row, or null: there are none, or too many for one piece.
  T* in_one_piece() { return places_.size() == 1 ? places_.front() : nullptr; }

  /// Makes the array `size` elements long; new ones are `value`. ERRORS: kMemory, the elements are
  /// unchanged.
  Status resize(size_t size, const T& value) {
    while (size > capacity_) LEAT_TRY(grow(size));
    while (size_ < size) {
      const size_t end = std::min(size, size_ / kPiece * kPiece + kPiece);
      std::fill_n(&(*this)[size_], end - size_, value);
      size_ = end;
    }
    size_ = size;
    return {};
  }
  Status push_back(const T& value) {
    if (size_ == capacity_) LEAT_TRY(grow(size_ + 1));
    (*this)[size_++] = value;
    return {};
  }

 private:
  /// Elements of a piece; a power of two. As long as a chunk of input, so that what one has done
  /// with serves the other.
  static constexpr size_t kPiece = std::bit_floor(kChunkBytes / sizeof(T));
  static constexpr size_t kFewest = 1024 / sizeof(T) + 1;

  /// The first piece doubles; the others are of full size.
  Status grow(size_t size) {
    if (capacity_ >= kPiece) {
      LEAT_TRY_ASSIGN(BufferRef piece, memory_->allocate(kPiece * sizeof(T)));
      add(std::move(piece));
      capacity_ += kPiece;
      return {};
    }
    const size_t wanted = std::min(kPiece, std::max({size, capacity_ * 2, kFewest}));
    LEAT_TRY_ASSIGN(BufferRef larger, memory_->allocate(wanted * sizeof(T)));
    if (size_ > 0) std::memcpy(larger->mutable_data(), places_.front(), size_ * sizeof(T));
    places_.clear();
    buffers_.clear();
    capacity_ = std::min(kPiece, larger->capacity() / sizeof(T));
    add(std::move(larger));
    return {};
  }
  void add(BufferRef piece) {
    places_.push_back(piece->template mutable_as<T>());
    buffers_.push_back(std::move(piece));
  }

  MemoryAccount* memory_;
  std::vector<T*> places_;
  std::vector<BufferRef> buffers_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

/// Fewer groups than this are not worth another goroutine.
inline constexpr size_t kParallelGroups = size_t{1} << 15;

/// Numbers of groups.
using GroupNumbers = GroupArray<uint32_t>;

}  // namespace leat::state
