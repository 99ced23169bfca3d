// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Looks at the beginning of a sheet while binding: where the table stands, its header, its types.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/csv/csv_columns.h"
#include "operators/text/type_sniffer.h"
#include "operators/xlsx/sheet_source.h"

namespace leat::io {

/// What to look for.
struct SheetReading {
  std::string sheet;  ///< As find_sheet takes it.
  CellRange range;
  bool header = true;
  NullWords nulls{{}};
};

/// What the beginning of one sheet shows.
struct SheetSample {
  SheetLayout layout;
  std::vector<std::string> names;  ///< Of the header; empty when there is none.
  size_t columns = 0;              ///< 0: there is no value in the range.
  size_t rows = 0;                 ///< Rows that were shown.
};

/// Reads up to `rows` rows of the sheet in `input` and shows their cells to `sniffers`, one a
/// column (grown as needed). A text of at most 15 digits says that its column holds no numbers: a
/// number would have been stored as one. SUSPENDS. ERRORS: as find_sheet and open_workbook; kData
/// for what is no sheet, and a header whose cells cannot be read.
Result<SheetSample> sample_sheet(const std::shared_ptr<const Input>& input,
                                 const SheetReading& reading, size_t rows,
                                 std::vector<TypeSniffer>& sniffers);

}  // namespace leat::io
