// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lists to rows and structs to columns: what `unnest` does with every batch, and `split` with the
// lists that it makes of texts.
#pragma once

#include <vector>

#include "operators/operator.h"

namespace leat {

/// THREADS: immutable once made, any.
struct UnnestPlan {
  enum class Part : uint8_t {
    kColumn,        ///< A column of the input as it is.
    kElement,       ///< The element of a list.
    kElementField,  ///< A field of the element, a struct.
    kStructField,   ///< A field of a column.
    kPosition,      ///< Which element it is, from 1.
  };
  /// How a column of the output is made.
  struct Made {
    Part part;
    size_t column = 0;  ///< Of the input.
    size_t field = 0;
  };
  /// Rows whose lists are all empty.
  enum class Empty : uint8_t { kDrop, kKeep };

  std::vector<size_t> lists;  ///< Columns of the input that are taken apart in step; may be none.
  std::vector<Made> made;
  SchemaRef output;
  Empty empty = Empty::kDrop;
  /// Of several plans, each of which takes apart what the one before it made: rows are counted as
  /// they come to the first one, and as the last one makes them.
  bool is_first = true;
  bool is_last = true;
};

/// Works for one lane. THREADS: one at a time.
class Unnester {
 public:
  /// `plan` outlives this.
  Unnester(const UnnestPlan& plan, const LaneContext& context);

  /// Emits a row for each element, in the order of the rows and of the elements; the rows made of
  /// one have its ordinal. Lists that are shorter than others of the row end with NULLs. NULL is an
  /// empty list. ERRORS: kMemory, and what `output` reports.
  Status process(const Batch& batch, Output& output);

 private:
  Status emit(const Batch& batch, Output& output);
  Status emit_structs(const Batch& batch, Output& output);
  Result<ColumnRef> column_of(const Batch& batch, const UnnestPlan::Made& made);
  Result<ColumnRef> positions();
  Result<ColumnRef> struct_field(const ColumnRef& column, size_t field,
                                 std::vector<uint32_t> rows) const;
  const std::vector<uint32_t>& elements_of(size_t column) const;

  const UnnestPlan& plan_;
  LaneContext context_;
  // Of the rows that wait to be emitted: what they are made of.
  std::vector<uint32_t> parents_;
  std::vector<int64_t> positions_;               // 0: there is none
  std::vector<std::vector<uint32_t>> elements_;  // of each list; kNullRow: there is none
};

}  // namespace leat
