// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_plan.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

TEST(JoinPlan, RowsWithANullAreTakenOut) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"a", kInt64Type}, {"b", kInt64Type}}),
                 {{1, 2}, {null_cell, 2}, {1, null_cell}, {3, 4}});
  const auto rows = without_nulls(batch.columns(), Selection(3), fixture.memory);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->count(), 1u);
  EXPECT_EQ((*rows)[0], 0u);
}

TEST(JoinPlan, ValuesAreColumnsOrComputed) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}});
  const Batch batch = make_batch(fixture.memory, schema, {{1}, {0}});
  test::OptionDocument document;
  Diagnostics diagnostics;
  const std::vector<JoinValue> values{
      {nullptr, 0},
      {expr::compile(document.scalar("10 / a"), *schema, {}, diagnostics), std::nullopt}};
  JoinValues evaluated(values, fixture.memory);
  std::vector<RowFault> faults;
  const auto columns = evaluated.evaluate(batch, batch.selection(), faults);
  ASSERT_TRUE(columns);
  EXPECT_EQ((*columns)[0], batch.columns()[0]);
  EXPECT_TRUE((*columns)[1]->is_valid(0));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].row, 1u);
}

TEST(JoinPlan, KnowsWhatTheTableNeeds) {
  JoinPlan plan;
  plan.how = JoinHow::kSemi;
  EXPECT_TRUE(plan.keys_only());
  EXPECT_FALSE(plan.holds_left());
  plan.how = JoinHow::kFull;
  EXPECT_FALSE(plan.keys_only());
  EXPECT_TRUE(plan.keeps_left() && plan.keeps_right());
  EXPECT_EQ(plan.keep_places(), KeepPlaces::kNo);
  plan.one_left = true;
  EXPECT_TRUE(plan.holds_left());
  EXPECT_EQ(plan.keep_places(), KeepPlaces::kYes);
}

}  // namespace
}  // namespace leat::state
