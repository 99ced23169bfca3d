// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows held by group: those that `distinct`, `top` and their like keep. See grouped_rows.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "operators/data/take.h"
#include "operators/state/groups/group_array.h"
#include "operators/state/sorting/sort_run.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// The rows of one lane, or of all. A row is known by its handle, which is its number in the order
/// of arrival. THREADS: one at a time; const calls any.
class GroupedRows {
 public:
  using Handle = uint32_t;
  static constexpr Handle kNone = UINT32_MAX;

  /// Rows are of the schema `order.stored`; an order without keys is that of the input.
  GroupedRows(const SortPlan& order, MemoryAccount& memory);
  GroupedRows(const GroupedRows&) = delete;
  GroupedRows& operator=(const GroupedRows&) = delete;

  /// The rows of `batch` get handles and can be compared, until keep(). ERRORS: kMemory.
  Status begin(Batch batch);
  /// The handle of a physical row of that batch.
  Handle pending(size_t row) const { return static_cast<Handle>(size() + row); }
  /// Copies the rows of `selection`, a part of that batch's, which get the handles from size() on;
  /// the other rows of the batch are gone. ERRORS: kMemory.
  Status keep(const Selection& selection, const uint32_t* group_of);

  /// Is `a` before `b`? The order is total.
  bool before(Handle a, Handle b) const;
  /// Have both the same keys of the order?
  bool same_keys(Handle a, Handle b) const;

  /// Drops the rows whose element of `kept` is 0; `moved` gets the new handle of each row, or
  /// kNone. ERRORS: kMemory.
  Status retain(const GroupArray<uint8_t>& kept, GroupNumbers& moved);
  /// Takes over the rows of `other`, whose group i is our `group_of[i]`. ERRORS: kMemory.
  Status absorb(GroupedRows& other, const GroupNumbers& group_of);

  /// Rows held.
  size_t size() const { return entries_.size(); }
  uint32_t group(Handle row) const { return owners_[row].group; }
  const SortEntry& entry(Handle row) const { return entries_[row]; }
  /// Where a row lies in batches(); also one that waits.
  RowRef place(Handle row) const {
    const SortEntry entry = entry_of(row);
    return {entry.batch, entry.row};
  }
  Handle handle(const RowRef& row) const { return begins_[row.batch] + row.row; }
  Ordinal ordinal(Handle row) const {
    return batches_[entries_[row].batch].places()[entries_[row].row];
  }
  /// Has the row a first key that belongs to the later part of the order? See SortPart.
  bool is_later(Handle row) const { return owners_[row].later != 0; }
  const SortPlan& order() const { return order_; }
  const std::vector<Batch>& batches() const { return batches_; }

 private:
  struct Owner {
    uint32_t group : 31;
    uint32_t later : 1;
  };

  SortEntry entry_of(Handle row) const;
  bool later_of(Handle row) const;
  bool is_pending_later(size_t row) const;
  Status store(Batch batch);
  Status join_tail();

  const SortPlan& order_;
  MemoryAccount& memory_;
  std::vector<Batch> batches_;  // the last one is pending between begin() and keep()
  RowOrder row_order_;          // of batches_
  std::vector<Handle> begins_;  // of each batch, its first row
  GroupArray<SortEntry> entries_;
  GroupArray<Owner> owners_;
  StateArray<uint64_t> prefixes_;  // of the pending batch
  size_t tail_ = 0;                // the first of the small batches at the end
};

/// All rows, group by group, each in its order.
struct SortedGroups {
  explicit SortedGroups(MemoryAccount& memory) : entries(memory), begins(memory) {}

  /// The rows of `group`.
  std::span<const SortEntry> rows(size_t group) const {
    return {entries.data() + begins[2 * group], begins[2 * group + 2] - begins[2 * group]};
  }
  StateArray<SortEntry> entries;
  GroupArray<uint64_t> begins;  ///< Of each group, its earlier part (see SortPart), then its later.
};

/// Sorts the rows of `groups` groups; several goroutines do it. ERRORS: kMemory. SUSPENDS
Result<SortedGroups> sort_groups(const GroupedRows& rows, size_t groups, MemoryAccount& memory);

/// The order of places, when the prefixes of entries are ordinals: that of the input.
inline bool by_place(const SortEntry& a, const SortEntry& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  return a.batch != b.batch ? a.batch < b.batch : a.row < b.row;
}

/// All rows in the order of the input. The prefix of an entry is its packed ordinal. ERRORS:
/// kMemory.
Result<StateArray<SortEntry>> input_order(const GroupedRows& rows, MemoryAccount& memory);

}  // namespace leat::state
