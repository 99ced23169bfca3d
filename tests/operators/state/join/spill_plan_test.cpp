// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/spill_plan.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

JoinPlan plan() {
  JoinPlan plan;
  plan.left = test::make_schema({{"k", kInt64Type}, {"v", kUtf8Type}});
  plan.kept_schema = test::make_schema({{"0", kUtf8Type}});
  plan.kept = {{nullptr, 4}};
  plan.left_keys = {{nullptr, 0}};
  plan.right_keys = {{nullptr, 2}};
  plan.key_types = {kInt64Type};
  plan.left_out = {{0, std::nullopt, 0}, {1, std::nullopt, 0}};
  plan.right_out = {0};
  plan.output = test::make_schema({{"k", kInt64Type}, {"v", kUtf8Type}, {"name", kUtf8Type}});
  return plan;
}

TEST(SpillPlan, RightRowsAreReadFromWhatWasWritten) {
  const auto spill = make_spill_plan(plan(), {});
  EXPECT_EQ(spill->right->size(), 4u) << "what is kept, the key, ordinal and arrival";
  EXPECT_EQ(spill->probe.right_keys.front().column, 1u);
  EXPECT_EQ(spill->probe.kept.size(), spill->right->size());
  EXPECT_FALSE(spill->probe.kept_match);
  EXPECT_EQ((*spill->result)[spill->left->size()].type, kUtf8Type);
  EXPECT_EQ(spill->result_kind + 1, spill->result->size());
  EXPECT_EQ(spill->result_order.keys.size(), 2u);
}

TEST(SpillPlan, WordsAreWrittenWhereRowsCanBeBad) {
  JoinPlan quiet = plan();
  EXPECT_FALSE(make_spill_plan(quiet, {})->left_columns.fault);
  JoinPlan strict = plan();
  strict.one_right = true;
  EXPECT_TRUE(make_spill_plan(strict, {})->left_columns.fault);
  EXPECT_FALSE(make_spill_plan(strict, {})->left_columns.raw);
  EXPECT_TRUE(make_spill_plan(strict, {})->probe.kept_place);
  strict.on_error = OnError::kReject;
  EXPECT_TRUE(make_spill_plan(strict, {})->left_columns.raw);
}

TEST(SpillPlan, PairsAreAllThatIsMadeOfReferences) {
  JoinPlan full = plan();
  full.how = JoinHow::kFull;
  full.matches = JoinMatches::kFirst;
  full.one_right = full.one_left = true;
  const auto spill = make_spill_plan(full, {});
  EXPECT_EQ(spill->expand.how, JoinHow::kInner);
  EXPECT_EQ(spill->expand.matches, JoinMatches::kAll);
  EXPECT_FALSE(spill->expand.one_right || spill->expand.one_left);
  EXPECT_EQ(spill->probe.how, JoinHow::kFull);
  EXPECT_TRUE(spill->probe.kept_match);
}

}  // namespace
}  // namespace leat::state
