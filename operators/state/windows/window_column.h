// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The values of one call for all rows, by position: numbers, or references to the rows whose value
// they are.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "operators/data/exact_sum.h"
#include "operators/operator.h"
#include "operators/state/state_array.h"
#include "operators/state/windows/partitioned_rows.h"
#include "operators/state/windows/window_plan.h"

namespace leat::state {

/// THREADS: set() and refer() of different positions from any; const calls any. Of rows on disk one
/// at a time, and positions ascend.
class WindowColumn {
 public:
  static constexpr uint32_t kNoRow = ~uint32_t{0};         ///< NULL.
  static constexpr uint32_t kFallback = ~uint32_t{0} - 1;  ///< The call's fallback for the row.

  WindowColumn(const WindowPlan::Call& call, const PartitionedRows& rows, MemoryAccount& memory)
      : call_(call),
        rows_(rows),
        words_(memory, rows.pages()),
        wides_(memory, rows.pages()),
        states_(memory, rows.pages()),
        sources_(memory, rows.pages()),
        fault_room_(memory) {}

  /// Makes room for numbers: all are NULL. ERRORS: kMemory.
  Status use_numbers();
  /// Makes room for references: all are NULL. ERRORS: kMemory.
  Status use_sources();

  void set(uint32_t position, int64_t value) { store(position, static_cast<uint64_t>(value)); }
  void set(uint32_t position, double value) { store(position, std::bit_cast<uint64_t>(value)); }
  void set(uint32_t position, Int128 value) {
    if (!is_wide()) return store(position, static_cast<uint64_t>(value));
    wides_.set(position, value);
    states_.set(position, kValue);
  }
  /// The value cannot be represented.
  void set_out_of_range(uint32_t position) { states_.set(position, kOutOfRange); }
  void refer(uint32_t position, uint32_t source) { sources_.set(position, source); }

  /// Makes room for references to values that are made block by block, by place: then refer() takes
  /// the place instead of a row. ERRORS: kMemory.
  Status use_blocks();
  static constexpr uint32_t kBlockRows = 1024;
  /// The values of places from `block` * kBlockRows on, kBlockRows of them but for the last block.
  void set_block(size_t block, ColumnRef values) { blocks_[block] = std::move(values); }
  /// The value cannot be represented, as `error` says: its message completes `<call> ...`. ERRORS:
  /// kMemory. THREADS: any.
  Status set_fault(uint32_t position, const Error& error);

  /// Nothing may be set after that. ERRORS: kMemory.
  Status finish();
  /// The values of the rows [begin, begin + count), NULL where there is a fault: RowFault::row
  /// counts from `begin`. ERRORS: kMemory.
  Result<ColumnRef> values(uint32_t begin, size_t count, MemoryAccount& memory,
                           std::vector<RowFault>& faults) const;

 private:
  RowRef choice_of(uint32_t position) const;
  Result<ColumnRef> gather(uint32_t begin, size_t count, MemoryAccount& memory) const;
  void tell(uint32_t row, const Error& error, std::vector<RowFault>& faults) const;
  enum State : uint8_t { kNull, kValue, kOutOfRange };

  bool is_wide() const { return wides_.size() > 0; }
  void store(uint32_t position, uint64_t word) {
    words_.set(position, word);
    states_.set(position, kValue);
  }
  template <typename Number, typename NumberOf>
  Result<ColumnRef> numbers(uint32_t begin, size_t count, MemoryAccount& memory,
                            std::vector<RowFault>& faults, NumberOf&& number_of) const;

  const WindowPlan::Call& call_;
  const PartitionedRows& rows_;
  PagedArray<uint64_t> words_;
  PagedArray<Int128> wides_;  // of decimals that are not short; then words_ is empty
  PagedArray<uint8_t> states_;
  PagedArray<uint32_t> sources_;
  std::vector<ColumnRef> blocks_;
  std::mutex faults_mutex_;           // held for an insertion
  std::map<uint32_t, Error> faults_;  // by position
  StateArray<char> fault_room_;       // what these take
  // Of references: the argument's column of all batches, the fallback's, and a NULL.
  std::vector<Batch> choices_;
  std::optional<RowTaker> taker_;
};

}  // namespace leat::state
