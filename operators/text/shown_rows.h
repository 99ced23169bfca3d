// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The rows that `show` prints, in the form that was asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operators/data/type.h"

namespace leat::io {

enum class RowFormat : uint8_t { kTable, kVertical, kMarkdown, kCsv, kJson, kHtml, kLatex };

/// Are values cut to a width, because people read them in columns?
inline bool is_cut(RowFormat format) {
  return format == RowFormat::kTable || format == RowFormat::kVertical;
}

/// A value as text; null: NULL. In kJson it is JSON.
using Cell = std::string;

struct ShownRows {
  SchemaRef schema;
  std::vector<std::vector<Cell>> rows;  ///< One cell for each column.
};

/// The rows with whatever stands above and below them. `cell_width` is what values of a table were
/// cut to, `terminal_width` how wide a table may be before columns in the middle are left out (0:
/// any).
std::string format_rows(RowFormat format, ShownRows shown, size_t cell_width,
                        size_t terminal_width);

}  // namespace leat::io
