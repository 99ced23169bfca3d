// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows by partition, each partition in an order of its own, and the way back to the order of the
// input: what stages share that keep all rows and say something of each by the rows around it. See
// partitioned_rows.cpp.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "operators/data/take.h"
#include "operators/operator.h"
#include "operators/state/state_array.h"
#include "operators/state/windows/paged_array.h"
#include "operators/state/windows/partition_plan.h"

namespace leat::state {

/// Have both rows the same values in `columns`, NULL being equal to NULL?
bool are_equal(std::span<const size_t> columns, const Batch& a, size_t row_a, const Batch& b,
               size_t row_b);

/// The rows of one lane. THREADS: one at a time.
class PartitionedRun {
 public:
  /// Rows are kept in `kept`, or like all else in the context's memory. `plan` outlives this.
  PartitionedRun(const PartitionPlan& plan, const LaneContext& context,
                 MemoryAccount* kept = nullptr);

  /// Keeps the rows of `batch` with what is computed for them, without the bad ones; counts
  /// kFolded. ERRORS: kMemory; a bad row under `on_error: fail`.
  Status consume(const Batch& batch);
  /// The two halves of it: what is kept, and keeping it. ERRORS: as consume; keep leaves what was
  /// kept before.
  Result<Batch> prepare(const Batch& batch);
  Status keep(const Batch& prepared);
  /// Nothing may be consumed after that. ERRORS: kMemory.
  Status seal();
  /// The rows leave it, sealed or not: batches in the order of arrival.
  std::vector<Batch> take_batches();
  /// What they take.
  size_t bytes() const { return bytes_; }

 private:
  Status join_small();

  const PartitionPlan& plan_;
  LaneContext context_;
  MemoryAccount& kept_;
  std::vector<expr::Evaluator> evaluators_;
  std::vector<Batch> batches_;
  std::vector<Batch> small_;  // batches too small to be kept as they are
  size_t small_rows_ = 0;
  size_t bytes_ = 0;
};

/// All rows in one arrangement. A place is a row's number in it, by partition and within one in its
/// order; a position is its number in the order in which rows are stored, that of the input or of
/// the arrangement.
struct ArrangedRows {
  /// With `pages` what there is of each row is on disk.
  explicit ArrangedRows(MemoryAccount& memory, PageStore* pages = nullptr)
      : positions(memory), partitions(memory), peers(memory, pages), paged(pages != nullptr) {}

  StateArray<uint32_t> positions;   ///< By place; empty when rows are stored as they are arranged.
  StateArray<uint32_t> partitions;  ///< The place where each begins, then the number of rows.
  /// The place where each group of peers begins, then the number of rows. Rows of a partition that
  /// are equal in all keys of the order are peers; without keys all are.
  PagedArray<uint32_t> peers;
  bool paged;  ///< One goroutine at a time may look at it.

  size_t rows() const { return partitions.size() == 0 ? 0 : partitions[partitions.size() - 1]; }
  size_t partition_count() const { return partitions.size() - 1; }
  uint32_t position(size_t place) const {
    return positions.size() == 0 ? static_cast<uint32_t>(place) : positions[place];
  }
  /// The positions of the rows of a partition, in its order. REQUIRES: there are positions.
  std::span<const uint32_t> partition(size_t index) const {
    return {positions.data() + partitions[index], partitions[index + 1] - partitions[index]};
  }
  /// Which of `peers` is `place`, the first of a partition or behind the last.
  size_t peer_at(uint32_t place) const;
};

/// The rows of all lanes. THREADS: one at a time; const calls any.
class PartitionedRows {
 public:
  /// `plan` and `memory` outlive this.
  PartitionedRows(const PartitionPlan& plan, MemoryAccount& memory)
      : plan_(plan), memory_(memory) {}

  /// Takes the rows of a sealed run.
  void take(PartitionedRun& run);
  /// Takes rows that come by partition, each in its order, as one arrangement has them. ERRORS:
  /// kData when there are more than 2^32 - 2 rows.
  Status take_arranged(std::vector<Batch> batches);
  /// The same of rows on disk; `block_rows` are those of the blocks of `run`. All outlive this.
  Status take_arranged(SpillRunRef run, const std::vector<uint32_t>& block_rows, PageStore& pages);
  /// These rows as that arrangement: they are where they belong. ERRORS: kMemory, kIo. SUSPENDS
  Result<ArrangedRows> arranged(size_t index) const;
  /// The rows leave it: batches in which rows of one ordinal stand in their order.
  std::vector<Batch> give_back() { return std::move(batches_); }
  /// Puts the rows in the order of the input. Nothing may be taken after that. ERRORS: kMemory;
  /// kData when there are more than 2^32 - 2 rows.
  Status settle();
  /// The rows as arrangement `index` of the plan has them. REQUIRES: settled. ERRORS: kMemory.
  /// SUSPENDS
  Result<ArrangedRows> arrange(size_t index) const;

  size_t rows() const { return begins_.empty() ? 0 : begins_.back(); }
  /// Compact batches of the stored columns, in the order of the input. REQUIRES: settled, in
  /// memory.
  const std::vector<Batch>& batches() const { return batches_; }
  /// Null: the rows are in memory.
  PageStore* pages() const { return pages_; }
  size_t batch_count() const { return begins_.size() - 1; }
  /// Batch `index`, wherever it is. ERRORS: kIo, kMemory. SUSPENDS, on disk. THREADS: in memory
  /// any.
  Result<Batch> batch(size_t index) const;
  /// The type of stored column `index`.
  const Type& type(size_t index) const { return (*plan_.stored)[index].type; }
  /// The position of the first row of batch `index`; that of one past the last is rows().
  uint32_t begin_of(size_t index) const { return begins_[index]; }
  /// Where the row at `position` is stored.
  RowRef locate(uint32_t position) const;

 private:
  static constexpr size_t kHintRows = 1024;
  static constexpr size_t kSlots = 6;  // as of a paged array
  struct Slot {
    size_t number = SIZE_MAX;
    Batch batch;
    uint64_t used = 0;
  };

  Status order_batches();
  Status number_rows(std::span<const uint32_t> batch_rows);
  Result<ArrangedRows> partition(const std::vector<size_t>& keys) const;
  Status sort(const SortPlan& order, ArrangedRows& arranged) const;

  const PartitionPlan& plan_;
  MemoryAccount& memory_;
  std::vector<Batch> batches_;
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> hints_;  // the batch in which each kHintRows-th row lies
  PageStore* pages_ = nullptr;
  SpillRunRef run_;  // of rows on disk
  mutable std::array<Slot, kSlots> slots_;
  mutable uint64_t reads_ = 0;
};

}  // namespace leat::state
