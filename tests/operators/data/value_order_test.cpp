// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/value_order.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::make_column;

TEST(ValueOrder, NanIsGreatestAndZeroesAreEqual) {
  test::OperatorFixture fixture;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const ColumnRef column = make_column(fixture.memory, kFloat64Type, {nan, infinity, 0.0, -0.0});
  EXPECT_EQ(compare_values(*column, 0, *column, 1), 1);
  EXPECT_EQ(compare_values(*column, 0, *column, 0), 0);
  EXPECT_EQ(compare_values(*column, 2, *column, 3), 0);
  for (const double value : {-infinity, -1.5, 0.0, 2.5, infinity})
    EXPECT_EQ(float_of_order(order_of(value)), value);
  EXPECT_TRUE(std::isnan(float_of_order(order_of(-nan))));
}

TEST(ValueOrder, OfEveryTypeWithAnOrder) {
  test::OperatorFixture fixture;
  const std::vector<std::pair<Type, std::vector<test::Cell>>> kinds{
      {kBoolType, {false, true}}, {kInt64Type, {-1, 1}},    {kDateType, {-1, 1}},
      {kTimestampType, {-1, 1}},  {kUtf8Type, {"a", "ab"}}, {Type::decimal(38, 2), {-1, 1}},
      {kBinaryType, {"", "\x01"}}};
  for (const auto& [type, cells] : kinds) {
    const ColumnRef column = make_column(fixture.memory, type, cells);
    EXPECT_EQ(compare_values(*column, 0, *column, 1), -1) << to_string(type);
    EXPECT_EQ(compare_values(*column, 1, *column, 0), 1) << to_string(type);
    EXPECT_EQ(compare_values(*column, 1, *column, 1), 0) << to_string(type);
  }
  EXPECT_EQ(order_of(Interval{1, 0, 0}), order_of(Interval{0, 30, 0}));
  EXPECT_LT(order_of(Interval{0, 29, 0}), order_of(Interval{1, 0, 0}));
}

}  // namespace
}  // namespace leat
