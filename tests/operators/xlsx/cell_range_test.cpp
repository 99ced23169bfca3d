// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/cell_range.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string text_of(std::string_view text) {
  const auto range = parse_cell_range(text);
  if (!range) return range.error().message;
  const auto name = [](const CellName& cell) {
    return std::to_string(cell.column) + '/' + std::to_string(cell.row);
  };
  return name(range->first) + ' ' + name(range->last);
}

TEST(CellRange, EndsMayBeLeftOut) {
  EXPECT_EQ(text_of("B3:H20"), "2/3 8/20");
  EXPECT_EQ(text_of("B3:H"), "2/3 8/0");
  EXPECT_EQ(text_of("A:C"), "1/1 3/0");
  EXPECT_EQ(text_of("3:20"), "1/3 0/20");
  EXPECT_EQ(text_of("B3"), "2/3 0/0");
  EXPECT_EQ(text_of("$b$3:$XFD$1048576"), "2/3 16384/1048576");
}

TEST(CellRange, WhatIsNoRangeIsRefused) {
  for (const char* text : {"", ":", "B3:", "3B", "B0", "XFE1", "A1048577", "B3-H", "B3:H:J", "ÄÖ"})
    EXPECT_EQ(text_of(text), std::string("'") + text + "' is not a range of cells") << text;
  EXPECT_EQ(text_of("H:B"), "the range 'H:B' runs backwards");
  EXPECT_EQ(text_of("A9:B3"), "the range 'A9:B3' runs backwards");
}

}  // namespace
}  // namespace leat::io
