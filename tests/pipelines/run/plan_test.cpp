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

/// What stands in a lane of `segment`, following the first reader of rows.
std::vector<LaneRole> roles_below(const Plan& plan, const Segment& segment) {
  std::vector<LaneRole> roles;
  const PortNodes* ports = &segment.ports;
  while (!ports->empty() && !ports->front().empty()) {
    const LaneNode& node = plan.nodes[ports->front().front()];
    roles.push_back(node.role);
    ports = &node.ports;
  }
  return roles;
}

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
  EXPECT_EQ(roles_below(*plan, source),
            (std::vector{LaneRole::kMap, LaneRole::kMap, LaneRole::kPartial}));
  const Segment& collect = plan->segments[1];
  EXPECT_EQ(collect.head, Segment::Head::kFinal);
  EXPECT_EQ(collect.stage, 3u);
  EXPECT_EQ(roles_below(*plan, collect), (std::vector{LaneRole::kMap, LaneRole::kEncode}));
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
  EXPECT_EQ(plan->nodes[plan->segments[0].ports[From::kRejects][0]].stage, 3u);
}

TEST(Plan, MemoryBelowTheMinimumIsAnErrorThatNamesBoth) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).collect(out);
  const Result<Plan> plan = make_plan(fake.pipeline(), {2, size_t{1} << 20, true});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(plan.error().message,
            "the memory limit of 1 MiB is less than the 4 MiB this pipeline needs at least");
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

// Goal: what stages call each other is no deeper than stacks are, and goroutines are not more than
// there may be, fused or not.
TEST(Plan, LongBranchesAreCutIntoGoroutines) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5);
  for (size_t i = 0; i < 3000; ++i) fake.keep(kAll);
  fake.collect(out);
  for (const bool fuse : {true, false}) {
    const Result<Plan> plan = make_plan(fake.pipeline(), {2, kPlenty, fuse});
    ASSERT_TRUE(plan);
    size_t queued = 0;
    size_t nested = 0;
    size_t nested_max = 0;
    for (const LaneNode& node : plan->nodes) {
      nested = node.queued ? 1 : nested + 1;
      nested_max = std::max(nested_max, nested);
      queued += node.queued ? 1 : 0;
    }
    EXPECT_LE(nested_max, 128u);
    EXPECT_LE(queued, 1024u / 2);
  }
  FakePipeline two;
  two.numbers(10, 5).keep(kAll).collect(out);
  for (const LaneNode& node : make_plan(two.pipeline(), {2, kPlenty, true})->nodes)
    EXPECT_FALSE(node.queued);
  for (const LaneNode& node : make_plan(two.pipeline(), {2, kPlenty, false})->nodes)
    EXPECT_TRUE(node.queued);
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
