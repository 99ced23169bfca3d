// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/table_text.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(TableText, WidthIsTerminalColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\u00e9"), 1u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // a combining accent
  EXPECT_EQ(display_width("\u6771\u4eac"), 4u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(TableText, LongCellsAreCut) {
  EXPECT_EQ(fit_cell("abcdef", 6), "abcdef");
  EXPECT_EQ(fit_cell("abcdefg", 6), "abcde\u2026");
  EXPECT_EQ(fit_cell("\u6771\u4eac\u90fd", 6), "\u6771\u4eac\u90fd");
  EXPECT_EQ(fit_cell("\u6771\u4eac\u90fd", 5), "\u6771\u4eac\u2026");
  EXPECT_EQ(fit_cell("\u6771\u4eac\u90fd", 4), "\u6771\u2026");
  EXPECT_EQ(fit_cell("ab", 1), "\u2026");
  for (size_t width = 1; width < 12; ++width)
    EXPECT_LE(display_width(fit_cell("a\u6771b\tc\u4eac\x01 end", width)), width);
}

TEST(TableText, ControlCharactersAreShownEscaped) {
  EXPECT_EQ(fit_cell("a\nb\tc\r\x1b[31m\x7f", 99), "a\\nb\\tc\\r\\x1b[31m\\x7f");
  EXPECT_EQ(fit_cell("\u0085", 99), "\\x85");
  EXPECT_EQ(fit_cell("a\u202eb", 99), "a\\u202eb");
}

TEST(TableText, ColumnsAreAligned) {
  TableText table(
      Schema(
          {{"id", kInt64Type}, {"name", kUtf8Type}, {"price", kFloat64Type}, {"note", kUtf8Type}}),
      10);
  table.add_row({"1", "\u6771\u4eac", "9.5", "x"});
  table.add_row({"1234567", "b", "100", "longer"});
  EXPECT_EQ(table.text(),
            "     id  name    price  note\n"
            "  int64  utf8  float64  utf8\n"
            "-------  ----  -------  ------\n"
            "      1  \u6771\u4eac      9.5  x\n"
            "1234567  b         100  longer\n");
}

TEST(TableText, ColumnsInTheMiddleGiveWayToTheWidthOfTheTerminal) {
  TableText table(Schema({{"first", kInt64Type},
                          {"second", kUtf8Type},
                          {"third", kUtf8Type},
                          {"fourth", kUtf8Type},
                          {"last", kInt64Type}}),
                  10);
  table.add_row({"1", "b", "c", "d", "5"});
  EXPECT_EQ(table.text(), table.text(35)) << "it fits";
  EXPECT_EQ(table.text(34),
            "first  second  …  fourth   last\n"
            "int64  utf8    …  utf8    int64\n"
            "-----  ------  -  ------  -----\n"
            "    1  b       …  d           5\n");
  EXPECT_EQ(table.text(1),
            "first  …   last\n"
            "int64  …  int64\n"
            "-----  -  -----\n"
            "    1  …      5\n")
      << "the first and the last stay";
}

}  // namespace
}  // namespace leat::io
