// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A batch: the unit in which rows travel. Immutable columns of equal length, a selection of the
// rows that are still in, and where each row stands and came from. Copying a batch copies
// references.
#pragma once

#include <span>
#include <vector>

#include "operators/data/column.h"
#include "operators/data/provenance.h"
#include "operators/data/type.h"

namespace leat {

/// Batches hold at most this many physical rows: small enough that a lane's working set stays in
/// its core's cache.
inline constexpr size_t kBatchRowsMax = 4096;

/// Which rows of a batch's columns are in, as ascending physical row numbers; or all of them.
class Selection {
 public:
  /// All of `length` rows.
  explicit Selection(size_t length = 0) : count_(length) {}
  /// The first `count` uint32_t of `rows`, ascending.
  Selection(BufferRef rows, size_t count) : rows_(std::move(rows)), count_(count) {}

  size_t count() const { return count_; }
  bool is_all() const { return !rows_; }
  /// The physical row of selected row `index`.
  uint32_t operator[](size_t index) const {
    return rows_ ? rows_->as<uint32_t>()[index] : static_cast<uint32_t>(index);
  }
  /// Null when is_all().
  const uint32_t* rows() const { return rows_ ? rows_->as<uint32_t>() : nullptr; }
  const BufferRef& buffer() const { return rows_; }
  /// The first `count` of the selected rows.
  Selection prefix(size_t count) const {
    Selection shorter = *this;
    shorter.count_ = count;
    return shorter;
  }

 private:
  BufferRef rows_;
  size_t count_ = 0;
};

/// Calls `function(physical_row)` for each selected row, in order; the two cases compile to
/// separate loops.
template <typename Function>
void for_each_row(const Selection& selection, Function&& function) {
  const size_t count = selection.count();
  if (const uint32_t* const rows = selection.rows()) {
    for (size_t i = 0; i < count; ++i) function(static_cast<size_t>(rows[i]));
  } else {
    for (size_t i = 0; i < count; ++i) function(i);
  }
}

/// THREADS: immutable but for set-up by its maker; copies may be read anywhere.
class Batch {
 public:
  Batch() = default;
  /// REQUIRES: columns match the schema, in order, and have `length` values each.
  Batch(SchemaRef schema, std::vector<ColumnRef> columns, size_t length, RowPlaces places)
      : schema_(std::move(schema)),
        columns_(std::move(columns)),
        length_(length),
        selection_(length),
        places_(std::move(places)) {}

  const SchemaRef& schema() const { return schema_; }
  const std::vector<ColumnRef>& columns() const { return columns_; }
  const Column& column(size_t index) const { return *columns_[index]; }
  /// Physical rows: the length of every column.
  size_t length() const { return length_; }
  /// Selected rows: how many rows the batch stands for.
  size_t rows() const { return selection_.count(); }
  const Selection& selection() const { return selection_; }
  const RowPlaces& places() const { return places_; }
  /// Where selected row `index` stands.
  Ordinal ordinal(size_t index) const { return places_[selection_[index]]; }

  /// The same columns with other rows in. REQUIRES: `selection` selects a subset of the physical
  /// rows.
  Batch with_selection(Selection selection) const {
    Batch batch = *this;
    batch.selection_ = std::move(selection);
    return batch;
  }
  /// The same rows with other columns. REQUIRES: columns of length() values that match `schema`.
  Batch with_columns(SchemaRef schema, std::vector<ColumnRef> columns) const {
    Batch batch = *this;
    batch.schema_ = std::move(schema);
    batch.columns_ = std::move(columns);
    return batch;
  }
  Batch with_places(RowPlaces places) const {
    Batch batch = *this;
    batch.places_ = std::move(places);
    return batch;
  }

 private:
  SchemaRef schema_;
  std::vector<ColumnRef> columns_;
  size_t length_ = 0;
  Selection selection_;
  RowPlaces places_;
};

}  // namespace leat
