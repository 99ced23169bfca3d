// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sorted rows: what `sort` and `top` share. A lane keeps its rows in compact batches and sorts
// references to them; sort_merge.h makes one result of the runs of several lanes. The order is
// total: rows with equal keys are ordered by identity, and rows of one identity (several made of
// one, always in one lane) by arrival, so it does not depend on who got which rows.
#pragma once

#include <optional>
#include <vector>

#include "operators/data/take.h"
#include "operators/expr/aggregate_expression.h"
#include "operators/operator.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// What to sort by. THREADS: immutable once made, any.
struct SortPlan {
  struct Key {
    expr::ProgramRef program;
    std::optional<size_t> column;  ///< When the program is a plain column.
    size_t stored;                 ///< The key's column in stored batches.
    bool descending;
    bool nulls_first;
  };

  SchemaRef input;
  SchemaRef stored;  ///< The input's columns, then those of keys that are computed.
  std::vector<Key> keys;
  /// The stored int64 column that orders rows of one ordinal; else they stand in the order of
  /// arrival, as far as it is known.
  std::optional<size_t> arrival;
};

/// Compiles the option `option`. Returns nullopt after reporting.
std::optional<SortPlan> make_sort_plan(const OptionValues& options, const BindContext& context,
                                       std::string_view option = "by");

/// What `sort` and `top` tell the planner of their columns.
void describe_sort(const SortPlan& plan, BoundOperator& bound);

/// A row with the first 64 bits of its place in the order.
struct SortEntry {
  uint64_t prefix;  ///< Of the first key; 0 for rows in which it is NULL.
  uint32_t batch;
  uint32_t row;
};

/// Rows whose first key is NULL are kept apart from the others: then 64 bits of prefix are left for
/// the values.
enum class SortPart : uint8_t { kEarlier, kLater };

/// The part of the order that a row with or without a first key belongs to.
SortPart part_of(const SortPlan& plan, bool is_null);

/// Writes the prefix of each physical row of a stored batch to `prefixes`; 0 for rows whose first
/// key is NULL.
void write_prefixes(const SortPlan& plan, const Batch& stored, uint64_t* prefixes);

/// Compares rows of stored batches. Without keys the prefix of a row is its packed ordinal. Copies
/// are cheap. THREADS: any.
class RowOrder {
 public:
  RowOrder(const SortPlan& plan, const std::vector<Batch>& batches);

  /// Is `a` before `b`? REQUIRES: both belong to the same part.
  bool operator()(const SortEntry& a, const SortEntry& b) const {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return tie_before(a, b);
  }
  /// -1, 0 or 1 by the keys alone. REQUIRES: both belong to the same part.
  int compare_keys(const SortEntry& a, const SortEntry& b) const;

 private:
  bool tie_before(const SortEntry& a, const SortEntry& b) const;

  const SortPlan* plan_;
  const std::vector<Batch>* batches_;
  size_t first_key_;  // keys before this are decided by the prefix
};

/// Entries of one lane, by SortPart.
struct SortedEntries {
  explicit SortedEntries(MemoryAccount& memory)
      : parts{StateArray<SortEntry>(memory), StateArray<SortEntry>(memory)} {}
  StateArray<SortEntry> parts[2];
};

/// The rows of `batches`, of the stored schema, in order. ERRORS: kMemory.
Result<SortedEntries> sort_entries(const SortPlan& plan, const std::vector<Batch>& batches,
                                   MemoryAccount& memory);

/// Rows in order: `entries` refer to `batches`.
struct SortedRows {
  std::vector<Batch> batches;
  SortedEntries entries;
};

/// The rows of one lane. THREADS: one at a time.
class SortRun {
 public:
  SortRun(const SortPlan& plan, const LaneContext& context);

  /// `batch` with the computed keys added, and without its bad rows. ERRORS: kMemory; a bad row
  /// under `on_error: fail`.
  Result<Batch> prepare(const Batch& batch);
  /// Keeps the selected rows of a prepared batch. ERRORS: kMemory.
  Status keep(const Batch& prepared);
  /// Drops all but the first `count` rows of the order. REQUIRES: not sorted yet. ERRORS: kMemory.
  Status keep_first(size_t count);
  /// Sorts what was kept; nothing may be kept after that. ERRORS: kMemory.
  Status sort();
  /// The rows of a sorted run leave it.
  SortedRows take_sorted() { return {std::move(batches_), std::move(entries_)}; }

  /// Rows kept.
  uint64_t rows() const { return rows_; }
  /// Part and prefix of the last row that keep_first kept: rows that come after it need not be
  /// kept.
  struct Boundary {
    SortPart part;
    uint64_t prefix;
  };
  const std::optional<Boundary>& boundary() const { return boundary_; }

 private:
  /// Makes one batch of the small ones.
  Status join_small();
  Status flush_small();
  void store(Batch batch);

  const SortPlan& plan_;
  LaneContext context_;
  std::vector<std::optional<expr::Evaluator>> evaluators_;
  std::vector<Batch> batches_;
  std::vector<Batch> small_;  // batches too small to be kept as they are
  size_t small_rows_ = 0;
  uint64_t rows_ = 0;
  SortedEntries entries_;  // once sorted
  std::optional<Boundary> boundary_;
};

}  // namespace leat::state
