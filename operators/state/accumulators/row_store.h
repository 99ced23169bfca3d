// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows that aggregates keep as they are: values, the keys of an order, and ordinals, each row of a
// group. For folds whose value depends on all rows and their order.
#pragma once

#include <span>
#include <vector>

#include "operators/data/take.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/groups/group_index.h"

namespace leat::state {

/// The columns that rows of `spec` are kept in.
SchemaRef row_schema(const FoldSpec& spec);

/// Where in `schema` the keys of an order begin, and how each is ordered.
struct RowKeys {
  size_t first;
  std::vector<KeyOrder> order;

  explicit RowKeys(const FoldSpec& spec) : first(spec.arguments()), order(spec.order) {}
  /// -1, 0 or 1 by the keys alone.
  int compare(const Batch& a, size_t row_a, const Batch& b, size_t row_b) const;
};

/// Memory that the value of one row takes in a list, roughly.
size_t value_bytes(const Column& column, size_t row);

/// THREADS: one at a time; const calls any. ERRORS of all calls: kMemory.
class RowStore {
 public:
  RowStore(const FoldSpec& spec, MemoryAccount& memory);

  /// Keeps the selected rows.
  Status add(std::span<const ColumnRef> columns, const Selection& rows, const uint32_t* group_of,
             const RowPlaces& places);
  /// Takes the rows of `other`; its group i is our `group_of[i]`.
  Status absorb(RowStore& other, const GroupNumbers& group_of);
  /// Finds the rows of each of `groups` groups. Nothing is added or absorbed after that.
  Status seal(size_t groups);

  bool empty() const { return batches_.empty(); }
  /// Numbers of the rows of `group`; ascending numbers are the order of arrival. REQUIRES: sealed.
  std::span<const uint32_t> of(uint32_t group) const { return index_.of(group); }
  const RowRef& ref(uint32_t row) const { return refs_[row]; }
  const Batch& batch_of(const RowRef& ref) const { return batches_[ref.batch]; }
  /// The rows as a batch. REQUIRES: sealed, not empty().
  Result<Batch> pick(std::span<const RowRef> rows, MemoryAccount& memory) const {
    return take(batches_, rows, memory);
  }

  /// A list for each column, then one of ordinals.
  std::vector<Type> state_types() const;
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const;
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of);

 private:
  Status join_small();
  Status flush_small();

  MemoryAccount& memory_;
  SchemaRef schema_;
  std::vector<Batch> batches_;
  std::vector<Batch> small_;  // behind those of batches_: too small to be kept as they are
  size_t small_rows_ = 0;
  GroupNumbers groups_;  // of each row, in the order of batches
  StateArray<RowRef> refs_;
  GroupIndex index_;
};

}  // namespace leat::state
