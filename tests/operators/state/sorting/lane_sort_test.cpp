// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// That the rows are right whatever is refused is tested in transforms/sort_test.cpp; here is what
// only a lane shows.
#include "operators/state/sorting/lane_sort.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/sort_plan.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::plan_for;

class LaneSortTest : public ::testing::Test {
 protected:
  explicit LaneSortTest(size_t share = size_t{64} << 20) {
    auto opened = SpillArea::open({.dir = dir_.path()}, share);
    EXPECT_TRUE(opened);
    area_ = std::move(*opened);
  }

  Batch batch(size_t at, size_t rows = 4096) {
    std::vector<test::Row> cells;
    for (size_t i = 0; i < rows; ++i)
      cells.push_back(
          {static_cast<int64_t>((at + i) * 7919 % 10'007), static_cast<int64_t>(at + i)});
    return make_batch(input_.memory, schema_, cells, Ordinal(at, 0));
  }

  test::TempDir dir_;
  std::unique_ptr<SpillArea> area_;
  OperatorFixture input_;
  const SchemaRef schema_ = make_schema({{"k", kInt64Type}, {"n", kInt64Type}});
  const SortPlan plan_ = plan_for(schema_, "k");
};

TEST_F(LaneSortTest, PiecesLieInOrder) {
  OperatorFixture fixture;
  fixture.spill = area_.get();
  LaneSort lane(plan_, fixture.lane());
  for (size_t i = 0; i < 20; ++i) ASSERT_TRUE(lane.consume(batch(i * 4096)));
  ASSERT_TRUE(lane.seal());
  EXPECT_FALSE(lane.has_spilled());
  const std::vector<SortedRows> pieces = lane.take_sorted();
  EXPECT_GE(pieces.size(), 2u);
  for (const SortedRows& piece : pieces) {
    const StateArray<SortEntry>& entries = piece.entries.parts[0];
    for (size_t i = 1; i < entries.size(); ++i) {
      ASSERT_LE(entries[i - 1].prefix, entries[i].prefix);
      // One after another in memory, which is what pieces are for.
      ASSERT_TRUE(entries[i].batch == entries[i - 1].batch
                      ? entries[i].row == entries[i - 1].row + 1
                      : entries[i].row == 0);
      ASSERT_EQ(piece.batches[entries[i].batch].column(0).values<int64_t>()[entries[i].row],
                static_cast<int64_t>(entries[i].prefix ^ uint64_t{1} << 63));
    }
  }
}

TEST_F(LaneSortTest, SpillGivesBackWhatItSays) {
  OperatorFixture fixture;
  fixture.spill = area_.get();
  LaneSort lane(plan_, fixture.lane());
  EXPECT_EQ(lane.spillable(), 0u);
  for (size_t i = 0; i < 20; ++i) ASSERT_TRUE(lane.consume(batch(i * 4096)));
  const size_t spillable = lane.spillable();
  EXPECT_GT(spillable, 20u * 4096 * 16);
  const size_t used = fixture.budget.used();
  ASSERT_TRUE(lane.spill(fixture.ledger));
  EXPECT_EQ(lane.spillable(), 0u);
  EXPECT_LE(fixture.budget.used(), used - spillable + 64 * 1024);
  EXPECT_EQ(fixture.ledger[Counter::kSpilled], 20u * 4096);
  ASSERT_TRUE(lane.spill(fixture.ledger)) << "nothing is left to write";
  EXPECT_EQ(lane.take_runs().size(), 1u);
}

TEST_F(LaneSortTest, MemoryThatHasRunOutIsEnoughForWriting) {
  OperatorFixture fixture(size_t{6} << 20);
  fixture.spill = area_.get();
  LaneSort lane(plan_, fixture.lane());
  for (size_t i = 0; i < 200; ++i) ASSERT_TRUE(lane.consume(batch(i * 4096)));
  ASSERT_TRUE(lane.seal());
  EXPECT_EQ(fixture.ledger[Counter::kSpilled], 200u * 4096);
  EXPECT_EQ(fixture.ledger[Counter::kFolded], 200u * 4096);
  EXPECT_LE(lane.take_runs().size(), 12u);
}

TEST_F(LaneSortTest, WithoutAnAreaARefusalNamesTheSetting) {
  OperatorFixture fixture(size_t{2} << 20);
  LaneSort lane(plan_, fixture.lane());
  Status status;
  for (size_t i = 0; status && i < 200; ++i) status = lane.consume(batch(i * 4096));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kMemory);
  EXPECT_NE(status.error().hint.find("'settings.spill.dir'"), std::string::npos);
}

class SmallShareTest : public LaneSortTest {
 protected:
  SmallShareTest() : LaneSortTest(size_t{1} << 20) {}
};

TEST_F(SmallShareTest, ALaneKeepsToItsShare) {
  OperatorFixture fixture;
  fixture.spill = area_.get();
  LaneSort lane(plan_, fixture.lane());
  for (size_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(lane.consume(batch(i * 4096)));
    ASSERT_LE(lane.spillable(), size_t{1} << 20);
  }
  EXPECT_TRUE(lane.has_spilled());
}

}  // namespace
}  // namespace leat::state
