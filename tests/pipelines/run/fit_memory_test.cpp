// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/fit_memory.h"

#include <gtest/gtest.h>

#include "operators/data/memory.h"
#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

constexpr size_t kPlenty = size_t{1} << 30;

Plan plan_of(FakePipeline& fake, size_t procs, size_t limit) {
  Result<Plan> plan = make_plan(fake.pipeline(), {procs, limit, true});
  EXPECT_TRUE(plan);
  return plan ? std::move(*plan) : Plan();
}

TEST(FitMemory, WhatIsNeverThereAtOnceIsNotAddedUp) {
  FakePipeline one;
  Collected out;
  one.numbers(10, 5).descending().collect(out);
  FakePipeline many;
  many.numbers(10, 5);
  for (size_t i = 0; i < 20; ++i) many.descending();
  many.collect(out);
  for (FakePipeline* const fake : {&one, &many}) {
    for (Stage& stage : fake->pipeline().stages) {
      if (stage.name == "descending") stage.bound->memory_minimum = size_t{2} << 20;
    }
  }
  // Of a chain the state of two is there at once: what one gives, and what the next keeps of it.
  const Plan first = plan_of(one, 2, kPlenty);
  const Plan chain = plan_of(many, 2, kPlenty);
  EXPECT_EQ(first.memory_minimum, 6 * 2 * kChunkBytes + 2 * (size_t{2} << 20));
  EXPECT_EQ(chain.memory_minimum, first.memory_minimum);
  EXPECT_EQ(first.lane_share, (kPlenty - first.memory_minimum) / 2);
  EXPECT_EQ(chain.lane_share, (kPlenty - chain.memory_minimum) / 4);
}

TEST(FitMemory, BranchesThatRunTogetherAreAddedUp) {
  FakePipeline fake;
  Collected a;
  Collected b;
  fake.numbers(10, 5).descending().collect(a).from(0).descending().collect(b);
  const Plan plan = plan_of(fake, 2, kPlenty);
  EXPECT_EQ(plan.lane_share, (kPlenty - plan.memory_minimum) / 4);
}

TEST(FitMemory, SplitsAndLanesGiveWay) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).collect(out);
  const Plan whole = plan_of(fake, 8, kPlenty);
  EXPECT_TRUE(whole.notes.empty());
  const Plan fewer = plan_of(fake, 8, size_t{40} << 20);
  EXPECT_EQ(fewer.segments[0].lanes, 8u);
  EXPECT_EQ(fewer.segments[0].credits, 8u);
  EXPECT_EQ(fewer.memory_minimum, 8 * 2 * kChunkBytes);
  ASSERT_EQ(fewer.notes.size(), 1u);
  EXPECT_EQ(fewer.notes[0], "memory: 8 of 8 lanes, and no splits ahead, as more would need 72 MiB");
  const Plan least = plan_of(fake, 8, size_t{4} << 20);
  EXPECT_EQ(least.segments[0].lanes, 1u);
  EXPECT_EQ(least.segments[0].credits, 1u);
}

TEST(FitMemory, WhatSinksMakeOfASplitCountsForEachThatIsUnderWay) {
  FakePipeline fake;
  std::vector<Collected> outs(20);
  fake.numbers(10, 5);
  for (Collected& out : outs) {
    fake.from(0).collect(out);
    fake.pipeline().stages.back().bound->memory_minimum = kChunkBytes;
  }
  const Plan plan = plan_of(fake, 2, kPlenty);
  EXPECT_EQ(plan.memory_minimum, (6 * 2 + 20 * (1 + 5 * 4)) * kChunkBytes);
  // One split at a time is written while it is made.
  const Plan least = plan_of(fake, 2, size_t{110} << 20);
  EXPECT_EQ(least.segments[0].credits, 1u);
  EXPECT_EQ(least.memory_minimum, (2 + 20) * kChunkBytes);
  EXPECT_EQ(least.edges[0].capacity, 2u);
}

}  // namespace
}  // namespace leat::pipelines
