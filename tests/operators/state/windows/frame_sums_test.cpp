// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/framed.h"
#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

const std::string kTwo = " over (rows 1 preceding)";

TEST(FrameSums, OfIntegersAndDecimals) {
  const SchemaRef schema = test::make_schema({{"a", kInt64Type}, {"d", Type::decimal(38, 2)}});
  const std::vector<test::Row> rows{{3, 100}, {null_cell, null_cell}, {null_cell, 250}, {-5, 1}};
  EXPECT_EQ(windowed("count(a)" + kTwo, schema, rows), "1 1 0 1");
  EXPECT_EQ(windowed("sum(a)" + kTwo, schema, rows), "3 3 NULL -5");
  EXPECT_EQ(windowed("sum(d)" + kTwo, schema, rows), "100 100 250 251");
  // 16 digits behind the point
  EXPECT_EQ(windowed("avg(d)" + kTwo, schema, rows),
            "10000000000000000 10000000000000000 25000000000000000 12550000000000000");
  EXPECT_EQ(windowed("avg(a) over ()", schema, rows), "-1 -1 -1 -1");
}

TEST(FrameSums, WhatOverflowedIsForgottenWithItsRow) {
  const SchemaRef schema = test::make_schema({{"a", kInt64Type}});
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(windowed("sum(a) over (rows 1 preceding exclude current row)", schema,
                     {{most}, {most}, {1}, {2}}),
            fmt::format("NULL {} {} 1", most, most));
  EXPECT_EQ(windowed("sum(a)" + kTwo, schema, {{most}, {1}}),
            "'sum(a) over (rows 1 preceding)' overflows int64");
}

TEST(FrameSums, FloatsLeaveNothingBehind) {
  const SchemaRef schema = test::make_schema({{"f", kFloat64Type}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<test::Row> rows{{0.1}, {1e300},    {0.2},       {1e-320}, {nan},
                                    {0.3}, {infinity}, {-infinity}, {0.25},   {0.5}};
  EXPECT_EQ(windowed("sum(f)" + kTwo, schema, rows),
            "0.1 1e+300 1e+300 0.2 nan nan inf nan -inf 0.75");
  EXPECT_EQ(windowed("avg(f)" + kTwo, schema, {{0.1}, {1e300}, {0.2}, {0.2}}),
            "0.1 5e+299 5e+299 0.2");
  EXPECT_EQ(windowed("var_pop(f)" + kTwo, schema, {{1e150}, {0.5}, {1.5}, {nan}, {3.0}, {3.0}}),
            "0 2.4999999999999998e+299 0.25 nan nan 0");
  EXPECT_EQ(windowed("sum(f)" + kTwo, schema, {{1e308}, {1e308}}),
            "'sum(f) over (rows 1 preceding)' overflows float64");
  EXPECT_EQ(windowed("stddev(f)" + kTwo, schema, {{1.0}, {1.0}, {1.0}}), "NULL 0 0");
}

/// Counts what slide_frames asks of a state.
struct Counting {
  uint64_t* steps;
  void add(uint32_t) { ++*steps; }
  void remove(uint32_t) { ++*steps; }
  void write(WindowColumn&, uint32_t) const {}
};

TEST(FrameSums, ARowComesAndGoesOnceHoweverLongFramesAre) {
  constexpr size_t kRows = 20'000;
  test::FramedRows framed(test::make_schema({{"a", kInt64Type}}), test::counted_rows(kRows));
  const WindowPlan::Call call = framed.call({Fold::kSum, {kInt64Type}}, kRows / 2);
  const WindowInput input = framed.input(call);
  auto live = live_rows(input, NullRows::kSkip);
  ASSERT_TRUE(live);
  uint64_t steps = 0;
  WindowColumn out(call, input.rows, framed.memory());
  ASSERT_TRUE(
      slide_frames(input, *live, out, [&]() -> Result<Counting> { return Counting{&steps}; }));
  EXPECT_EQ(steps, 2 * kRows);
}

}  // namespace
}  // namespace leat::state
