// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(FrameExtremes, OfEveryType) {
  const SchemaRef schema = test::make_schema({{"i", kInt64Type},
                                              {"f", kFloat64Type},
                                              {"d", Type::decimal(38, 0)},
                                              {"s", kUtf8Type},
                                              {"t", kDateType},
                                              {"b", kBoolType}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<test::Row> rows{
      {2, nan, 2, "bb and more than is stored in place", 2, true},
      {1, 0.0, 1, "a", 1, false},
      {null_cell, null_cell, null_cell, null_cell, null_cell, null_cell},
      {3, -0.0, 3, "bb and more than is stored in plbce", 3, true}};
  const std::string three = " over (rows 2 preceding)";
  EXPECT_EQ(windowed("min(i)" + three, schema, rows), "2 1 1 1");
  EXPECT_EQ(windowed("max(i)" + three, schema, rows), "2 2 2 3");
  EXPECT_EQ(windowed("min(f)" + three, schema, rows), "nan 0 0 -0");
  EXPECT_EQ(windowed("max(f)" + three, schema, rows), "nan nan nan 0");
  EXPECT_EQ(windowed("max(d)" + three, schema, rows), "2 2 2 3");
  EXPECT_EQ(windowed("min(s)" + three, schema, rows), "bb and more than is stored in place a a a");
  EXPECT_EQ(windowed("length(max(s) over ())", schema, rows), "35 35 35 35");
  EXPECT_EQ(windowed("max(t)" + three, schema, rows), "2 2 2 3");
  EXPECT_EQ(windowed("bool_and(b)" + three, schema, rows), "true false false false");
  EXPECT_EQ(windowed("bool_or(b) over (rows 1 preceding exclude current row)", schema, rows),
            "NULL true false NULL");
}

TEST(FrameExtremes, OnBothSidesOfWhatIsExcluded) {
  const SchemaRef schema = test::make_schema({{"o", kInt64Type}, {"v", kInt64Type}});
  const std::vector<test::Row> rows{{1, 5}, {1, 9}, {2, 1}, {2, 2}, {3, 7}};
  const std::string whole =
      " over (order by o rows between unbounded preceding and unbounded following exclude ";
  EXPECT_EQ(windowed("min(v)" + whole + "group)", schema, rows), "1 1 5 5 1");
  EXPECT_EQ(windowed("min(v)" + whole + "ties)", schema, rows), "1 1 1 2 1");
  EXPECT_EQ(windowed("max(v)" + whole + "current row)", schema, rows), "9 7 9 9 9");
}

}  // namespace
}  // namespace leat::state
