// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What becomes of the rows is tested in spilled_join_test.cpp; here is how they are kept apart.
#include "operators/state/join/result_rows.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

TEST(ResultRows, ComeInTheOrderOfTheLeftSideWithWhatIsToBeDone) {
  JoinPlan plan;
  plan.left = test::make_schema({{"k", kInt64Type}});
  plan.left_keys = plan.right_keys = {{nullptr, 0}};
  plan.key_types = {kInt64Type};
  plan.left_out = {{0, std::nullopt, 0}};
  plan.output = plan.left;
  plan.missing_is_error = true;
  const auto spill = make_spill_plan(plan, {});
  test::OperatorFixture fixture;
  ResultRows rows(*spill, fixture.lane());
  // k, ordinal, arrival, file, line, fault
  const Batch left = test::make_batch(
      fixture.memory, spill->left,
      {{10, 1, 0, "f", 0, nullptr}, {11, 1, 1, "f", 0, nullptr}, {12, 0, 2, "f", 0, nullptr}});
  ASSERT_TRUE(rows.add_left(left, std::vector<uint32_t>{1}, std::vector<int64_t>{5}));
  ASSERT_TRUE(rows.add_bad(left, std::vector<uint32_t>{2}, std::vector<std::string>{"bad"}));
  ASSERT_TRUE(rows.add_ready(left.with_selection(left.selection().prefix(1))));
  ASSERT_TRUE(rows.sort().seal());
  LaneSort* const lanes[] = {&rows.sort()};
  const auto merged = merge_lanes(spill->result_order, fixture.lane(), lanes);
  ASSERT_TRUE(merged);
  test::CollectingOutput output(fixture.ledger);
  for (size_t part = 0; part < (*merged)->parts(); ++part)
    ASSERT_TRUE((*merged)->emit_part(part, fixture.lane(), output));
  EXPECT_EQ(output.rows, (std::vector<std::string>{"12|0|2|f|0|bad|-3", "10|1|0|f|0|NULL|-1",
                                                   "11|1|1|f|0|NULL|5"}));
}

}  // namespace
}  // namespace leat::state
