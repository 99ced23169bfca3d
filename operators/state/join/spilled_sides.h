// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The two sides of a join on their way to disk. See spilled_sides.cpp.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "operators/data/builder.h"
#include "operators/operator.h"
#include "operators/state/join/partitions.h"
#include "operators/state/join/spill_plan.h"
#include "operators/state/written_places.h"

namespace leat::state {

/// What is on disk of both sides. THREADS: hold and want_unmatched any; the rest one at a time.
struct SpilledSides {
  PartitionRuns right;
  uint64_t right_rows = 0;  ///< To be counted as spilled by who reads them.
  size_t lanes = 1;         ///< That collected the right side.

  /// Takes the left rows of a lane.
  void hold(PartitionRuns runs);

  PartitionRuns left;
  std::atomic<bool> wants_unmatched = false;  ///< Somebody reads the port.

 private:
  std::mutex mutex_;  // guards left while lanes hold; over no call that may park
};

/// The order codes of right rows, by physical row; null where the plan has no such bound.
struct BoundCodes {
  const uint64_t* low = nullptr;
  const uint64_t* high = nullptr;
};

/// Right rows of one lane. THREADS: one at a time.
class RightWriter {
 public:
  /// `work` as of PartitionWriter.
  RightWriter(const SpillPlan& plan, SpillArea& area, MemoryAccount& work);

  /// Takes the selected rows of `kept`, which has the columns that the join keeps; those of
  /// `matching` can have partners. `memory` is charged for them until they are written. ERRORS:
  /// kMemory, nothing was taken; kIo. SUSPENDS
  Status add(const Batch& kept, const Selection& matching, std::span<const ColumnRef> keys,
             BoundCodes codes, MemoryAccount& memory);
  /// The same of rows that were kept in memory: all of a compact batch, whose places stand in
  /// `lines` from `first` on.
  Status add_kept(const Batch& kept, const Selection& matching, std::span<const ColumnRef> keys,
                  BoundCodes codes, const RowLines* lines, size_t first);
  PartitionWriter& writer() { return writer_; }

 private:
  Status add_columns(const Batch& kept, const Selection& matching, BoundCodes codes,
                     MemoryAccount& memory, std::vector<ColumnRef>& columns);

  const SpillPlan& plan_;
  MemoryAccount& work_;
  KeyHasher hasher_;
  StateArray<uint64_t> hashes_;
  StateArray<uint64_t> chosen_hashes_;
  PartitionWriter writer_;
  uint64_t arrivals_ = 0;
};

/// A lane that deals left rows to partitions; the rows come out behind all of them.
std::unique_ptr<MapLane> make_dealing_lane(const JoinPlan& plan, SpilledSides& sides,
                                           const LaneContext& context);

/// A column of `length` values of `value(row)`. ERRORS: kMemory.
template <typename ValueOf>
Result<ColumnRef> number_column(size_t length, MemoryAccount& memory, ValueOf&& value_of) {
  FixedBuilder<int64_t> numbers(kInt64Type, memory);
  LEAT_TRY(numbers.reserve(length));
  for (size_t row = 0; row < length; ++row) numbers.append(static_cast<int64_t>(value_of(row)));
  return numbers.finish();
}

/// Packed ordinals as numbers that order as they do.
Result<ColumnRef> ordinal_column(const Batch& batch, MemoryAccount& memory);

}  // namespace leat::state
