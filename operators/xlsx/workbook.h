// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a workbook says of its sheets: names, number formats, the system of its dates.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/xlsx/cell_value.h"
#include "operators/xlsx/zip_file.h"

namespace leat::io {

struct SheetEntry {
  std::string name;
  std::string member;  ///< Of the archive; empty: it is no sheet of cells.
};

/// THREADS: immutable, any; the archive as ZipFile.
struct Workbook {
  std::shared_ptr<ZipFile> archive;
  std::vector<SheetEntry> sheets;
  CellStyles styles;
  std::string strings;  ///< The member with the shared strings; empty: there is none.
};

/// Reads what is known of the sheets of `input`. SUSPENDS. ERRORS: kIo; kData: the file is no
/// workbook, or says what cannot be.
Result<Workbook> open_workbook(std::shared_ptr<const Input> input);

/// The sheet that `name` means: one of that name, the only one whose name differs in case, or, of a
/// number from 1, the one in that position; empty: the first. ERRORS: kInvalid, with the names
/// there are; kData: it has no cells.
Result<SheetEntry> find_sheet(const Workbook& workbook, const std::string& name);

}  // namespace leat::io
