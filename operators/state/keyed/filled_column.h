// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One column of rows in partitions, with what is missing filled from the rows around it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "operators/data/take.h"
#include "operators/state/windows/partitioned_rows.h"
#include "operators/text/value_format.h"

namespace leat::state {

enum class FillMethod : uint8_t { kForward, kBackward, kLinear };

/// How missing values are filled. THREADS: immutable once made, any.
struct FillRule {
  FillMethod method = FillMethod::kForward;
  /// Of neighbouring missing values at most so many: the nearest to the value they are filled from,
  /// of kLinear the first ones.
  std::optional<uint64_t> limit;
  /// Of kLinear: the stored column that values lie along; none: the rows themselves.
  std::optional<size_t> along;
};

/// THREADS: immutable once made, any.
class FilledColumn {
 public:
  /// Fills stored column `column` of `rows`; of kLinear it is an int64, float64 or decimal.
  /// ERRORS: kMemory.
  static Result<FilledColumn> make(const PartitionedRows& rows, const ArrangedRows& arranged,
                                   size_t column, const FillRule& rule, MemoryAccount& memory);

  /// The column of batch `index` of the rows. ERRORS: kMemory.
  Result<ColumnRef> of_batch(size_t index, MemoryAccount& memory) const;

 private:
  FilledColumn(const PartitionedRows& rows, size_t column, MemoryAccount& memory);

  bool is_valid(uint32_t position) const;
  void copy_neighbours(std::span<const uint32_t> partition, const FillRule& rule);
  void interpolate(std::span<const uint32_t> partition, const FillRule& rule);
  void fill_gap(std::span<const uint32_t> gap, const FillRule& rule);
  Result<ColumnRef> computed(size_t index, MemoryAccount& memory) const;

  const PartitionedRows* rows_;
  std::vector<Batch> values_;        // of the one column
  std::unique_ptr<RowTaker> taker_;  // of values_, which keep their place when this is moved
  StateArray<uint32_t> sources_;     // by position, the row that has the value; itself: as it was
  StateArray<Int128> computed_;      // by position, of those whose source is kComputed
};

}  // namespace leat::state
