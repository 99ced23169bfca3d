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
  ASSERT_EQ(source.readers.size(), 1u);
  EXPECT_EQ(source.readers[0].role, LaneRole::kMap);
  EXPECT_EQ(source.readers[0].readers[0].readers[0].role, LaneRole::kPartial);
  const Segment& gather = plan->segments[1];
  EXPECT_EQ(gather.head, Segment::Head::kFinal);
  EXPECT_EQ(gather.stage, 3u);
  EXPECT_EQ(gather.readers[0].readers[0].role, LaneRole::kEncode);
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
  EXPECT_EQ(plan->segments[0].readers.size(), 2u);
  ASSERT_EQ(plan->segments[0].reject_readers.size(), 1u);
  EXPECT_EQ(plan->segments[0].reject_readers[0].stage, 3u);
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

TEST(Plan, PrintsSegmentsAndTrees) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).keep(kAll).collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {2, kPlenty, true});
  ASSERT_TRUE(plan);
  EXPECT_EQ(to_text(*plan, fake.pipeline()),
            "plan of fake: 2 processors, memory limit 1 GiB, at least 24 MiB, fused\n"
            "segment 1: 2 lanes, 6 splits ahead\n"
            "  split    numbers (fake) -> n int64\n"
            "    map      keep (fake) -> n int64\n"
            "      encode   collect (fake)\n");
}

}  // namespace
}  // namespace leat::pipelines
