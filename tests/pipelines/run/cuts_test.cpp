// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/cuts.h"

#include <gtest/gtest.h>

#include "pipelines/run/wiring.h"
#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

TEST(CutDiamonds, ASpoolStandsBeforeTheInputThatWaits) {
  testing::FakePipeline fake;
  testing::Collected out;
  fake.numbers(10, 5).descending().from(0).from(1).match().collect(out);
  cut_diamonds(fake.pipeline());
  const Pipeline& pipeline = fake.pipeline();
  ASSERT_EQ(pipeline.stages.size(), 5u);
  EXPECT_EQ(pipeline.stages[2].name, "spool of numbers");
  EXPECT_EQ(pipeline.stages[2].from, (std::vector<From>{{0}}));
  EXPECT_EQ(pipeline.stages[3].from, (std::vector<From>{{2}, {1}}));
  EXPECT_EQ(pipeline.stages[4].from, (std::vector<From>{{3}}));
  EXPECT_EQ(pipeline.notes.size(), 1u);
  EXPECT_FALSE(blocked_input(pipeline));
}

TEST(CutDiamonds, WhatDoesNotMeetAgainIsLeftAlone) {
  testing::FakePipeline fake;
  testing::Collected out;
  fake.numbers(10, 5).numbers(5, 5).from(0).from(1).match().collect(out);
  cut_diamonds(fake.pipeline());
  EXPECT_EQ(fake.pipeline().stages.size(), 4u);
  EXPECT_TRUE(fake.pipeline().notes.empty());
}

}  // namespace
}  // namespace leat::pipelines
