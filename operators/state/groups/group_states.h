// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups with the states of an aggregation's functions and the places where they first appeared: in
// memory, as columns for the disk, and as rows of the result. See group_states.cpp.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "operators/state/aggregation_plan.h"
#include "operators/state/groups/group_order.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// What one batch of input is folded from: the values of AggregationPlan::inputs, and the rows that
/// pass its filters.
struct FoldValues {
  std::vector<ColumnRef> inputs;
  std::vector<Selection> passing;
};

/// The key columns of `length` rows in the grouping set `set`, whose `keys` without it are given.
/// ERRORS: kMemory.
Result<std::vector<ColumnRef>> keys_of_set(const AggregationPlan& plan,
                                           std::span<const ColumnRef> keys, size_t set,
                                           size_t length, MemoryAccount& memory);

/// THREADS: one at a time; const calls any. ERRORS of all calls: kMemory.
class GroupStates {
 public:
  /// `keys` is charged for the groups, `states` for what is folded.
  GroupStates(const AggregationPlan& plan, MemoryAccount& keys, MemoryAccount& states);
  ~GroupStates();

  /// Groups known.
  size_t size() const { return order_.size(); }

  /// Finds the groups of `rows` and makes room for their states. When that is refused no row was
  /// folded: save() is as before for the groups known before, and the others have no rows.
  Status meet(const FoldValues& values, const Batch& batch, const Selection& rows);
  /// Folds the rows that were met.
  Status update(const FoldValues& values, const Batch& batch, const Selection& rows);
  /// Takes over the groups of `other`, which is of no use afterwards. SUSPENDS
  Status absorb(GroupStates&& other);
  /// There is one group, without rows; with grouping sets one for each that takes all rows
  /// together. REQUIRES: there are no groups, and no keys or grouping sets.
  Status add_empty();
  /// Nothing is met or absorbed after that. Called once, before save() or results(). SUSPENDS
  Status seal();

  /// The columns of save(): keys, then states.
  static SchemaRef saved_schema(const AggregationPlan& plan);
  /// `groups` as rows of saved_schema(), placed where they first appeared. REQUIRES: sealed.
  Result<Batch> save(const SchemaRef& schema, std::span<const uint32_t> groups,
                     MemoryAccount& memory) const;
  /// Merges groups that were saved. Their numbers are in group_of(), by row. REQUIRES: not sealed,
  /// all rows are selected.
  Status load(const Batch& saved);
  const uint32_t* group_of() const { return group_of_.data(); }

  /// All groups in the order in which they first appeared. To be called once.
  Result<GroupNumbers> rank() { return order_.rank(); }
  uint64_t first_row(uint32_t group) const { return order_.first_row(group); }
  /// See GroupTable::tag.
  uint32_t tag(uint32_t group) const { return table_->tag(group); }
  /// `country = 'DE', year = 2020`; empty without keys.
  Result<std::string> text_of(uint32_t group, MemoryAccount& memory) const;

  /// `groups` as rows of the result. Those whose values cannot be represented are in `faults`, in
  /// their order. REQUIRES: sealed.
  Result<Batch> results(std::span<const uint32_t> groups, MemoryAccount& memory,
                        std::vector<RowFault>& faults) const;

 private:
  Status resize_accumulators(size_t groups);
  Result<std::vector<ColumnRef>> call_columns(std::span<const uint32_t> groups,
                                              const std::vector<ColumnRef>& keys,
                                              MemoryAccount& memory,
                                              std::vector<RowFault>& faults) const;
  Result<ColumnRef> grouping_column(const std::vector<size_t>& keys, const Column& sets,
                                    MemoryAccount& memory) const;
  Result<ColumnRef> result_column(size_t result, const std::vector<ColumnRef>& keys,
                                  const std::vector<ColumnRef>& calls, const Column* sets,
                                  MemoryAccount& memory, std::vector<RowFault>& faults) const;
  Result<RowPlaces> places_of(std::span<const uint32_t> groups, MemoryAccount& memory) const;

  const AggregationPlan& plan_;
  MemoryAccount& keys_memory_;
  std::unique_ptr<GroupTable> table_;
  std::vector<std::unique_ptr<Accumulator>> accumulators_;
  std::vector<ColumnRef> arguments_;  // of one state
  StateArray<uint32_t> group_of_;     // of one batch
  GroupOrder order_;
};

}  // namespace leat::state
