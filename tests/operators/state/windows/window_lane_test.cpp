// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a lane hands on when it has to write; what becomes of it is tested in
// spilled_windows_test.cpp.
#include "operators/state/windows/window_lane.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;

class WindowLaneTest : public testing::Test {
 protected:
  WindowLaneTest() {
    PartitionPlanner planner(schema_);
    WindowPlan::Call call{};
    call.type = kInt64Type;
    call.arrangement = planner.add_arrangement({expr::column_program(*schema_, 0)}, {});
    plan_.rows = std::move(planner).finish();
    plan_.calls.push_back(std::move(call));
    plan_.spill = make_window_spill_plan(plan_);
  }

  Batch rows(OperatorFixture& fixture, size_t batch, size_t count) const {
    std::vector<Row> rows;
    for (size_t i = 0; i < count; ++i)
      rows.push_back({static_cast<int64_t>(i % 7), static_cast<int64_t>(batch)});
    // Rows between others, which are left out.
    std::vector<Row> physical;
    std::vector<uint32_t> chosen;
    for (const Row& row : rows) {
      physical.push_back({int64_t{-1}, int64_t{-1}});
      chosen.push_back(static_cast<uint32_t>(physical.size()));
      physical.push_back(row);
    }
    return test::select_rows(
        fixture.memory, make_batch(fixture.memory, schema_, physical, Ordinal(batch, 0)), chosen);
  }

  const SchemaRef schema_ = make_schema({{"k", kInt64Type}, {"v", kInt64Type}});
  WindowPlan plan_;
};

TEST_F(WindowLaneTest, KeepsRowsAsTheyCameWhileThereIsRoom) {
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{64} << 20);
  ASSERT_TRUE(area);
  OperatorFixture fixture;
  fixture.spill = area->get();
  WindowLane lane(plan_, fixture.lane());
  ASSERT_TRUE(lane.consume(rows(fixture, 0, 100)));
  ASSERT_TRUE(lane.consume(rows(fixture, 1, 2000)));
  ASSERT_TRUE(lane.seal());
  EXPECT_FALSE(lane.has_spilled());
  EXPECT_GT(lane.spillable(), 0u);
  EXPECT_EQ(fixture.ledger[Counter::kFolded], 2100u);
  size_t kept = 0;
  for (const Batch& batch : lane.run().take_batches()) kept += batch.rows();
  EXPECT_EQ(kept, 2100u);
}

TEST_F(WindowLaneTest, SpillsAtAnyTimeAndGoesOn) {
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{64} << 20);
  ASSERT_TRUE(area);
  OperatorFixture fixture;
  fixture.spill = area->get();
  WindowLane lane(plan_, fixture.lane());
  ASSERT_TRUE(lane.consume(rows(fixture, 0, 100)));
  ASSERT_TRUE(lane.spill(fixture.ledger));
  EXPECT_EQ(lane.spillable(), 0u);
  EXPECT_EQ(fixture.ledger[Counter::kSpilled], 100u);
  ASSERT_TRUE(lane.consume(rows(fixture, 1, 50)));
  ASSERT_TRUE(lane.seal());
  ASSERT_TRUE(lane.spill({*compact(rows(fixture, 2, 5), fixture.memory)}, fixture.ledger))
      << "another lane's";
  EXPECT_EQ(fixture.ledger[Counter::kSpilled], 155u);
  uint64_t written = 0;
  for (const SpillRunRef& run : lane.sorted().take_runs()) written += run->rows();
  EXPECT_EQ(written, 155u);
}

TEST_F(WindowLaneTest, WithoutADiskTheRefusalNamesTheSetting) {
  OperatorFixture other;
  OperatorFixture fixture(size_t{1} << 20);
  WindowLane lane(plan_, fixture.lane());
  Status status;
  for (size_t i = 0; status && i < 100; ++i) status = lane.consume(rows(other, i, 2000));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kMemory);
  EXPECT_NE(status.error().hint.find("settings.spill.dir"), std::string::npos)
      << status.error().hint;
}

}  // namespace
}  // namespace leat::state
