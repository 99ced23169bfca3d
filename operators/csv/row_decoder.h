// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The last half of decoding rows of text, of CSV and of lines: from tables of fields to batches of
// typed columns, with what becomes of rows that are wrong. Where the fields stand, others know.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/csv/csv_columns.h"
#include "operators/csv/csv_rows.h"
#include "operators/operator.h"

namespace leat::io {

/// A column that is decoded.
struct CsvColumn {
  Field field;
  size_t position = 0;  ///< Of its field in a record.
  bool wanted = true;   ///< False: it is decoded only to check its values.
  FieldFormat format = {};
};

/// How the records of one input are laid out, where inputs differ.
struct CsvLayout {
  static constexpr size_t kAbsent = ~size_t{0};
  size_t columns = 1;  ///< Fields of a record.
  /// Where each of CsvFormat::columns stands; kAbsent: the input has none, it is NULL.
  std::vector<size_t> positions;
};

/// What the decoders of a source share. THREADS: immutable, any.
struct CsvFormat {
  CsvShape shape;
  std::vector<CsvColumn> columns;  ///< The wanted ones are the columns of `schema`, in order.
  NullWords nulls{{std::string()}};
  SchemaRef schema;
  /// By Input::index; empty: all inputs are as `shape` and `columns` say.
  std::vector<CsvLayout> layouts = {};
};

/// Where fields stand, of tables whose text is not that of the file.
class FieldPlaces {
 public:
  virtual ~FieldPlaces() = default;
  /// Of row `row` of the table last emitted, in the column at `position`.
  virtual TextPlace at(uint32_t row, size_t position) const = 0;
};

/// Makes batches of the rows of one split after another. THREADS: one lane.
class RowDecoder {
 public:
  RowDecoder(std::shared_ptr<const CsvFormat> format, const LaneContext& context);

  /// The calls of emit that follow are of `split`, whose rows come from `origin`, and go to
  /// `output`. `layout`: of its input; null: the format's. REQUIRES: all outlive these calls.
  /// `fields`: null if they stand in the split where they stand in the file.
  void begin(const Split& split, RowOriginRef origin, const CsvLayout* layout, Output& output,
             const FieldPlaces* fields = nullptr);
  /// Where positions of the split stand.
  PlaceCursor& places() { return *places_; }
  /// The faulty records of the next rows, by row, at most one a row: for their maker to fill in.
  std::vector<CsvRowFault>& records() { return records_; }
  /// Emits the next rows of the split; those of records() have no fields. `ordinals`: packed, of
  /// each; null: rows are consecutive. ERRORS: kMemory, those of rows, and what stages behind
  /// report.
  Status emit(const CsvRows& rows, BufferRef ordinals = {});

 private:
  /// A faulty field. What to say of it is worked out when it turns out to be the first of its row.
  struct Cell {
    CsvCellFault fault;
    const CsvColumn* column;
  };

  Result<std::vector<ColumnRef>> read_columns(const CsvRows& rows);
  Status settle(const RowPlaces& places, size_t rows, Selection& selection);
  Error describe(const CsvColumn& column, const CsvCellFault& fault);

  const std::shared_ptr<const CsvFormat> format_;
  const LaneContext context_;
  std::vector<std::unique_ptr<CsvColumnReader>> readers_;
  // Of the split:
  const Split* split_ = nullptr;
  const CsvLayout* layout_ = nullptr;
  Output* output_ = nullptr;
  const FieldPlaces* fields_ = nullptr;
  RowOriginRef origin_;
  std::optional<PlaceCursor> places_;
  uint64_t first_row_ = 0;  // of the next table, in the split
  std::vector<CsvRowFault> records_;
  std::vector<Cell> cells_;  // faulty fields of the table
};

}  // namespace leat::io
