// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/spill_plan.h"

#include <gtest/gtest.h>

#include "operators/state/windows/window_plan.h"
#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

WindowPlan::Call call_of(WindowFunction function, size_t arrangement) {
  WindowPlan::Call call{};
  call.function = function;
  call.type = kInt64Type;
  call.arrangement = arrangement;
  return call;
}

TEST(WindowSpillPlan, EachPassAddsItsValues) {
  const SchemaRef input = test::make_schema({{"k", kInt64Type}, {"s", kUtf8Type}});
  PartitionPlanner planner(input);
  const expr::ProgramRef k = expr::column_program(*input, 0);
  const expr::ProgramRef s = expr::column_program(*input, 1);
  WindowPlan plan;
  ASSERT_EQ(planner.add_arrangement({k}, {{s, true, false}}), 0u);
  ASSERT_EQ(planner.add_arrangement({}, {{k, false, true}}), 1u);
  plan.rows = std::move(planner).finish();
  plan.calls = {call_of(WindowFunction::kRank, 1), call_of(WindowFunction::kAggregate, 0),
                call_of(WindowFunction::kLag, 0)};
  const WindowSpillPlan spill = make_window_spill_plan(plan);
  ASSERT_EQ(spill.passes.size(), 2u);
  EXPECT_EQ(spill.arrival, 2u);
  EXPECT_EQ(spill.passes[0].rows->size(), 3u);
  EXPECT_EQ(spill.passes[0].calls, (std::vector<size_t>{1, 2}));
  EXPECT_EQ(spill.passes[0].order.keys.size(), 2u);
  EXPECT_TRUE(spill.passes[0].order.keys[1].descending);
  EXPECT_EQ(spill.values, (std::vector<size_t>{6, 3, 4}));
  EXPECT_EQ(spill.faults, (std::vector<std::optional<size_t>>{5, std::nullopt}));
  EXPECT_EQ(spill.passes[1].rows->size(), 6u);
  EXPECT_TRUE(spill.passes[1].order.keys[0].nulls_first);
  EXPECT_EQ(spill.rows->size(), 7u);
  EXPECT_TRUE(spill.order.keys.empty()) << "the order of the input";
  EXPECT_EQ(spill.order.arrival, 2u);
}

}  // namespace
}  // namespace leat::state
