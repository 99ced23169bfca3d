// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The sorted runs of all lanes as one result, cut into parts that can be made at once. See
// sort_merge.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "operators/data/take.h"
#include "operators/operator.h"
#include "operators/state/sorting/sort_run.h"

namespace leat::state {

/// What is left of one sorted sequence.
struct SortCursor {
  const SortEntry* next;
  const SortEntry* end;

  bool done() const { return next == end; }
};

/// THREADS: one at a time, but for emit_part.
class SortMerge final : public Collected {
 public:
  explicit SortMerge(const SortPlan& plan) : plan_(plan) {}

  /// Takes rows that are in order. Of equal rows of one ordinal those taken first come first.
  void take(SortedRows sorted);
  /// Rows taken.
  uint64_t rows() const { return rows_; }

  /// Gives all rows, with the computed keys, to `consume` in batches of `batch_rows`. Nothing may
  /// be taken after that. ERRORS: kMemory; those of `consume`.
  Status drain(size_t batch_rows, MemoryAccount& memory,
               const std::function<Status(Batch)>& consume) const;

  /// Cuts the first `limit` rows of the order into parts. Nothing may be taken after that. ERRORS:
  /// kMemory.
  Status cut(uint64_t limit, MemoryAccount& memory);
  size_t parts() const override { return parts_.size(); }
  /// Emits the rows of one part in order and counts kMade in `context`. ERRORS: kMemory. THREADS:
  /// any.
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override;

 private:
  /// A stretch of the order: a piece of each sequence, of which the first `rows` are wanted.
  struct Part {
    size_t half;
    bool first;  // of the half
    uint64_t rows;
  };

  std::vector<SortCursor> whole(size_t half) const;
  std::vector<SortCursor> pieces_of(size_t part) const;
  Status cut_half(size_t half, uint64_t& left);
  Status merge(const std::vector<SortCursor>& pieces, uint64_t rows, size_t batch_rows,
               const std::function<Status(std::span<const RowRef>)>& consume) const;

  const SortPlan& plan_;
  std::vector<Batch> batches_;
  std::vector<SortedEntries> sequences_;
  uint64_t rows_ = 0;
  std::vector<Part> parts_;
  std::optional<StateArray<uint32_t>> ends_;  // by part and sequence: where the piece ends
  std::optional<RowTaker> taker_;             // of batches_, once cut
};

}  // namespace leat::state
