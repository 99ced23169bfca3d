// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(Table, TheFirstColumnIsToTheLeft) {
  EXPECT_EQ(aligned({{"stage", "in"}, {"a", "1,000"}, {"größer", "-"}}),
            "  stage      in\n"
            "  a       1,000\n"
            "  größer      -\n");
}

TEST(Table, LongNamesAreCutInTheMiddle) {
  EXPECT_EQ(aligned({{"stage", "in"}, {"customers_of_last_year", "7"}}, 20),
            "  stage           in\n"
            "  custom…st_year   7\n");
  EXPECT_EQ(cut_in_the_middle("abcdefghij", 5), "ab…ij");
  EXPECT_EQ(cut_in_the_middle("abcde", 5), "abcde");
  EXPECT_EQ(cut_in_the_middle("日本語日本語", 7), "日…語");
}

TEST(Table, ColumnsInTheMiddleGiveWay) {
  const Table table{{"stage", "one", "two", "three", "four", "five"},
                    {"a", "1", "2", "3", "4", "5"}};
  EXPECT_EQ(aligned(table, 27),
            "  stage  one  …  four  five\n"
            "  a        1  …     4     5\n");
  for (size_t width = 1; width < 60; ++width) EXPECT_FALSE(aligned(table, width).empty());
}

TEST(Table, ColumnsThatSayNothingAreLeftOut) {
  const Table table{
      {"stage", "in", "spilled", "busy"}, {"a", "1", "-", "2 s"}, {"b", "-", "-", "-"}};
  constexpr std::array<std::string_view, 2> kLess{"spilled", "in"};
  EXPECT_EQ(narrowed(table, 0, kLess)[1], (std::vector<std::string>{"a", "1", "2 s"}));
  EXPECT_EQ(narrowed(table, 17, kLess)[1], (std::vector<std::string>{"a", "1", "2 s"}));
  EXPECT_EQ(narrowed(table, 16, kLess)[1], (std::vector<std::string>{"a", "2 s"}));
}

TEST(ShortTime, FitsItsSize) {
  EXPECT_EQ(short_time(0), "-");
  EXPECT_EQ(short_time(12'300), "13 \u00b5s");
  EXPECT_EQ(short_time(1'234'567), "1.2 ms");
  EXPECT_EQ(short_time(12'345'678'900), "12.35 s");
  EXPECT_EQ(short_time(428'000'000'000), "7 min 8 s");
}

}  // namespace
}  // namespace leat::cli
