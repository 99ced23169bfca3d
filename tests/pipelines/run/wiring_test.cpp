// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/wiring.h"

#include <gtest/gtest.h>

#include "pipelines/run/cuts.h"
#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

const auto kAll = [](int64_t) { return true; };

Plan wired(FakePipeline& fake) { return wire(fake.pipeline(), {2, size_t{1} << 30, true}); }

TEST(Wiring, EdgesSayWhoFeedsWhom) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).keep(kAll).descending().limit(3).collect(out);
  const Plan plan = wired(fake);
  ASSERT_EQ(plan.segments.size(), 3u);
  ASSERT_EQ(plan.edges.size(), 3u);
  EXPECT_EQ(plan.edges[0].kind, Edge::Kind::kCollected);
  EXPECT_EQ(plan.edges[0].from, 0u);
  EXPECT_EQ(plan.edges[0].to, 1u);
  EXPECT_EQ(plan.edges[1].kind, Edge::Kind::kOrdered);
  EXPECT_EQ(plan.edges[1].to, 2u);
  EXPECT_EQ(plan.edges[2].kind, Edge::Kind::kBytes);
  EXPECT_FALSE(plan.edges[2].to);
  EXPECT_EQ(plan.segments[1].inputs, std::vector<EdgeIndex>{0});
  EXPECT_EQ(plan.segments[1].outputs, std::vector<EdgeIndex>{1});
}

TEST(Wiring, ASideInputIsMadeBeforeTheRowsThatMeetIt) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).numbers(20, 5).from(0).from(1).match().collect(out);
  EXPECT_FALSE(blocked_input(fake.pipeline()));
  const Plan plan = wired(fake);
  ASSERT_EQ(plan.segments.size(), 3u);
  EXPECT_EQ(plan.segments[0].stage, 1u) << "the side's source";
  EXPECT_EQ(plan.segments[1].head, Segment::Head::kSide);
  EXPECT_EQ(plan.segments[1].lanes, 0u);
  EXPECT_EQ(plan.segments[2].stage, 0u);
  EXPECT_EQ(plan.segments[2].after, std::vector<SegmentIndex>{1});
}

TEST(Wiring, InputsOfAUnionAreReadOneAfterAnother) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).numbers(20, 5).from(1).from(0).unite().collect(out);
  const Plan plan = wired(fake);
  ASSERT_EQ(plan.segments.size(), 3u);
  EXPECT_EQ(plan.segments[0].stage, 1u);
  EXPECT_EQ(plan.segments[1].stage, 0u);
  EXPECT_EQ(plan.segments[1].after, std::vector<SegmentIndex>{0});
  EXPECT_EQ(plan.segments[2].inputs.size(), 2u);
}

TEST(Wiring, BranchesInOrderOfRowsShareAnEdge) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).keep(kAll).from(0).keep(kAll).from(1).from(2);
  fake.unite(Union::Order::kRows).collect(out);
  EXPECT_FALSE(blocked_input(fake.pipeline())) << "nobody waits";
  const Plan plan = wired(fake);
  ASSERT_EQ(plan.segments.size(), 2u);
  EXPECT_EQ(plan.edges[0].inputs, 2u);
}

TEST(Wiring, BranchesInOrderOfRowsAreOfOneStage) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).keep(kAll).from(0).descending().from(1).from(2);
  fake.unite(Union::Order::kRows).collect(out);
  EXPECT_EQ(stray_branch(fake.pipeline()), (InputRef{3, 1}));
  const Result<Plan> plan = make_plan(fake.pipeline(), {1, size_t{1} << 30, true});
  ASSERT_FALSE(plan);
  EXPECT_EQ(
      plan.error().message,
      "'order: rows' of 'unite' needs branches of one stage, with stages between that work row "
      "by row; 'keep' and 'descending' are not");
}

TEST(Wiring, WhatWouldWaitForItselfIsFound) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).descending().from(0).from(1).match().collect(out);
  EXPECT_EQ(blocked_input(fake.pipeline()), (InputRef{2, 0}));
  FakePipeline twice;
  twice.numbers(10, 5).from(0).from(0).unite().collect(out);
  EXPECT_EQ(blocked_input(twice.pipeline()), (InputRef{1, 1}));
}

TEST(Wiring, RejectsThatMeetDoNotBlockTheirStage) {
  FakePipeline fake;
  Collected out;
  Collected bad;
  fake.numbers(10, 5).numbers(20, 5).from(0).from(1).match().on_error(OnError::kReject);
  fake.collect(out).from(2, true).collect(bad);
  EXPECT_FALSE(blocked_input(fake.pipeline())) << "rejects of the side come before all others";
}

TEST(Wiring, RejectsOfLanesThatCollectMeetThoseOfTheResult) {
  FakePipeline fake;
  Collected out;
  Collected bad;
  fake.numbers(10, 5).descending().on_error(OnError::kReject).collect(out);
  fake.from(1, true).collect(bad);
  const Plan plan = wired(fake);
  ASSERT_EQ(plan.segments.size(), 3u);
  EXPECT_EQ(plan.segments[2].head, Segment::Head::kRejects);
  ASSERT_EQ(plan.segments[2].inputs.size(), 2u);
  EXPECT_EQ(plan.edges[plan.segments[2].inputs[0]].from, 0u);
  EXPECT_EQ(plan.edges[plan.segments[2].inputs[1]].from, 1u);
}

}  // namespace
}  // namespace leat::pipelines
