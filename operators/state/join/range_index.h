// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows found by the order of their values instead of by equality: ranges that hold a point or
// overlap a range, and the last (next, nearest) row before (after) a time. Values become 64 bits
// that order as they do.
//
// The rows of each group lie together, ordered by where their range begins. Those that begin in
// time are then a prefix; of these, the ends decide: where ends never descend (disjoint ranges,
// points) by a second binary search, else by a hierarchy of maxima, which makes the array an
// implicit interval tree: whole blocks that end too early are skipped.
#pragma once

#include <span>
#include <vector>

#include "operators/data/batch.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// Can values of `type` be ordered by 64 bits? Numbers, dates and timestamps; of decimals those of
/// at most 18 digits.
bool has_order_code(const Type& type);
/// Have they numbers that are at most those of greater values, and perhaps equal? They find the
/// rows of a range, and some more.
bool has_range_code(const Type& type);

/// Writes a number for each selected row that is not NULL; numbers order as the values do. NaN
/// comes last. REQUIRES: has_range_code.
void write_order_codes(const Column& column, const Selection& selection, uint64_t* codes);

/// THREADS: one until built, then any.
class RangeIndex {
 public:
  explicit RangeIndex(MemoryAccount& memory) : memory_(memory), lows_(memory), highs_(memory) {}

  /// Rows [begins[g], begins[g + 1]) of `rows` are group g, ascending; each group is put in order
  /// of `lows`. `lows` and `highs` are as long as `rows`; empty ones stand for no bound. Takes
  /// both. ERRORS: kMemory. SUSPENDS
  Status build(std::span<const uint32_t> begins, std::span<uint32_t> rows,
               StateArray<uint64_t> lows, StateArray<uint64_t> highs);

  /// A question of one row: of `count` rows from `position` on, how many begin at or before `code`?
  struct Search {
    uint64_t code;
    uint32_t position;
    uint32_t count;
  };
  /// Moves each `position` behind the rows that do. All searches advance together: they wait for
  /// memory at the same time.
  void skip_at_most(std::span<Search> searches) const;

  /// The positions in [begin, end) whose rows end at or after `earliest`, appended to `found` in
  /// ascending order. REQUIRES: one group. ERRORS: kMemory.
  Status find(size_t begin, size_t end, uint64_t earliest, StateArray<uint32_t>& found) const;

  uint64_t low(size_t position) const { return lows_[position]; }

 private:
  static constexpr size_t kFanOut = 16;

  Status order_group(size_t begin, size_t end, std::span<uint32_t> rows);
  Status build_maxima();
  Status find_in_tree(size_t begin, size_t end, uint64_t earliest,
                      StateArray<uint32_t>& found) const;

  MemoryAccount& memory_;
  StateArray<uint64_t> lows_;
  StateArray<uint64_t> highs_;
  bool ends_ascend_ = true;                   // in each group
  std::vector<StateArray<uint64_t>> maxima_;  // of kFanOut, kFanOut^2, ... rows' ends
};

}  // namespace leat::state
