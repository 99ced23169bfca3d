// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/groups/pair_table.h"

#include <gtest/gtest.h>

#include "operators/state/accumulators/state_columns.h"
#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_column;
using test::null_cell;
using test::OperatorFixture;

TEST(PairTable, NumbersPairsOfGroupAndValue) {
  OperatorFixture fixture;
  PairTable pairs({kUtf8Type}, fixture.memory);
  const ColumnRef values = make_column(fixture.memory, kUtf8Type, {"a", "b", "a", null_cell, "a"});
  const std::vector<uint32_t> groups{0, 0, 1, 1, 0};
  ASSERT_TRUE(pairs.assign({&values, 1}, Selection(5), groups.data()));
  EXPECT_EQ(pairs.size(), 3u);
  EXPECT_EQ(pairs.rows().count(), 4u) << "NULL has no pair";
  EXPECT_EQ(pairs.pair_of(0), pairs.pair_of(4));
  EXPECT_NE(pairs.pair_of(0), pairs.pair_of(2));
  ASSERT_TRUE(pairs.seal(3));
  EXPECT_EQ(pairs.pairs(0).size(), 2u);
  EXPECT_EQ(pairs.pairs(1).size(), 1u);
  EXPECT_TRUE(pairs.pairs(2).empty());
}

ColumnRef lists(MemoryAccount& memory, const std::vector<std::vector<test::Cell>>& values) {
  std::vector<test::Cell> all;
  auto offsets = list_offsets(values.size(), memory, [&](size_t i) { return values[i].size(); });
  for (const auto& list : values) all.insert(all.end(), list.begin(), list.end());
  return list_column(*offsets, values.size(), make_column(memory, kUtf8Type, all));
}

TEST(PairTable, ListsAreEqualByTheirElements) {
  OperatorFixture fixture;
  PairTable pairs({Type::list(kUtf8Type)}, fixture.memory);
  const ColumnRef values = lists(
      fixture.memory, {{"a", "b"}, {"ab"}, {}, {"a", "b"}, {null_cell}, {""}, {"a", null_cell}});
  const std::vector<uint32_t> groups(7, 0);
  ASSERT_TRUE(pairs.assign({&values, 1}, Selection(7), groups.data()));
  EXPECT_EQ(pairs.size(), 6u);
  EXPECT_EQ(pairs.pair_of(0), pairs.pair_of(3));
}

TEST(PairTable, TypesThatAreToldApart) {
  EXPECT_TRUE(is_distinguishable(kIntervalType));
  EXPECT_TRUE(is_distinguishable(Type::list(Type::structure({{"a", kFloat64Type}}))));
  EXPECT_FALSE(is_distinguishable(Type::structure({{"a", kInt64Type}, {"b", kJsonType}})));
}

}  // namespace
}  // namespace leat::state
