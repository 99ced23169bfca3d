// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `distinct` keeps: one row of each key, in memory or on disk. See distinct_rows.cpp.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/groups/spilled_partitions.h"
#include "operators/state/keyed/grouped_rows.h"
#include "operators/state/keyed/keyed_plan.h"

namespace leat::state {

/// THREADS: immutable once made, any.
struct DistinctPlan {
  KeyedPlan partitions;
  bool keep_last = false;
  bool count = false;  ///< The output ends with the number of rows that had the key.
  SchemaRef output;
};

/// Keys with the row that is kept of each. THREADS: one at a time. ERRORS of all calls: kMemory.
class KeptKeys {
 public:
  using Handle = GroupedRows::Handle;

  KeptKeys(const DistinctPlan& plan, MemoryAccount& memory);

  size_t size() const { return kept_.size(); }
  const GroupTable& table() const { return *table_; }
  const GroupedRows& rows() const { return *rows_; }
  /// The row that is kept of `key`.
  Handle kept(size_t key) const { return kept_[key]; }
  /// The rows that had `key`, if they are counted.
  uint64_t copies(size_t key) const { return copies_[key]; }

  /// Takes rows, of which each stands for `weights[row]` rows, or one; returns how many are not
  /// kept. ERRORS: nothing has changed for the keys known before.
  Result<uint64_t> take(const PreparedRows& prepared, const int64_t* weights = nullptr);
  /// The rows of the last take() that were kept, and the key of each physical row.
  std::span<const uint32_t> chosen() const { return chosen_; }
  uint32_t key_of(size_t row) const { return key_of_[row]; }

  /// Are many of the rows held no longer kept?
  bool has_replaced() const { return replaced_ > rows_->size() / 2 + kBatchRowsMax; }
  /// Gives these back; takes as much again meanwhile. ERRORS: there are no rows any more.
  Status drop_replaced();
  /// Takes over the keys of `other`; returns how many rows are no longer kept. SUSPENDS
  Result<uint64_t> absorb(KeptKeys& other);

  /// What is left once nothing is taken any more.
  std::unique_ptr<GroupedRows> take_rows() { return std::move(rows_); }
  GroupArray<uint64_t> take_copies() { return std::move(copies_); }

 private:
  /// A key of which another row was kept before.
  struct Change {
    uint32_t key;
    Handle before;
  };

  bool replaces(Handle row, Handle kept) const {
    return plan_.keep_last ? rows_->before(kept, row) : rows_->before(row, kept);
  }
  Status keep_chosen(const Selection& selection);

  const DistinctPlan& plan_;
  MemoryAccount& memory_;
  std::unique_ptr<GroupTable> table_;
  std::unique_ptr<GroupedRows> rows_;
  GroupNumbers kept_;
  GroupArray<uint64_t> copies_;
  StateArray<uint32_t> key_of_;
  size_t replaced_ = 0;
  std::vector<Change> changes_;  // that a take() has made
  std::vector<uint32_t> chosen_;
};

/// One row for each key seen, by one lane or by all. THREADS: one at a time.
class DistinctRows {
 public:
  DistinctRows(const DistinctPlan& plan, const LaneContext& context);

  /// Takes the batch's rows; counts kDropped. ERRORS: kMemory, kIo; a bad row under `on_error:
  /// fail`. SUSPENDS
  Status consume(const Batch& batch);
  /// Bytes that spill() would give back.
  size_t spillable() const { return rows_memory_ ? rows_memory_.account().used() : 0; }
  /// Writes the kept rows to disk; counts kSpilled in `ledger`. REQUIRES: the context has a
  /// SpillArea. ERRORS: kIo, kMemory. SUSPENDS
  Status spill(Ledger& ledger);
  bool has_spilled() const { return !spilled_.empty(); }
  /// What was written, in order.
  std::vector<SpilledPartitions> take_spilled() { return std::move(spilled_); }

  /// Sets memory aside for taking over all of `others`, and for finish(); false: there is none.
  bool make_room_for(std::span<const std::unique_ptr<DistinctRows>> others);
  /// Takes over the keys of `other`; counts kDropped. REQUIRES: nothing was spilled. ERRORS:
  /// kMemory. SUSPENDS
  Status absorb(DistinctRows& other, Ledger& ledger);
  /// The kept rows in the order in which they stood. Nothing may be consumed after that. ERRORS:
  /// kMemory.
  Result<CollectedRef> finish();

  size_t keys() const { return keys_->size(); }

 private:
  MemoryAccount& memory() const { return rows_memory_ ? rows_memory_.account() : context_.memory; }
  Status start();
  Status explain(Status status) const;
  Status take(const PreparedRows& prepared);
  Status take_between(const PreparedRows& prepared, size_t begin, size_t end);
  template <typename Attempt>
  auto with_room(Attempt&& attempt);

  const DistinctPlan& plan_;
  LaneContext context_;
  KeyedReader reader_;
  MemoryLease rows_memory_;  // of keys_; empty when the lane cannot spill
  MemoryLease work_memory_;  // for writing to disk when nothing is left
  std::unique_ptr<KeptKeys> keys_;
  size_t complete_ = 0;  // keys of the batches that were taken
  std::vector<SpilledPartitions> spilled_;
  uint64_t held_before_ = 0;  // rows that went with what was spilled
  uint64_t keys_before_ = 0;
};

/// How the rows of `distinct` are restored. `plan` outlives it.
RestorePlan restore_plan(const DistinctPlan& plan);

}  // namespace leat::state
