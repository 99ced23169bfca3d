// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: cells have no line and column of a text, but places of rows are kept, spilled, joined
// and rejected as file, line and column all over the program.
//
// Invariants: a cell's place is a TextPlace whose file is `FILE:SHEET!`, its line the row, its
// column the number of the column, so it survives wherever others do; only who writes it out looks
// at the mark.
//
// Not chosen: a further member of TextPlace (every state that keeps places as columns would need
// it, for one format). A file of text whose own name has a colon and ends with `!` has its places
// written as those of cells, which is legible still.
#include "operators/data/cell_place.h"

#include <algorithm>

#include <fmt/format.h>

namespace leat {
namespace {

constexpr char kMark = '!';

bool is_cell(const TextPlace& place) {
  return place.file.ends_with(kMark) && place.file.contains(':');
}

}  // namespace

TextPlace cell_place(std::string_view file, std::string_view sheet, uint64_t row, uint64_t column) {
  return {fmt::format("{}:{}{}", file, sheet, kMark), row, column};
}

std::string place_text(const TextPlace& place) {
  if (is_cell(place)) {
    return fmt::format("{}{}{}", place.line == 0 ? file_of(place) : place.file,
                       place.line == 0 || place.column == 0 ? "" : column_letters(place.column),
                       place.line == 0 ? "" : std::to_string(place.line));
  }
  std::string out = place.file;
  if (place.line != 0) out += fmt::format(":{}", place.line);
  if (place.line != 0 && place.column != 0) out += fmt::format(":{}", place.column);
  return out;
}

std::string_view file_of(const TextPlace& place) {
  return std::string_view(place.file).substr(0, place.file.size() - (is_cell(place) ? 1 : 0));
}

std::string column_letters(uint64_t column) {
  std::string letters;
  for (; column > 0; column = (column - 1) / 26)
    letters.push_back(static_cast<char>('A' + (column - 1) % 26));
  std::reverse(letters.begin(), letters.end());
  return letters;
}

}  // namespace leat
