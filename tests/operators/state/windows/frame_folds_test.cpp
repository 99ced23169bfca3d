// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(FrameFolds, WhatAccumulatorsMakeOfTheFrame) {
  const SchemaRef schema =
      test::make_schema({{"a", kInt64Type}, {"s", kUtf8Type}, {"ok", kBoolType}});
  const std::vector<test::Row> rows{
      {1, "x", true}, {6, "y", true}, {null_cell, "y", false}, {3, null_cell, true}};
  const std::string two = " over (rows 1 preceding)";
  EXPECT_EQ(windowed("bit_or(a)" + two, schema, rows), "1 7 6 3");
  EXPECT_EQ(windowed("string_agg(s, '+')" + two, schema, rows), "x x+y y+y y");
  EXPECT_EQ(windowed("array_agg(distinct s)" + two, schema, rows), "[x] [x,y] [y] [y,NULL]");
  EXPECT_EQ(windowed("arg_max(s, a) over (order by a desc)", schema, rows), "y y NULL y");
  EXPECT_EQ(windowed("first(s order by a desc nulls last)" + two, schema, rows), "x y y NULL");
  EXPECT_EQ(windowed("bit_xor(a) filter (where ok) over (rows between 2 preceding and 1 preceding)",
                     schema, rows),
            "NULL 1 7 6");
  EXPECT_EQ(windowed("count(distinct a, s) over ()", schema, rows), "2 2 2 2");
}

/// Frames that reach over many states and batches.
TEST(FrameFolds, OfLongFrames) {
  std::vector<test::Row> rows;
  std::string wanted;
  std::vector<int64_t> values;
  for (int64_t i = 0; i < 9000; ++i) {
    values.push_back(i * 7919 % 4096);
    rows.push_back({values.back()});
    int64_t folded = 0;
    for (size_t j = values.size() - std::min<size_t>(values.size(), 3001); j < values.size(); ++j)
      folded ^= j + 1 == values.size() ? 0 : values[j];
    wanted += i == 0 ? "NULL" : fmt::format(" {}", folded);
  }
  EXPECT_EQ(windowed("bit_xor(a) over (rows 3000 preceding exclude current row)",
                     test::make_schema({{"a", kInt64Type}}), rows),
            wanted);
}

TEST(FrameFolds, AValueThatIsTooLargeIsABadRow) {
  const SchemaRef schema = test::make_schema({{"f", kFloat64Type}});
  EXPECT_EQ(windowed("regr_sxx(f, f) over (rows 1 preceding)", schema, {{1e200}, {-1e200}}),
            "'regr_sxx(f, f) over (rows 1 preceding)' overflows float64");
}

}  // namespace
}  // namespace leat::state
