// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(FrameSketches, RegistersForgetWhatLeavesTheFrame) {
  const SchemaRef schema = test::make_schema({{"s", kUtf8Type}, {"p", kInt64Type}});
  const std::vector<test::Row> rows{{"a", 1}, {"b", 1},       {"a", 1}, {"c", 2},
                                    {"c", 2}, {null_cell, 2}, {"d", 1}};
  EXPECT_EQ(windowed("approx_count_distinct(s) over (rows 2 preceding)", schema, rows),
            "1 2 2 3 2 1 2");
  EXPECT_EQ(
      windowed("approx_count_distinct(s) over (partition by p rows 1 preceding)", schema, rows),
      "1 2 2 1 1 1 2");
  EXPECT_EQ(windowed("approx_count_distinct(s) over (rows between 1 following and 1 following)",
                     schema, rows),
            "1 1 1 1 0 1 0");
  EXPECT_EQ(windowed("approx_count_distinct(null) over ()", schema, {{"a", 1}}), "0");
}

/// What groups have for the same rows.
TEST(FrameSketches, IsTheSketchOfTheFrame) {
  std::vector<test::Row> rows;
  for (int64_t i = 0; i < 6000; ++i) rows.push_back({i * 7919 % 3001});
  const std::string all =
      windowed("approx_count_distinct(a) over ()", test::make_schema({{"a", kInt64Type}}), rows);
  const std::string sliding = windowed("approx_count_distinct(a) over (rows 5999 preceding)",
                                       test::make_schema({{"a", kInt64Type}}), rows);
  EXPECT_EQ(sliding.substr(sliding.rfind(' ') + 1), all.substr(0, all.find(' ')));
}

}  // namespace
}  // namespace leat::state
