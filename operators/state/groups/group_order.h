// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where each group of an aggregation first appeared in the input, which decides the order of its
// output. See group_order.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "operators/data/batch.h"
#include "operators/state/groups/group_array.h"

namespace leat::state {

/// THREADS: one at a time. ERRORS of all calls: kMemory.
class GroupOrder {
 public:
  explicit GroupOrder(MemoryAccount& memory) : memory_(&memory), first_(memory), ranked_(memory) {}

  /// Groups known.
  size_t size() const { return first_.size(); }
  /// The rows of a batch were given groups, of which there are now `groups`. REQUIRES:
  /// nothing was absorbed yet.
  Status note(const Batch& batch, const Selection& rows, const uint32_t* group_of, size_t groups);
  /// There is one group and no row. REQUIRES: no group was noted or absorbed.
  Status note_empty();
  /// Takes over the groups of `other`: its group i is our `group_of[i]`, no two of them the same,
  /// and there are now `groups`. SUSPENDS
  Status absorb(GroupOrder other, GroupNumbers group_of, size_t groups);
  /// What absorb() and rank() ask for at most, besides what is held, when there are `groups` in
  /// all.
  static size_t work_bytes(size_t groups);
  /// All groups in the order in which they first appeared. To be called once, at the end.
  Result<GroupNumbers> rank();
  /// The identity of the row in which a group appeared first.
  uint64_t first_row(uint32_t group) const { return first_[group]; }

 private:
  struct Ranked;

  Status note_any(const RowPlaces& ids, const Selection& rows, const uint32_t* group_of);
  Status sort();
  void number(size_t groups);
  size_t drop_lowered(const GroupArray<uint8_t>& lowered, size_t known);
  Status merge(const GroupNumbers& theirs, size_t our_count, size_t their_count);

  MemoryAccount* memory_;
  GroupArray<uint64_t> first_;  // identity of the row in which each group was first seen
  GroupNumbers ranked_;         // all groups in order; empty: they are numbered in order
  uint64_t highest_id_ = 0;     // of all rows so far
  bool empty_ = true;           // no row was noted
  bool sorted_ = true;          // ranked_ is as it says
};

}  // namespace leat::state
