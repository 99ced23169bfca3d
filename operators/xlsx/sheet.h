// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A sheet that is being read: the texts and formats that its cells refer to, and what a cell says.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "operators/xlsx/cell_value.h"
#include "operators/xlsx/shared_strings.h"
#include "operators/xlsx/sheet_rows.h"

namespace leat::io {

/// THREADS: immutable, any.
struct Sheet {
  std::string file;
  std::string name;
  CellStyles styles;
  std::shared_ptr<const SharedStrings> strings;
};

/// How exactly numbers are taken.
enum class SheetDigits : uint8_t {
  kAll,
  kShown,  ///< As spreadsheets show them, with 15 digits: for decimals.
};

/// Appends the text of `cell`, as leat writes such values, to `out`. Returns what is wrong with it:
/// empty, nothing; else a clause such as `holds #N/A`, whose text is appended as well.
std::string append_cell(const SheetCell& cell, const Sheet& sheet, SheetDigits digits,
                        std::string& out);

}  // namespace leat::io
