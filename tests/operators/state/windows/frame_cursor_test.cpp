// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;

/// How many rows the frames have.
std::string counts(const std::string& frame, const Type& type, const std::vector<test::Row>& rows) {
  return windowed("count(*) over (order by k " + frame + ")", test::make_schema({{"k", type}}),
                  rows);
}

TEST(FrameCursor, RowsAndGroups) {
  const std::vector<test::Row> rows{{1}, {1}, {2}, {3}, {3}, {3}};
  EXPECT_EQ(counts("rows 2 preceding", kInt64Type, rows), "1 2 3 3 3 3");
  EXPECT_EQ(counts("rows between 2 following and 3 following", kInt64Type, rows), "2 2 2 1 0 0");
  EXPECT_EQ(counts("rows between 3 preceding and 2 preceding", kInt64Type, rows), "0 0 1 2 2 2");
  EXPECT_EQ(counts("rows between 2 preceding and 3 preceding", kInt64Type, rows), "0 0 0 0 0 0");
  EXPECT_EQ(counts("rows between 9223372036854775807 preceding and 9223372036854775807 following",
                   kInt64Type, rows),
            "6 6 6 6 6 6");
  EXPECT_EQ(counts("groups 1 preceding", kInt64Type, rows), "2 2 3 4 4 4");
  EXPECT_EQ(counts("groups between 1 following and 1 following", kInt64Type, rows), "1 1 3 0 0 0");
  EXPECT_EQ(counts("range current row", kInt64Type, rows), "2 2 1 3 3 3");
}

TEST(FrameCursor, RangesOfNumbers) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  const int64_t least = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(counts("range 1 preceding", kInt64Type, {{null_cell}, {least}, {least + 1}, {most}}),
            "1 1 2 1");
  EXPECT_EQ(counts("range between current row and 1 following", kInt64Type,
                   {{most}, {most - 1}, {null_cell}}),
            "1 2 1");
  // Half a unit takes nothing in; one and a half takes one.
  EXPECT_EQ(counts("range 0.5 preceding", kInt64Type, {{1}, {2}}), "1 1");
  EXPECT_EQ(counts("range 1.5 preceding", kInt64Type, {{1}, {2}}), "1 2");
  EXPECT_EQ(counts("range 0.29 preceding", Type::decimal(10, 2), {{100}, {129}, {130}}), "1 2 2");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(counts("range 0.5 preceding", kFloat64Type,
                   {{-infinity}, {1.0}, {1.5}, {infinity}, {nan}, {nan}}),
            "1 1 2 1 2 2");
}

TEST(FrameCursor, RangesOfTimes) {
  EXPECT_EQ(counts("range interval '1 day' preceding", kTimestampType,
                   {{0}, {kDay}, {kDay + 1}, {3 * kDay}}),
            "1 2 2 1");
  EXPECT_EQ(counts("range interval '36 hours' preceding", kDateType, {{0}, {1}, {2}}), "1 2 2");
  // The 28th of February, the 28th and the 31st of March.
  EXPECT_EQ(counts("range interval '1 month' preceding", kDateType, {{58}, {86}, {89}}), "1 2 3");
}

TEST(FrameCursor, DescendingOrders) {
  const SchemaRef schema = test::make_schema({{"k", kInt64Type}});
  const std::vector<test::Row> rows{{null_cell}, {9}, {8}, {5}};
  EXPECT_EQ(windowed("count(*) over (order by k desc range 1 preceding)", schema, rows), "1 1 2 1");
  EXPECT_EQ(
      windowed("count(*) over (order by k desc range between unbounded preceding and 3 following)",
               schema, rows),
      "1 3 4 4");
}

}  // namespace
}  // namespace leat::state
