// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_table.h"

#include <gtest/gtest.h>

#include "operators/state/groups/group_slots.h"
#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

struct Side {
  Side() {
    plan.how = JoinHow::kFull;
    test::OptionDocument document;
    Diagnostics diagnostics;
    plan.right_keys = {{expr::compile(document.scalar("k"), *schema, {}, diagnostics), 0}};
    plan.key_types = {kInt64Type};
    plan.kept = {{nullptr, 1}};
    plan.kept_schema = make_schema({{"v", kUtf8Type}});
  }
  std::shared_ptr<const JoinTable> collect() {
    const auto side = make_join_side(plan);
    auto table = test::collect(
        fixture, *side,
        {{make_batch(fixture.memory, schema, {{2, "c"}, {1, "d"}, {2, "e"}}, Ordinal(1, 0))},
         {make_batch(fixture.memory, schema, {{2, "a"}, {null_cell, "b"}}, Ordinal(0, 0))}});
    EXPECT_TRUE(table);
    return std::static_pointer_cast<const JoinTable>(*table);
  }
  OperatorFixture fixture;
  SchemaRef schema = make_schema({{"k", kInt64Type}, {"v", kUtf8Type}});
  JoinPlan plan;
};

TEST(JoinTable, PartnersAreInTheOrderOfTheRightSide) {
  Side side;
  const auto table = side.collect();
  EXPECT_EQ(table->rows().rows(), 5u);
  const auto key = test::make_column(side.fixture.memory, kInt64Type, {2, 1, 7, null_cell});
  uint32_t groups[4];
  GroupLookup lookup(side.fixture.memory);
  ASSERT_TRUE(table->groups().find(std::vector<ColumnRef>{key}, Selection(4), groups, lookup));
  const Partners twos = table->partners(groups[0]);
  ASSERT_EQ(twos.count, 3u);
  EXPECT_EQ(twos[0], 0u);
  EXPECT_EQ(twos[1], 2u);
  EXPECT_EQ(twos[2], 4u);
  EXPECT_EQ(table->partners(groups[1]).count, 1u);
  EXPECT_EQ(groups[2], kNoGroup);
  EXPECT_EQ(groups[3], kNoGroup) << "a NULL key meets nothing";
  EXPECT_EQ(side.fixture.ledger[Counter::kFolded], 5u);
}

TEST(JoinTable, RemembersWhoMetAPartner) {
  Side side;
  const auto table = side.collect();
  table->mark(3);
  EXPECT_TRUE(table->is_marked(3));
  EXPECT_FALSE(table->is_marked(2));
}

TEST(JoinTable, KeysThatIdentifyRowsStandOnce) {
  Side side;
  side.plan.keys_identify = true;
  side.plan.one_left = true;
  OperatorFixture forgiving(size_t{1} << 30, OnError::kSkip);
  const auto kept = make_join_side(side.plan);
  auto table = test::collect(
      forgiving, *kept,
      {{make_batch(forgiving.memory, side.schema, {{2, "a"}, {null_cell, "b"}, {2, "c"}})}});
  ASSERT_TRUE(table);
  EXPECT_EQ(forgiving.ledger[Counter::kFolded], 1u);
  ASSERT_EQ(forgiving.faults.absorbed().size(), 2u);
  EXPECT_EQ(forgiving.faults.absorbed()[0].message, "the key 'k' is NULL");
  EXPECT_EQ(forgiving.faults.absorbed()[1].message,
            "the key stands twice: first in an unknown place");
}

TEST(JoinTable, HeldRowsOfLanesAreGivenBackOnce) {
  Side side;
  const auto table = side.collect();
  table->hold(std::make_unique<RowKeeper>(side.fixture.memory, KeepPlaces::kNo));
  EXPECT_EQ(table->take_held().size(), 1u);
  EXPECT_EQ(table->take_held().size(), 0u);
}

}  // namespace
}  // namespace leat::state
