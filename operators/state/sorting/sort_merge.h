// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The sorted runs of all lanes as one result, cut into parts that can be made at once. See
// sort_merge.cpp.
#pragma once

#include <cstdint>
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
  void advance() { ++next; }
};

/// THREADS: one at a time, but for emit_part.
class SortMerge final : public Collected {
 public:
  explicit SortMerge(const SortPlan& plan) : plan_(plan) {}

  /// Takes the rows of a sorted run.
  void take(SortRun& run);
  /// Rows taken.
  uint64_t rows() const { return rows_; }

  /// Cuts the first `limit` rows of the order into parts. Nothing may be taken after that.
  void cut(uint64_t limit);
  size_t parts() const override { return parts_.size(); }
  /// Emits the rows of one part in order and counts kMade in `context`. ERRORS: kMemory. THREADS:
  /// any.
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override;

 private:
  /// A stretch of the order: a piece of each sequence, of which the first `rows` are wanted.
  struct Part {
    std::vector<SortCursor> pieces;
    uint64_t rows;
  };

  void cut_half(size_t half, uint64_t& left);

  const SortPlan& plan_;
  std::vector<Batch> batches_;
  std::vector<SortedEntries> sequences_;
  uint64_t rows_ = 0;
  std::vector<Part> parts_;
  std::optional<RowTaker> taker_;  // of batches_, once cut
};

}  // namespace leat::state
