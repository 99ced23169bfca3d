// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The splits of sheets, and their rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/csv/row_decoder.h"
#include "operators/input/record_splitter.h"
#include "operators/xlsx/cell_range.h"
#include "operators/xlsx/sheet.h"

namespace leat::io {

/// Where the table stands in the sheet of one input, as was found while binding.
struct SheetLayout {
  std::string sheet;          ///< Its name.
  uint32_t header_row = 0;    ///< 0: there is none. Rows are below it.
  uint32_t first_column = 1;  ///< Of the table, in the sheet.
};

/// What is read of all inputs. THREADS: immutable, any.
struct SheetTable {
  CsvFormat format;
  std::vector<size_t> columns;  ///< Of format.columns, the numbers they have in the table, from 0.
  CellRange range;
  std::vector<std::string> names;    ///< Of all columns of the table, for messages.
  std::vector<SheetLayout> layouts;  ///< By Input::index.
};

/// Splits that end between rows. What the cells refer to is charged to `memory` while their sheet
/// is read. ERRORS: those of open_workbook, SharedStrings::read and RecordSplitter; kData for a
/// sheet that is no XML or ends early, behind the splits of what is before.
std::unique_ptr<Splitter> make_sheet_splitter(Inputs inputs,
                                              std::shared_ptr<const SheetTable> table,
                                              MemoryAccount& memory, SplitterOptions options);

/// The rows of such splits: those below the header that have a value in the table.
std::unique_ptr<Decoder> make_sheet_decoder(std::shared_ptr<const SheetTable> table,
                                            const LaneContext& context);

/// The least memory that decoding into `columns` columns takes, in bytes.
size_t sheet_memory(size_t columns);

}  // namespace leat::io
