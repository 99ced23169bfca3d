// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The distinct pairs of a group and a value, or several values: what count(distinct), mode and the
// like are made of. Pairs are numbered as they are met.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "operators/data/batch.h"
#include "operators/state/groups/group_index.h"
#include "operators/state/groups/group_table.h"

namespace leat::state {

/// Can values of `type` be told apart in a PairTable? More types than are groupable: intervals as
/// they compare, lists and structs by their parts, but not json.
bool is_distinguishable(const Type& type);

/// THREADS: one at a time; const calls any. ERRORS of all calls: kMemory.
class PairTable {
 public:
  /// REQUIRES: all types are distinguishable.
  PairTable(std::vector<Type> types, MemoryAccount& memory);

  /// Numbers the pairs of the selected rows of which no value is NULL: pairs()[i] is that of
  /// physical row rows()[i]. New ones get the next numbers, in the order of rows.
  Status assign(std::span<const ColumnRef> values, const Selection& selection,
                const uint32_t* group_of);
  /// The rows of the last assign that have a pair.
  const Selection& rows() const { return rows_; }
  /// The pair of one of these physical rows.
  uint32_t pair_of(size_t row) const { return pair_of_[row]; }
  /// How many pairs there are.
  size_t size() const { return table_->size(); }

  /// Calls `visit(values, groups, pairs)` for batches of the pairs of `other`, after these were
  /// numbered here: columns of values, and for each row our group and the number there. REQUIRES:
  /// the same types.
  template <typename Visit>
  Status absorb(const PairTable& other, const GroupNumbers& group_of, Visit&& visit) {
    std::vector<uint32_t> pairs;
    std::vector<uint32_t> groups;
    for (size_t begin = 0; begin < other.size(); begin += kBatchRowsMax) {
      const size_t count = std::min(kBatchRowsMax, other.size() - begin);
      LEAT_TRY_ASSIGN(const std::vector<ColumnRef> values,
                      other.stretch(begin, count, pairs, groups));
      for (uint32_t& group : groups) group = group_of[group];
      LEAT_TRY(assign_encoded(values, Selection(count), groups.data()));
      visit(std::span<const ColumnRef>(values), groups, pairs);
    }
    return {};
  }

  /// Finds the pairs of each of `groups` groups. Nothing is assigned or absorbed after that.
  Status seal(size_t groups);
  /// The pairs of `group`, in the order of their numbers. REQUIRES: sealed.
  std::span<const uint32_t> pairs(uint32_t group) const { return index_.of(group); }
  /// The values of `pairs`, without NULLs. REQUIRES: all types are groupable.
  Result<std::vector<ColumnRef>> values_of(std::span<const uint32_t> pairs,
                                           MemoryAccount& memory) const;

  /// The types of the columns of save(): a list for each value, of the type that it is encoded in.
  std::vector<Type> state_types() const;
  /// The values of the pairs of each of `groups` as lists. REQUIRES: sealed.
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const;
  /// Numbers the pairs that were saved; the elements of the lists are the rows. `columns` are as
  /// many as state_types(). Writes the group of each element to `groups`.
  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of, BufferRef& groups);

 private:
  /// The values of pairs [begin, begin + count), their numbers and groups.
  Result<std::vector<ColumnRef>> stretch(size_t begin, size_t count, std::vector<uint32_t>& pairs,
                                         std::vector<uint32_t>& groups) const;
  Status assign_encoded(std::span<const ColumnRef> values, const Selection& selection,
                        const uint32_t* group_of);

  MemoryAccount& memory_;
  std::vector<Type> types_;    // as they come
  std::vector<Type> encoded_;  // as the table has them
  std::unique_ptr<GroupTable> table_;
  Selection rows_;
  StateArray<uint32_t> pair_of_;
  GroupIndex index_;
};

/// The selected rows in which none of `columns` is NULL. ERRORS: kMemory.
Result<Selection> rows_without_nulls(std::span<const ColumnRef> columns, const Selection& selection,
                                     MemoryAccount& memory);

}  // namespace leat::state
