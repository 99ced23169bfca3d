// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where each group of an aggregation first appeared in the input, which decides the order of its
// output. See group_order.cpp.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "operators/data/batch.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// THREADS: one at a time. ERRORS of all calls: kMemory.
class GroupOrder {
 public:
  explicit GroupOrder(MemoryAccount& memory) : memory_(&memory), first_(memory) {}

  /// Groups known.
  size_t size() const { return first_.size(); }
  /// The rows of a batch were given groups, of which there are now `groups`. REQUIRES:
  /// nothing was absorbed yet.
  Status note(const Batch& batch, const Selection& rows, const uint32_t* group_of, size_t groups);
  /// There is one group and no row. REQUIRES: no group was noted or absorbed.
  Status note_empty();
  /// Takes over the groups of `other`: its group i is our `group_of[i]`, and those new to us have
  /// the next numbers, in the order of i.
  Status absorb(GroupOrder other, StateArray<uint32_t> group_of);
  /// All groups in the order in which they first appeared. To be called once, at the end.
  Result<StateArray<uint32_t>> rank();
  /// The identity of the row in which a group appeared first. REQUIRES: rank was called.
  uint64_t first_row(uint32_t group) const { return first_[group].id; }

 private:
  /// Rows of one identity (several made of one row, all in one lane) are told apart by `ordinal`.
  struct FirstSeen {
    uint64_t id;
    uint64_t ordinal;
    auto operator<=>(const FirstSeen&) const = default;
  };
  /// The groups of another lane, in the order of its numbers.
  struct Absorbed {
    StateArray<FirstSeen> first;
    StateArray<uint32_t> group_of;  // our numbers
  };
  struct Cursor;
  struct Ranked;

  Status note_any(const RowIds& ids, const Selection& rows, const uint32_t* group_of);
  bool is_ascending() const;
  void rank_by_merging(StateArray<uint32_t>& order, StateArray<uint8_t>& ranked);
  Status rank_by_sorting(StateArray<uint32_t>& order);

  MemoryAccount* memory_;
  StateArray<FirstSeen> first_;
  size_t own_ = 0;  // groups that were noted here; the rest are those of absorbed_
  std::vector<Absorbed> absorbed_;
  FirstSeen last_{0, 0};     // the row before
  uint64_t highest_id_ = 0;  // of all rows so far
  bool empty_ = true;        // no row was noted
};

}  // namespace leat::state
