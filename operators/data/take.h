// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Copies chosen rows into buffers of their own: compaction after a thin filter, before state that
// outlives the batch, before plugins and encodings; and the output of sort, which picks rows from
// many batches.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/memory.h"

namespace leat {

/// A row of one of several batches.
struct RowRef {
  uint32_t batch;
  uint32_t row;  ///< Physical row.
};

/// The selected rows of `batch` in buffers that hold nothing else; all rows selected, RowPlaces
/// materialised if they had gaps. Strings are copied out of their chunks, so the input's chunk is
/// not kept alive (RowPlaces::origin is dropped). ERRORS: kMemory.
Result<Batch> compact(const Batch& batch, MemoryAccount& memory);

/// Should `batch` be compacted before it is passed on? True when under half of its rows are
/// selected.
bool is_sparse(const Batch& batch);

/// A batch of `rows` picked from `batches`, which share one schema, in the order given; ids are
/// materialised. ERRORS: kMemory.
Result<Batch> take(std::span<const Batch> batches, std::span<const RowRef> rows,
                   MemoryAccount& memory);

/// The values of physical rows `rows` of `column`, in the order given; a row may stand there often.
/// ERRORS: kMemory.
Result<ColumnRef> take_column(const Column& column, std::span<const uint32_t> rows,
                              MemoryAccount& memory);

/// The values of `rows`, of which each `batch` says which of `columns` is meant; these are of one
/// type, and one at least. ERRORS: kMemory.
Result<ColumnRef> take_column(std::span<const ColumnRef> columns, std::span<const RowRef> rows,
                              MemoryAccount& memory);

/// `length` NULLs of any type. ERRORS: kMemory.
Result<ColumnRef> null_column(const Type& type, size_t length, MemoryAccount& memory);

/// As take, for picking again and again from the same batches: what it costs depends on the rows
/// picked, not on the batches. THREADS: any.
class RowTaker {
 public:
  /// Picks the first columns of the batches, as many as `schema` has. REQUIRES: `batches` is not
  /// empty, outlives this and stays as it is.
  RowTaker(std::span<const Batch> batches, SchemaRef schema);
  ~RowTaker();

  Result<Batch> pick(std::span<const RowRef> rows, MemoryAccount& memory) const;

 private:
  struct Sources;

  std::span<const Batch> batches_;
  SchemaRef schema_;
  std::vector<Sources> columns_;
};

}  // namespace leat
