// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The rows in a piece of a sheet's XML, and their cells as they stand there.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/xlsx/xml_scanner.h"

namespace leat::io {

enum class CellKind : uint8_t {
  kNumber,
  kShared,  ///< The number of a shared text.
  kText,
  kTime,  ///< A text of ISO 8601.
  kBool,
  kError,
};

/// A cell that is not empty.
struct SheetCell {
  uint32_t column = 0;  ///< From 1.
  CellKind kind = CellKind::kNumber;
  uint32_t style = 0;
  std::string_view value = {};  ///< As it stands, or, if not `is_raw`, as it is meant.
  bool is_raw = true;           ///< May `value` have references to characters?
  bool lacks_value = false;     ///< A formula that nobody computed.
};

/// Reads rows of a text that begins between two of them. THREADS: one.
class SheetRows {
 public:
  enum class Next : uint8_t {
    kRow,
    kEnd,    ///< There are no more rows in the text; sheet_ended(): nor behind it.
    kCut,    ///< The text ends inside of a row.
    kFault,  ///< No XML, or not that of a sheet: fault(). row() is the last one that was begun.
  };

  /// The row at the beginning of `text` is number `next_row` if it does not say.
  SheetRows(std::string_view text, uint32_t next_row)
      : scanner_(text), row_(next_row > 0 ? next_row - 1 : 0) {}

  Next next();
  uint32_t row() const { return row_; }
  /// Of the row: those that are not empty, in ascending order of columns. Valid until next().
  const std::vector<SheetCell>& cells() const { return cells_; }
  bool sheet_ended() const { return ended_; }
  const std::string& fault() const { return fault_; }
  /// Where in the text the row begins, and where what is behind it does.
  size_t position() const { return begin_; }
  size_t next_position() const { return scanner_.next_position(); }

 private:
  Next refuse(std::string fault);
  Next stopped(XmlScanner::Token token);
  Next broken_off();
  Next read_row();
  Next read_cell();
  Next read_text(std::string_view end, SheetCell& cell);
  bool begin_cell(SheetCell& cell);

  XmlScanner scanner_;
  uint32_t row_;
  size_t begin_ = 0;
  bool ended_ = false;
  std::vector<SheetCell> cells_;
  uint32_t column_ = 0;             // of the last cell
  std::deque<std::string> joined_;  // values that stand in pieces
  std::string fault_;
};

/// Where the first row may begin in `text`, the beginning of a sheet; nullopt when that is further
/// on. `fault`, if it becomes one: the text is no sheet.
std::optional<size_t> find_sheet_data(std::string_view text, std::string& fault);

/// Where whole rows end in a text, and the number of the row behind if that does not say its own.
struct RowsEnd {
  size_t end = 0;  ///< 0: there is no whole row.
  uint32_t next_row = 1;
};
/// The last such end in `text`, which begins between rows; `next_row` as SheetRows takes it. What
/// was `scanned` before had none.
RowsEnd find_rows_end(std::string_view text, size_t scanned, uint32_t next_row);

}  // namespace leat::io
