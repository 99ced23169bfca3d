// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Names of cells and of ranges of them: `B7`, `B3:H`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/error.h"

namespace leat::io {

/// What a sheet can hold, by the rules of the format.
inline constexpr uint32_t kSheetRowsMax = 1'048'576;
inline constexpr uint32_t kSheetColumnsMax = 16'384;

/// A cell, both numbers from 1; 0: not said.
struct CellName {
  uint32_t column = 0;
  uint32_t row = 0;
};

/// `B7`, `B`, `7`, with or without dollar signs; nullopt for anything else and what no sheet has.
std::optional<CellName> parse_cell_name(std::string_view text);

/// Cells of a sheet, both ends included. 0 as an end: the last one that is used.
struct CellRange {
  CellName first{1, 1};
  CellName last;
  /// Is there a range at all, or is it the whole sheet?
  bool is_given = false;

  bool has_row(uint32_t row) const {
    return row >= first.row && (last.row == 0 || row <= last.row);
  }
};

/// `B3:H`, `B3:H20`, `A:C`, `3:20`, or `B3`, which is all from there on. ERRORS: kInvalid.
Result<CellRange> parse_cell_range(std::string_view text);

}  // namespace leat::io
