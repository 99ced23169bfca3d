// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the partitions of a spilled join make of left rows. See result_rows.cpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "operators/state/join/join_probe.h"
#include "operators/state/join/spilled_result.h"
#include "operators/state/sorting/lane_sort.h"

namespace leat::state {

/// Takes what becomes of left rows, in any order. THREADS: one at a time.
class ResultRows {
 public:
  ResultRows(const SpillPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context), sort_(plan.result_order, context) {}

  /// Rows that are ready. ERRORS: kMemory, kIo. SUSPENDS
  Status add_ready(const Batch& batch);
  /// Left rows, the physical rows `rows` of their batch, with the kind of each. ERRORS: kMemory,
  /// kIo. SUSPENDS
  Status add_left(const Batch& batch, std::span<const uint32_t> rows,
                  std::span<const int64_t> kinds);
  /// Bad ones, with what is wrong with each. ERRORS: kMemory, kIo. SUSPENDS
  Status add_bad(const Batch& batch, std::span<const uint32_t> rows,
                 std::span<const std::string> faults);
  LaneSort& sort() { return sort_; }

 private:
  Result<std::vector<ColumnRef>> left_columns(const Batch& batch,
                                              std::span<const uint32_t> rows) const;
  Status add(std::vector<ColumnRef> columns, std::span<const int64_t> kinds);

  const SpillPlan& plan_;
  LaneContext context_;
  LaneSort sort_;
};

/// The output of a probe: rows that are ready, and those without a partner.
class ReadyOutput final : public Output {
 public:
  ReadyOutput(ResultRows& rows, bool wants_unmatched)
      : rows_(rows), unmatched_(rows), wants_unmatched_(wants_unmatched) {}
  Status emit(Batch batch) override { return rows_.add_ready(batch); }
  Output* port(size_t) override { return wants_unmatched_ ? &unmatched_ : nullptr; }

 private:
  class Unmatched final : public Output {
   public:
    explicit Unmatched(ResultRows& rows) : rows_(rows) {}
    Status emit(Batch batch) override;

   private:
    ResultRows& rows_;
  };

  ResultRows& rows_;
  Unmatched unmatched_;
  bool wants_unmatched_;
};

/// Sorts bad rows among the others.
class WrittenFaults final : public FaultPolicy {
 public:
  WrittenFaults(ResultRows& rows, MemoryAccount& memory) : rows_(rows), memory_(memory) {}

  Result<Settled> settle(const Batch& batch, const Selection& selection,
                         std::vector<RowFault> faults) override;
  Status record(const RowOriginRef&, Ordinal, Error error) override {
    return std::unexpected(std::move(error));
  }

 private:
  ResultRows& rows_;
  MemoryAccount& memory_;
};

/// Right rows of one key that do not fit, in their order, as a run. `table` has some of them: as
/// many as it takes to decide of a left row, the last among them.
struct OneKey {
  std::shared_ptr<const JoinTable> table;
  size_t far_group;
  uint64_t rows = 0;
};

/// Writes the partners of rows that have many, once for each key. THREADS: one at a time.
class FarWriter final : public FarPairs {
 public:
  /// `one` is null when `table` has all right rows of the partition; else they are written already.
  /// Needs `context.spill`; counts kPaired for those of `one` that the table does not have.
  FarWriter(const SpillPlan& plan, const JoinTable& table, const LaneContext& context,
            SpilledRows& made, const OneKey* one)
      : plan_(plan), table_(table), context_(context), made_(made), one_(one) {}

  Status refer(uint32_t row, uint32_t group) override;
  /// Hands the rows of `batch` on that were referred since the last call. ERRORS: kMemory, kIo.
  Status flush(const Batch& batch, ResultRows& result);
  bool has_referred() const { return has_referred_; }
  /// To be called once, at the end. ERRORS: kMemory, kIo.
  Status finish();

 private:
  Status write(uint32_t group);
  Status list(uint32_t group, StateArray<uint32_t>& numbers) const;

  const SpillPlan& plan_;
  const JoinTable& table_;
  LaneContext context_;
  SpilledRows& made_;
  const OneKey* one_;
  bool has_referred_ = false;
  MemoryLease work_;
  std::unique_ptr<SpillWriter> writer_;
  size_t blocks_ = 0;
  std::map<uint32_t, size_t> known_;  // groups that were written
  std::vector<uint32_t> rows_;        // of the batch
  std::vector<int64_t> groups_;
};

}  // namespace leat::state
