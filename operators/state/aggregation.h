// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows into groups: what `aggregate` does, from the compiled plan to the batches of results, in
// memory or, where that ends, on disk. See aggregation.cpp.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "operators/operator.h"
#include "operators/state/aggregation_plan.h"
#include "operators/state/groups/group_states.h"
#include "operators/state/groups/spilled_groups.h"

namespace leat::state {

/// The groups found by one lane, or by all of them. THREADS: one at a time.
class Aggregation {
 public:
  /// Does not keep `context`'s ledger for counting kFolded: rows() tells.
  Aggregation(const AggregationPlan& plan, const LaneContext& context);
  ~Aggregation();

  /// Folds the batch's rows. ERRORS: kMemory, kIo; the error of a bad row under `on_error: fail`.
  /// SUSPENDS
  Status consume(const Batch& batch);
  /// Bytes that spill() would give back.
  size_t spillable() const;
  /// Writes all groups to disk; counts kSpilled in `ledger`. REQUIRES: the context has a SpillArea.
  /// ERRORS: kIo, kMemory. SUSPENDS
  Status spill(Ledger& ledger);
  bool has_spilled() const { return !spilled_.empty(); }
  /// What was written, in order.
  std::vector<SpilledPartitions> take_spilled() { return std::move(spilled_); }

  /// Sets memory aside for taking over all of `others`; false: there is none.
  bool make_room_for(std::span<const std::unique_ptr<Aggregation>> others);
  /// Takes over the groups of `other`, an aggregation of the same plan. REQUIRES: nothing was
  /// spilled. ERRORS: kMemory. SUSPENDS
  Status absorb(std::unique_ptr<Aggregation> other);
  /// Puts the groups in order of first appearance; without keys there is always one. Returns in how
  /// many parts emit_part makes the result. Nothing may be folded or absorbed after that. ERRORS:
  /// kMemory. SUSPENDS
  Result<size_t> finish();
  /// Emits the rows of one part, one per group; counts kMade in `context`. ERRORS: kMemory; kData
  /// when the value of an aggregate cannot be represented. THREADS: any.
  Status emit_part(size_t part, const LaneContext& context, Output& output) const;

  size_t groups() const { return groups_->size(); }
  /// Rows folded, by this one and by those it absorbed.
  uint64_t rows() const { return rows_; }

 private:
  /// Physical rows [begin, end) of a batch.
  struct Range {
    size_t begin;
    size_t end;
  };

  Status start();
  void begin_groups();
  Status evaluate(const Batch& batch, const Selection& rows, std::vector<RowFault>& faults);
  Status fold(const Batch& batch, const Selection& rows);
  Status fold_sets(const Batch& batch, const Selection& rows);
  Status fold_rows(const Batch& batch, const Selection& rows);
  Status fold_range(const Batch& batch, const Selection& rows, Range range);
  Status meet(const Batch& batch, const Selection& rows);
  size_t growth() const;
  size_t batch_bytes(const Selection& rows) const;
  Status explain(Status status) const;
  template <typename Attempt>
  Status with_room(Attempt&& attempt);

  const AggregationPlan& plan_;
  LaneContext context_;
  MemoryLease keys_memory_;    // of groups_; empty when the lane cannot spill
  MemoryLease states_memory_;  // likewise, and what folding and sealing one batch may take
  MemoryLease work_memory_;    // for writing to disk when nothing is left
  std::unique_ptr<GroupStates> groups_;
  size_t complete_ = 0;     // groups of the batches that were folded
  uint64_t held_rows_ = 0;  // that they were folded from
  std::vector<std::optional<expr::Evaluator>> input_evaluators_;
  std::vector<expr::Evaluator> filter_evaluators_;
  FoldValues values_;  // of one batch
  size_t growth_quarters_ = 0;
  size_t growing_ = 0;   // accumulators
  GroupNumbers ranked_;  // the groups as they are emitted
  uint64_t rows_ = 0;
  std::vector<SpilledPartitions> spilled_;
  uint64_t met_ = 0;  // groups that were spilled
};

}  // namespace leat::state
