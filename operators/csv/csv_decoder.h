// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits of CSV text to batches of typed columns.
#pragma once

#include <memory>
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

/// Row n of a split is its n-th record that is neither a comment nor an empty line (see
/// is_csv_row).
RowOriginRef make_csv_origin(Split split, const CsvShape& shape);

class CsvDecoder final : public Decoder {
 public:
  CsvDecoder(std::shared_ptr<const CsvFormat> format, const LaneContext& context);
  Status decode(const Split& split, Output& output) override;

 private:
  struct Work;
  Status decode_rows(Work& work, const CsvRows& rows);
  Status settle(Work& work, size_t rows, Selection& selection);
  Error describe(Work& work, const CsvColumn& column, const CsvCellFault& fault) const;

  const std::shared_ptr<const CsvFormat> format_;
  const LaneContext context_;
  CsvIndex index_;
  CsvRowTable table_;
  std::vector<std::unique_ptr<CsvColumnReader>> readers_;
};

}  // namespace leat::io
