// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(FrameDistinct, ValuesComeAndGo) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const SchemaRef schema = test::make_schema(
      {{"p", kInt64Type}, {"s", kUtf8Type}, {"f", kFloat64Type}, {"ok", kBoolType}});
  const std::vector<test::Row> rows{{1, "a", nan, true},        {1, "b", nan, true},
                                    {2, "a", 0.0, true},        {1, "a", -0.0, false},
                                    {2, null_cell, -0.0, true}, {1, "c", 0.0, true}};
  const std::string two = " over (partition by p rows 1 preceding)";
  EXPECT_EQ(windowed("count(distinct s)" + two, schema, rows), "1 2 1 2 1 2");
  EXPECT_EQ(windowed("count(distinct f)" + two, schema, rows), "1 1 1 2 1 1");
  EXPECT_EQ(windowed("count(distinct s) filter (where ok)" + two, schema, rows), "1 2 1 1 1 1");
  EXPECT_EQ(windowed("count(distinct s) over ()", schema, rows), "3 3 3 3 3 3");
  EXPECT_EQ(windowed("count(distinct null) over ()", schema, rows), "0 0 0 0 0 0");
}

TEST(FrameDistinct, EachValueIsFoldedOnce) {
  const SchemaRef schema = test::make_schema({{"a", kInt64Type}, {"s", kUtf8Type}});
  const std::vector<test::Row> rows{{1, "x"}, {1, "y"}, {2, null_cell}, {2, "y"}, {1, "y"}};
  const std::string three = " over (rows 2 preceding)";
  EXPECT_EQ(windowed("sum(distinct a)" + three, schema, rows), "1 1 3 3 3");
  EXPECT_EQ(windowed("avg(distinct a)" + three, schema, rows), "1 1 1.5 1.5 1.5");
  EXPECT_EQ(windowed("quantile_disc(distinct a, 0.5)" + three, schema, rows), "1 1 1 1 1");
  EXPECT_EQ(windowed("count(distinct a, s)" + three, schema, rows), "1 2 2 2 2");
}

}  // namespace
}  // namespace leat::state
