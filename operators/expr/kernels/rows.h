// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The rows for which a node of a program is to be computed. Kernels that cost nanoseconds run over
// all physical rows when enough of them are wanted (`is_dense`) and look at `bits` only when
// something went wrong; others walk the rows. Each form is made from the other when it is asked
// for.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "operators/data/batch.h"

namespace leat::expr {

inline constexpr size_t kWordsMax = kBatchRowsMax / 64;

/// Words of 64 rows that `rows` rows take.
inline size_t words_of(size_t rows) { return (rows + 63) / 64; }

/// THREADS: one. REQUIRES: at most kBatchRowsMax physical rows.
class Rows {
 public:
  using Bits = std::array<uint64_t, kWordsMax>;

  /// All of `length` rows.
  void set_all(size_t length);
  void set(const Selection& selection, size_t length);
  /// The rows of `parent` whose bit is set. `parent` must outlive this.
  void set_part(const Rows& parent, const Bits& bits);

  /// Physical rows.
  size_t length() const { return length_; }
  size_t count() const { return count_; }
  bool is_all() const { return count_ == length_; }
  /// Are so many rows wanted that a cheap kernel should compute all of them?
  bool is_dense() const { return count_ * 4 >= length_; }
  bool contains(size_t row) const { return (bits()[row / 64] >> (row % 64) & 1) != 0; }
  /// Bits past length() are zero.
  const Bits& bits() const;
  /// Ascending row numbers. REQUIRES: !is_all().
  const uint32_t* list() const;
  const Rows* parent() const { return parent_; }

 private:
  const Rows* parent_ = nullptr;
  size_t length_ = 0;
  size_t count_ = 0;
  mutable bool has_bits_ = false;
  mutable const uint32_t* list_ = nullptr;  // foreign (a selection's) or own_list_
  mutable Bits bits_;
  mutable std::unique_ptr<uint32_t[]> own_list_;
};

/// Writes the numbers of the set bits of `words` words; returns how many. REQUIRES: `out` has room
/// for one more.
size_t list_bits(const uint64_t* bits, size_t words, uint32_t* out);

/// Calls `function(row)` for each row in ascending order.
template <typename Function>
void for_each_row(const Rows& rows, Function&& function) {
  const size_t count = rows.count();
  if (rows.is_all()) {
    for (size_t row = 0; row < count; ++row) function(row);
    return;
  }
  const uint32_t* const list = rows.list();
  for (size_t i = 0; i < count; ++i) function(static_cast<size_t>(list[i]));
}

}  // namespace leat::expr
