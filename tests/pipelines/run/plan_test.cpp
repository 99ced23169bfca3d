// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/plan.h"

#include <gtest/gtest.h>

#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

const auto kAll = [](int64_t) { return true; };
constexpr size_t kPlenty = size_t{1} << 30;

TEST(Plan, FusesEverythingBetweenSerialHeads) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).keep(kAll).keep(kAll).descending().keep(kAll).collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {3, kPlenty, true});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->segments.size(), 2u);
  const Segment& source = plan->segments[0];
  EXPECT_EQ(source.head, Segment::Head::kSource);
  EXPECT_EQ(source.lanes, 3u);
  ASSERT_EQ(source.ports[From::kRows].size(), 1u);
  EXPECT_EQ(source.ports[From::kRows][0].role, LaneRole::kMap);
  EXPECT_EQ(source.ports[From::kRows][0].ports[From::kRows][0].ports[From::kRows][0].role,
            LaneRole::kPartial);
  const Segment& collect = plan->segments[1];
  EXPECT_EQ(collect.head, Segment::Head::kFinal);
  EXPECT_EQ(collect.stage, 3u);
  EXPECT_EQ(collect.ports[From::kRows][0].ports[From::kRows][0].role, LaneRole::kEncode);
}

TEST(Plan, TreesFollowForksAndRejects) {
  FakePipeline fake;
  Collected a;
  Collected b;
  Collected rejects;
  fake.numbers(10, 5)
      .on_error(OnError::kReject)
      .collect(a)
      .from(0)
      .collect(b)
      .from(0, true)
      .collect(rejects);
  const Result<Plan> plan = make_plan(fake.pipeline(), {1, kPlenty, true});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->segments.size(), 1u);
  EXPECT_EQ(plan->segments[0].ports[From::kRows].size(), 2u);
  ASSERT_EQ(plan->segments[0].ports[From::kRejects].size(), 1u);
  EXPECT_EQ(plan->segments[0].ports[From::kRejects][0].stage, 3u);
}

TEST(Plan, MemoryBelowTheMinimumIsAnErrorThatNamesBoth) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {2, size_t{1} << 20, true});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(plan.error().message,
            "the memory limit of 1 MiB is less than the 24 MiB this pipeline needs with 2 lanes");
}

TEST(Plan, LanesThatHoldStateShareWhatIsLeft) {
  FakePipeline stateless;
  Collected out;
  stateless.numbers(10, 5).keep(kAll).collect(out);
  EXPECT_EQ(make_plan(stateless.pipeline(), {2, kPlenty, true})->lane_share, 0u);
  FakePipeline fake;
  fake.numbers(10, 5).descending().descending().collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {2, kPlenty, true});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->lane_share, (kPlenty - plan->memory_minimum) / 4);
  EXPECT_GT(make_plan(fake.pipeline(), {2, plan->memory_minimum, true})->lane_share, 0u);
}

TEST(Plan, LanesOfAStageOverrideTheProcessors) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5);
  fake.pipeline().stages[0].lanes = 5;
  fake.collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {2, kPlenty, true});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->segments[0].lanes, 5u);
}

}  // namespace
}  // namespace leat::pipelines
