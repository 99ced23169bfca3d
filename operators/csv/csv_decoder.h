// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits of CSV text to batches of typed columns.
#pragma once

#include <memory>

#include "operators/csv/csv_index.h"
#include "operators/csv/csv_rows.h"
#include "operators/csv/row_decoder.h"
#include "operators/operator.h"

namespace leat::io {

/// Row n of a split is its n-th record that is neither a comment nor an empty line (see
/// is_csv_row).
RowOriginRef make_csv_origin(Split split, const CsvShape& shape);

class CsvDecoder final : public Decoder {
 public:
  CsvDecoder(std::shared_ptr<const CsvFormat> format, const LaneContext& context);
  Status decode(const Split& split, Output& output) override;

 private:
  const std::shared_ptr<const CsvFormat> format_;
  const LaneContext context_;
  CsvIndex index_;
  CsvRowTable table_;
  RowDecoder rows_;
};

}  // namespace leat::io
