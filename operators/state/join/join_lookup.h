// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which right rows a left row may meet: by its key, a range or a time. Keys of a batch are looked
// up together.
#pragma once

#include <optional>
#include <vector>

#include "operators/state/join/join_table.h"

namespace leat::state {

/// THREADS: one at a time.
class JoinLookup {
 public:
  JoinLookup(const JoinPlan& plan, const JoinTable& table, const LaneContext& context);

  /// Looks up the rows of `batch`. Returns the error of the first bad row under `on_error: fail`:
  /// then rows() are those before it. ERRORS: kMemory.
  Result<std::optional<Error>> start(const Batch& batch);
  /// The rows of the batch that are good.
  const Selection& rows() const { return rows_; }
  /// Their keys, in the types in which both sides compare.
  const std::vector<ColumnRef>& keys() const { return keys_; }
  /// The group whose rows `row` may meet, or kNoGroup.
  uint32_t group(uint32_t row) const { return group_of_[row]; }
  /// The right rows that `row` may meet, in their order; valid until the next call. ERRORS:
  /// kMemory.
  Result<Partners> candidates(uint32_t row);

 private:
  Status find_times(const Batch& batch, std::vector<RowFault>& faults);
  Status check_tolerance(const Batch& batch, const ColumnRef& times, std::vector<RowFault>& faults);
  uint32_t nearer(uint32_t before, uint32_t after, uint64_t code) const;
  enum class Ends : uint8_t { kAtCode, kBeforeCode };
  Status search(Ends ends, StateArray<uint32_t>& positions);
  Status find_ranges(uint32_t row, uint32_t group);

  const JoinPlan& plan_;
  const JoinTable& table_;
  LaneContext context_;
  std::vector<JoinValue> bounds_;
  JoinValues key_values_;
  JoinValues bound_values_;
  std::optional<expr::Evaluator> tolerance_;
  GroupLookup lookup_;

  // Of the batch.
  Selection rows_;
  std::vector<ColumnRef> keys_;
  std::vector<ColumnRef> bound_columns_;
  StateArray<uint32_t> group_of_;
  StateArray<uint64_t> codes_[2];  // of bounds
  StateArray<RangeIndex::Search> searches_;
  StateArray<uint32_t> behind_;  // by left row, the first position behind what it sought
  StateArray<uint32_t> after_;   // the same, of a second search
  StateArray<uint32_t> times_;   // by left row, its partner in time
  StateArray<uint32_t> found_;   // of one left row, by ranges
};

}  // namespace leat::state
