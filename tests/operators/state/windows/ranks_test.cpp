// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::windowed;

const SchemaRef kSchema = test::make_schema({{"p", kInt64Type}, {"a", kInt64Type}});
const std::vector<test::Row> kRows{{1, 5}, {1, 3}, {2, 7}, {1, 3}, {1, null_cell}, {2, 7}};

TEST(Ranks, CountTheRowsInFront) {
  const std::string window = " over (partition by p order by a)";
  EXPECT_EQ(windowed("row_number()" + window, kSchema, kRows), "3 1 1 2 4 2");
  EXPECT_EQ(windowed("rank()" + window, kSchema, kRows), "3 1 1 1 4 1");
  EXPECT_EQ(windowed("dense_rank()" + window, kSchema, kRows), "2 1 1 1 3 1");
  EXPECT_EQ(windowed("percent_rank()" + window + " * 3", kSchema, kRows), "2 0 0 0 3 0");
  EXPECT_EQ(windowed("cume_dist()" + window, kSchema, kRows), "0.75 0.5 1 0.5 1 1");
}

TEST(Ranks, WithoutAnOrderAllRowsArePeers) {
  EXPECT_EQ(windowed("row_number() over (partition by p)", kSchema, kRows), "1 2 1 3 4 2");
  EXPECT_EQ(windowed("rank() over ()", kSchema, kRows), "1 1 1 1 1 1");
}

TEST(Ranks, PartsDifferByOneRowAtMost) {
  EXPECT_EQ(windowed("ntile(4)", kSchema, kRows), "1 1 2 2 3 4");
  EXPECT_EQ(windowed("ntile(100)", kSchema, kRows), "1 2 3 4 5 6");
  EXPECT_EQ(windowed("ntile(1)", kSchema, kRows), "1 1 1 1 1 1");
}

}  // namespace
}  // namespace leat::state
