// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows that outlive their batches: the held side of a join. Lanes keep them in compact batches of
// their own; then they are numbered in the order of their stream, whoever kept them.
//
// The text they came from is not kept. Where messages have to name a row, its file and line are
// found while the batch is at hand (rows ascend, so this is one pass over the text) and kept in
// eight bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/data/take.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// Numbers of kept rows.
inline constexpr uint32_t kNoRow = UINT32_MAX;

/// Files and lines of rows, in the order in which they are added. THREADS: one at a time; const
/// calls any.
class RowLines {
 public:
  explicit RowLines(MemoryAccount& memory) : memory_(&memory), lines_(memory) {}

  /// The selected rows of `batch`. ERRORS: kMemory.
  Status add(const Batch& batch);
  Status absorb(const RowLines& other);
  /// Puts them in another order: entry i becomes that of `order[i]`. ERRORS: kMemory.
  Status reorder(const StateArray<uint32_t>& order);
  size_t size() const { return lines_.size(); }
  /// Without a file when it is not known.
  TextPlace at(size_t index) const;

 private:
  static constexpr unsigned kLineBits = 40;
  uint64_t number_of(const std::string& file);

  std::vector<std::string> files_;
  MemoryAccount* memory_;
  StateArray<uint64_t> lines_;  // file + 1, line; 0: not known
};

/// Are the places of rows kept, too?
enum class KeepPlaces : uint8_t { kNo, kYes };

/// The rows of one lane, in the order in which they came. THREADS: one at a time.
class RowKeeper {
 public:
  RowKeeper(MemoryAccount& memory, KeepPlaces keep_places)
      : memory_(&memory), keep_places_(keep_places), lines_(memory) {}

  /// Keeps the selected rows of `batch`. ERRORS: kMemory.
  Status keep(const Batch& batch);
  /// Nothing is kept after that. ERRORS: kMemory.
  Status seal() { return flush_small(); }
  uint64_t rows() const { return rows_; }
  /// What was kept leaves the keeper, in the order in which it came; also after a refusal.
  std::vector<Batch> take_batches();
  /// Of all rows, if places are kept.
  const RowLines& lines() const { return lines_; }

 private:
  friend class KeptRows;
  Status join_small();
  Status flush_small();

  MemoryAccount* memory_;
  KeepPlaces keep_places_;
  RowLines lines_;
  std::vector<Batch> batches_;
  std::vector<Batch> small_;  // batches too small to be kept as they are
  size_t small_rows_ = 0;
  uint64_t rows_ = 0;
};

/// The rows of all lanes, in the end one long column each. THREADS: one until finished, then any.
class KeptRows {
 public:
  KeptRows(SchemaRef schema, MemoryAccount& memory)
      : schema_(std::move(schema)), memory_(&memory), lines_(memory), arrivals_(memory) {}

  /// Takes what a sealed keeper has. ERRORS: kMemory, also when there are 2^32 rows.
  Status absorb(RowKeeper& keeper);
  /// Numbers the rows in the order of their stream. ERRORS: kMemory. SUSPENDS
  Status finish();

  const SchemaRef& schema() const { return schema_; }
  size_t rows() const { return rows_; }
  /// How many rows were absorbed before row `number`. REQUIRES: they are not forgotten.
  size_t arrival(uint32_t number) const {
    return arrivals_.size() == 0 ? number : arrivals_[number];
  }
  void forget_arrivals() { arrivals_.clear(); }
  /// Column `column` of rows `numbers`; of kNoRow NULL. ERRORS: kMemory.
  Result<ColumnRef> pick_column(size_t column, std::span<const uint32_t> numbers,
                                MemoryAccount& memory) const;
  /// All columns of rows [begin, end), whose ordinals are their numbers and lead to their places.
  /// REQUIRES: outlives the batch; the range crosses no multiple of 2^24. ERRORS: kMemory.
  Result<Batch> range(size_t begin, size_t end, MemoryAccount& memory) const;
  /// By number. REQUIRES: finished.
  const Column& column(size_t index) const { return *columns_[index]; }
  /// Where the row came from, as far as that was kept.
  TextPlace place(uint32_t number) const;

 private:
  bool order_batches(StateArray<RowRef>& refs) const;
  Status order_rows(StateArray<RowRef>& refs) const;
  Status join_columns(const StateArray<RowRef>& refs);
  Status list_arrivals(const StateArray<RowRef>& refs);

  SchemaRef schema_;
  MemoryAccount* memory_;
  std::vector<Batch> batches_;  // until finished
  size_t rows_ = 0;
  std::vector<ColumnRef> columns_;  // by number; a row of NULLs lies behind the last
  RowLines lines_;                  // by number
  StateArray<uint32_t> arrivals_;   // by number; empty: they are the numbers
};

/// `file:line`, or `an unknown place`.
std::string describe(const TextPlace& place);

}  // namespace leat::state
