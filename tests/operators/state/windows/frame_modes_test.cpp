// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

TEST(FrameModes, TheMostFrequentAndOfSeveralTheFirst) {
  const SchemaRef schema =
      test::make_schema({{"s", kUtf8Type}, {"p", kInt64Type}, {"ok", kBoolType}});
  const std::vector<test::Row> rows{{"b", 1, true},       {"a", 1, true}, {"a", 1, false},
                                    {null_cell, 1, true}, {"b", 1, true}, {"c", 2, true},
                                    {"b", 2, true},       {"b", 2, true}};
  EXPECT_EQ(windowed("mode(s) over (rows unbounded preceding)", schema, rows), "b b a a b b b b");
  EXPECT_EQ(windowed("mode(s) over (rows 2 preceding)", schema, rows), "b b a a a b b b");
  EXPECT_EQ(windowed("mode(s) over (partition by p)", schema, rows), "b b b b b b b b");
  EXPECT_EQ(
      windowed("mode(s) filter (where ok) over (partition by p rows 1 preceding)", schema, rows),
      "b b a NULL b c c b");
  EXPECT_EQ(
      windowed("mode(s) over (order by p range unbounded preceding exclude group)", schema, rows),
      "NULL NULL NULL NULL NULL b b b");
  EXPECT_EQ(
      windowed("mode(s) over (order by p, s range unbounded preceding exclude ties)", schema, rows),
      "a a a a a b b b");
  EXPECT_EQ(windowed("mode(null) over ()", schema, {{"a", 1, true}}), "NULL");
}

}  // namespace
}  // namespace leat::state
