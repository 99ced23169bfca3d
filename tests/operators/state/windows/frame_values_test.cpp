// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

const SchemaRef kSchema =
    test::make_schema({{"s", kUtf8Type}, {"n", kInt64Type}, {"ok", kBoolType}});
const std::vector<test::Row> kRows{{"a", 1, true},
                                   {null_cell, 2, true},
                                   {"a text that is not stored in place", 3, false},
                                   {null_cell, 4, null_cell},
                                   {"e", 5, true}};

TEST(FrameValues, LagAndLeadCountRowsOfThePartition) {
  EXPECT_EQ(windowed("lag(n)", kSchema, kRows), "NULL 1 2 3 4");
  EXPECT_EQ(windowed("lag(n, 2, n * 10)", kSchema, kRows), "10 20 1 2 3");
  EXPECT_EQ(windowed("lead(n, 3, -1)", kSchema, kRows), "4 5 -1 -1 -1");
  EXPECT_EQ(windowed("lag(n, 0)", kSchema, kRows), "1 2 3 4 5");
  EXPECT_EQ(windowed("lag(n, 9223372036854775807)", kSchema, kRows), "NULL NULL NULL NULL NULL");
  EXPECT_EQ(windowed("lag(n) over (order by n desc)", kSchema, kRows), "2 3 4 5 NULL");
}

TEST(FrameValues, IgnoredNullsDoNotCount) {
  EXPECT_EQ(windowed("lag(s) ignore nulls", kSchema, kRows),
            "NULL a a a text that is not stored in place a text that is not stored in place");
  EXPECT_EQ(windowed("lead(s, 2, '-') ignore nulls", kSchema, kRows), "e e - - -");
  EXPECT_EQ(windowed("nth_value(s, 3) ignore nulls", kSchema, kRows), "e e e e e");
  EXPECT_EQ(windowed("first_value(s) ignore nulls over (rows between current row and 1 following)",
                     kSchema, kRows),
            "a a text that is not stored in place a text that is not stored in place e e");
}

TEST(FrameValues, OfRowsThatPassTheFilter) {
  EXPECT_EQ(
      windowed("last_value(n) filter (where ok) over (rows unbounded preceding)", kSchema, kRows),
      "1 2 2 2 5");
  EXPECT_EQ(windowed("first(n) filter (where not ok)", kSchema, kRows), "3 3 3 3 3");
}

TEST(FrameValues, OfFramesWithAHole) {
  const std::string frame = " over (rows between 1 preceding and 1 following exclude current row)";
  EXPECT_EQ(windowed("first_value(n)" + frame, kSchema, kRows), "2 1 2 3 4");
  EXPECT_EQ(windowed("last_value(n)" + frame, kSchema, kRows), "2 3 4 5 4");
  EXPECT_EQ(windowed("nth_value(n, 2)" + frame, kSchema, kRows), "NULL 3 4 5 NULL");
  EXPECT_EQ(windowed("last(n) over (rows 1 preceding exclude ties)", kSchema, kRows), "1 2 3 4 5");
}

}  // namespace
}  // namespace leat::state
