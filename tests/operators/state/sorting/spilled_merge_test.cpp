// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/sorting/spilled_merge.h"

#include <algorithm>
#include <cerrno>
#include <numeric>

#include <gtest/gtest.h>

#include "operators/state/sorting/lane_sort.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/sort_plan.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using io::FileCall;
using test::CollectingOutput;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::plan_for;

class SpilledMergeTest : public ::testing::Test {
 protected:
  SpilledMergeTest() { open(SpillCalls()); }

  void open(SpillCalls calls) {
    auto opened = SpillArea::open({.dir = dir_.path()}, size_t{64} << 20, std::move(calls));
    ASSERT_TRUE(opened);
    area_ = std::move(*opened);
    fixture_.spill = area_.get();
  }

  /// `count` runs of random rows; `expected_` has all rows in their order.
  std::vector<SpillRunRef> random_runs(size_t count, size_t rows, int64_t keys) {
    auto random = seed_.generator();
    std::vector<std::tuple<int64_t, size_t>> all;
    std::vector<SpillRunRef> runs;
    for (size_t run = 0; run < count; ++run) {
      LaneSort lane(plan_, fixture_.lane());
      std::vector<test::Row> cells;
      for (size_t i = 0; i < rows; ++i) {
        const auto key = static_cast<int64_t>(random() % static_cast<uint64_t>(keys + 1));
        const auto number = static_cast<int64_t>(run * rows + i);
        cells.push_back({key == keys ? test::null_cell : test::Cell(key), number});
        all.emplace_back(key, run * rows + i);
      }
      EXPECT_TRUE(lane.consume(make_batch(fixture_.memory, schema_, cells, Ordinal(run, 0))));
      EXPECT_TRUE(lane.spill(fixture_.ledger));
      for (SpillRunRef& one : lane.take_runs()) runs.push_back(std::move(one));
    }
    std::sort(all.begin(), all.end());
    for (const auto& [key, number] : all)
      expected_.push_back((key == keys ? "NULL" : std::to_string(key)) + "|" +
                          std::to_string(number));
    return runs;
  }

  /// All parts, made in an order of their own.
  std::vector<std::string> emit(const SpilledMerge& merge) {
    std::vector<size_t> order(merge.parts());
    std::iota(order.begin(), order.end(), 0);
    auto random = seed_.generator(1);
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::vector<std::string>> made(order.size());
    for (const size_t part : order) {
      CollectingOutput output(fixture_.ledger);
      const Status status = merge.emit_part(part, fixture_.lane(), output);
      EXPECT_TRUE(status) << status.error().message;
      made[part] = output.rows;
    }
    std::vector<std::string> rows;
    for (const auto& part : made) rows.insert(rows.end(), part.begin(), part.end());
    return rows;
  }

  const test::Seed seed_;
  test::TempDir dir_;
  std::unique_ptr<SpillArea> area_;
  OperatorFixture fixture_;
  const SchemaRef schema_ = make_schema({{"k", kInt64Type}, {"n", kInt64Type}});
  const SortPlan plan_ = plan_for(schema_, "k");
  std::vector<std::string> expected_;
};

TEST_F(SpilledMergeTest, PartsTogetherAreTheOrder) {
  const auto merge =
      SpilledMerge::make(plan_, fixture_.lane(), random_runs(12, 9000, 500), size_t{64} << 20);
  ASSERT_TRUE(merge) << merge.error().message;
  EXPECT_GE((*merge)->parts(), 3u);
  EXPECT_EQ(emit(**merge), expected_);
  EXPECT_EQ(fixture_.ledger[Counter::kMade], 12u * 9000);
  EXPECT_EQ(fixture_.ledger[Counter::kRestored], fixture_.ledger[Counter::kSpilled]);
  EXPECT_EQ(fixture_.ledger[Counter::kSpilled], 12u * 9000);
}

TEST_F(SpilledMergeTest, ManyRunsAreMergedInSeveralPasses) {
  auto runs = random_runs(30, 2000, 50);
  const size_t memory = 4 * (runs.front()->block_memory() + 16 * runs.front()->block_rows()) +
                        4 * runs.front()->block_memory() + runs.front()->transfer_memory();
  const uint64_t spilled = fixture_.ledger[Counter::kSpilled];
  OperatorFixture tight(3 * memory);
  tight.spill = area_.get();
  const auto merge = SpilledMerge::make(plan_, tight.lane(), std::move(runs), memory);
  ASSERT_TRUE(merge) << merge.error().message;
  EXPECT_GT(tight.ledger[Counter::kSpilled], 30u * 2000) << "more than one pass";
  EXPECT_EQ(emit(**merge), expected_);
  EXPECT_EQ(fixture_.ledger[Counter::kRestored] + tight.ledger[Counter::kRestored],
            spilled + tight.ledger[Counter::kSpilled]);
}

TEST_F(SpilledMergeTest, OnePassWhereMemoryIsPlenty) {
  const auto merge = SpilledMerge::make(plan_, fixture_.lane(), random_runs(30, 500, 50), 1);
  ASSERT_TRUE(merge) << merge.error().message;
  EXPECT_EQ(fixture_.ledger[Counter::kSpilled], 30u * 500);
  EXPECT_EQ(emit(**merge), expected_);
}

TEST_F(SpilledMergeTest, BlocksAreReadWithWhatWasLeased) {
  auto runs = random_runs(20, 4096, 1000);
  OperatorFixture tight(size_t{8} << 20);
  tight.spill = area_.get();
  const auto merge = SpilledMerge::make(plan_, tight.lane(), std::move(runs), size_t{8} << 20);
  ASSERT_TRUE(merge) << merge.error().message;
  const size_t leased = tight.budget.used();
  for (size_t part = 0; part < (*merge)->parts(); ++part) {
    CollectingOutput output(tight.ledger);
    ASSERT_TRUE((*merge)->emit_part(part, tight.lane(), output));
  }
  // Besides it, a part's rows as they are emitted.
  EXPECT_LE(tight.budget.peak(), leased + (size_t{2} << 20));
}

TEST_F(SpilledMergeTest, OneErrorForAllPartsBehindIt) {
  size_t reads = 0;
  size_t fails_at = SIZE_MAX;
  open(SpillCalls([&](FileCall call, const std::string&) {
    return call == FileCall::kRead && ++reads == fails_at ? EIO : 0;
  }));
  auto runs = random_runs(4, 20'000, 50);
  size_t blocks = 0;
  for (const SpillRunRef& run : runs) blocks += run->blocks();
  fails_at = blocks / 2;
  const auto merge = SpilledMerge::make(plan_, fixture_.lane(), std::move(runs), size_t{64} << 20);
  ASSERT_TRUE(merge);
  CollectingOutput output(fixture_.ledger);
  const Status last = (*merge)->emit_part((*merge)->parts() - 1, fixture_.lane(), output);
  ASSERT_FALSE(last);
  EXPECT_NE(last.error().message.find("Input/output error"), std::string::npos);
  EXPECT_TRUE((*merge)->emit_part(0, fixture_.lane(), output)) << "it was made before the error";
  EXPECT_FALSE((*merge)->emit_part((*merge)->parts() - 2, fixture_.lane(), output));
}

}  // namespace
}  // namespace leat::state
