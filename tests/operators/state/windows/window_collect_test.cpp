// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Stages that emit windows in their own way; windows of `window` are tested in
// transforms/window_test.cpp, and on disk in spilled_windows_test.cpp.
#include "operators/state/windows/window_collect.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

TEST(WindowCollect, APlanMayEmitInItsOwnWay) {
  const SchemaRef schema = test::make_schema({{"k", kInt64Type}});
  PartitionPlanner planner(schema);
  WindowPlan plan;
  WindowPlan::Call call{};
  call.function = WindowFunction::kRowNumber;
  call.type = kInt64Type;
  call.arrangement = planner.add_arrangement({expr::column_program(*schema, 0)}, {});
  plan.rows = std::move(planner).finish();
  plan.calls.push_back(std::move(call));
  std::string seen;
  plan.emit = [&](const Batch& stored, const std::vector<ColumnRef>& calls, const LaneContext&,
                  Output&) -> Status {
    for (size_t row = 0; row < stored.rows(); ++row)
      seen += fmt::format("{}:{} ", stored.column(0).values<int64_t>()[row],
                          calls[0]->values<int64_t>()[row]);
    return {};
  };
  const std::unique_ptr<Collect> windows = make_windows(std::move(plan));
  test::OperatorFixture fixture;
  const auto collected = test::collect(
      fixture, *windows, {{test::make_batch(fixture.memory, schema, {{7}, {8}, {7}, {7}})}});
  ASSERT_TRUE(collected);
  test::CollectingOutput output(fixture.ledger);
  for (size_t part = 0; part < (*collected)->parts(); ++part)
    ASSERT_TRUE((*collected)->emit_part(part, fixture.lane(), output));
  EXPECT_EQ(seen, "7:1 8:1 7:2 7:3 ");
}

}  // namespace
}  // namespace leat::state
