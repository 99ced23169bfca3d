// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Whole aggregations are tested in transforms/aggregate_test.cpp, those on disk in
// spilled_groups_test.cpp.
#include "operators/state/groups/group_states.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;

const SchemaRef kSchema = make_schema({{"k", kInt64Type}});

AggregationPlan count_plan() {
  AggregationPlan plan;
  plan.keys = kSchema->fields();
  plan.states.push_back({{Fold::kCount, {}}, {}, std::nullopt});
  plan.output = kSchema;
  return plan;
}

Status fold(GroupStates& states, const Batch& batch) {
  const FoldValues values{{batch.columns()[0]}, {}};
  LEAT_TRY(states.meet(values, batch, batch.selection()));
  return states.update(values, batch, batch.selection());
}

TEST(GroupStates, WhatWasMetAndNotFoldedLeavesNoTrace) {
  OperatorFixture fixture;
  const AggregationPlan plan = count_plan();
  GroupStates states(plan, fixture.memory, fixture.memory);
  ASSERT_TRUE(fold(states, make_batch(fixture.memory, kSchema, {{5}, {6}, {5}}, Ordinal(0, 0))));
  const Batch refused = make_batch(fixture.memory, kSchema, {{6}, {7}}, Ordinal(0, 3));
  ASSERT_TRUE(states.meet({{refused.columns()[0]}, {}}, refused, refused.selection()));
  ASSERT_TRUE(states.seal());
  const auto saved =
      states.save(GroupStates::saved_schema(plan), std::vector<uint32_t>{0, 1}, fixture.memory);
  ASSERT_TRUE(saved);
  EXPECT_EQ(test::rows_of(*saved), (std::vector<std::string>{"5|2", "6|1"}));
  EXPECT_EQ(saved->ordinal(1), Ordinal(0, 1));
}

TEST(GroupStates, LoadedGroupsMergeAndKeepTheirFirstPlace) {
  OperatorFixture fixture;
  const AggregationPlan plan = count_plan();
  GroupStates loaded(plan, fixture.memory, fixture.memory);
  for (const uint64_t split : {1, 0}) {
    GroupStates states(plan, fixture.memory, fixture.memory);
    ASSERT_TRUE(fold(states, make_batch(fixture.memory, kSchema, {{5}, {6}}, Ordinal(split, 0))));
    ASSERT_TRUE(states.seal());
    const auto saved =
        states.save(GroupStates::saved_schema(plan), std::vector<uint32_t>{1, 0}, fixture.memory);
    ASSERT_TRUE(saved);
    ASSERT_TRUE(loaded.load(*saved));
    EXPECT_EQ(loaded.group_of()[0], 0u);
  }
  EXPECT_EQ(loaded.size(), 2u);
  EXPECT_EQ(loaded.first_row(0), Ordinal(0, 1).packed());
  EXPECT_EQ(loaded.text_of(0, fixture.memory), "k = 6");
}

}  // namespace
}  // namespace leat::state
