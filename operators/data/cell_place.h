// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Places in the cells of a sheet, and how all places are written: `orders.csv:7:2`, and
// `book.xlsx:Sales!B7`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace leat {

/// Cell `column` of row `row`, both from 1, in `sheet` of `file`. Column 0: all of the row.
TextPlace cell_place(std::string_view file, std::string_view sheet, uint64_t row,
                     uint64_t column = 0);

/// The place as messages have it.
std::string place_text(const TextPlace& place);

/// Its file; of a cell with the name of the sheet behind a colon.
std::string_view file_of(const TextPlace& place);

/// `A` for column 1, `AA` for column 27. REQUIRES: column > 0.
std::string column_letters(uint64_t column);

}  // namespace leat
