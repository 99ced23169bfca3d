// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows as a table for people: aligned columns, long values cut, nothing that could upset a
// terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/type.h"

namespace leat::io {

/// The terminal columns that `text` takes. East Asian wide characters take two, combining marks
/// none.
size_t display_width(std::string_view text);

/// `text` with control characters escaped (a line feed becomes `\n`) and cut to at most `width`
/// terminal columns, the last one being `…` when something was cut. REQUIRES: valid UTF-8, width >=
/// 1.
std::string fit_cell(std::string_view text, size_t width);

/// A table being laid out. THREADS: one.
class TableText {
 public:
  /// Names and types of columns; the cells that follow have been fitted to `width`.
  TableText(const Schema& schema, size_t width);

  /// REQUIRES: one cell for each column.
  void add_row(std::vector<std::string> cells);
  /// Names, types, a rule and the rows. Numbers are aligned right. Columns in the middle give way
  /// to one `…` where the lines would be longer than `terminal_width` (0: any length); the first
  /// and the last stay.
  std::string text(size_t terminal_width = 0) const;

 private:
  /// The columns to print, in order; nullopt stands for those that are left out.
  std::vector<std::optional<size_t>> shown_columns(size_t terminal_width) const;
  void put_line(const std::vector<std::string>& cells,
                const std::vector<std::optional<size_t>>& columns, std::string& out) const;

  std::vector<bool> is_number_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;  // the first two are names and types
};

}  // namespace leat::io
