// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The frame of row after row of a partition. As offsets are the same for all rows, both ends of a
// frame, and those of the rows it excludes, only move forward.
#pragma once

#include <cstdint>

#include "operators/data/exact_sum.h"
#include "operators/expr/window_expression.h"
#include "operators/state/state_array.h"
#include "operators/state/windows/partitioned_rows.h"

namespace leat::state {

/// The keys of the order as numbers by place, in which offsets are counted. Ascending within a
/// partition, whatever the direction of the order. THREADS: immutable once made, any.
class RangeKeys {
 public:
  /// `order` has one key, of a number or a time. ERRORS: kMemory.
  static Result<RangeKeys> make(const PartitionedRows& rows, const ArrangedRows& arranged,
                                const SortPlan& order, MemoryAccount& memory);

  bool is_null(size_t place) const { return nulls_[place] != 0; }
  Int128 at(size_t place) const {
    return narrow_.size() > 0 ? Int128{narrow_[place]} : wide_[place];
  }
  /// The key that lies `bound` away from that at `place`.
  Int128 from(size_t place, const expr::WindowFrame::Bound& bound) const;

 private:
  RangeKeys(MemoryAccount& memory, PageStore* pages)
      : narrow_(memory, pages), wide_(memory, pages), nulls_(memory, pages) {}
  void note(size_t place, const Column& column, size_t row);

  Type type_;
  bool descending_ = false;
  PagedArray<int64_t> narrow_;
  PagedArray<Int128> wide_;  // of decimals, then narrow_ is empty
  PagedArray<uint8_t> nulls_;
};

/// Does a frame count offsets by the values of keys?
bool needs_range_keys(const expr::WindowFrame& frame);

/// Places [begin, end) without [hole_begin, hole_end), and with the current row if it is put back.
/// begin <= hole_begin <= hole_end <= end.
struct FrameRows {
  uint32_t begin;
  uint32_t hole_begin;
  uint32_t hole_end;
  uint32_t end;
  bool puts_back;  ///< The current row lies in the hole and belongs to the frame.

  bool operator==(const FrameRows&) const = default;
};

/// THREADS: one at a time.
class FrameCursor {
 public:
  /// `keys` is null unless needs_range_keys(frame). All outlive this.
  FrameCursor(const expr::WindowFrame& frame, const ArrangedRows& arranged, const RangeKeys* keys,
              size_t partition);

  /// The frame of the row at `place`. REQUIRES: places of the partition, ascending.
  FrameRows at(uint32_t place);

 private:
  uint32_t start_of(uint32_t place);
  uint32_t end_of(uint32_t place);
  uint32_t range_start(uint32_t place);
  uint32_t range_end(uint32_t place);

  const expr::WindowFrame& frame_;
  const RangeKeys* keys_;
  uint32_t peers(uint64_t group) const { return arranged_.peers[first_group_ + group]; }

  const ArrangedRows& arranged_;
  size_t first_group_;  // the partition's first, among the groups of peers
  size_t groups_;
  uint32_t first_;         // places of the partition
  uint32_t last_;          // one past them
  uint32_t valued_first_;  // places with a key that is not NULL
  uint32_t valued_last_;
  size_t group_ = 0;
  uint32_t start_;  // as far as range offsets have been followed
  uint32_t end_;
};

}  // namespace leat::state
