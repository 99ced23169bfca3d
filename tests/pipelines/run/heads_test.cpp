// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/heads.h"

#include <gtest/gtest.h>

#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

const auto kAll = [](int64_t) { return true; };

TEST(Heads, StagesRunInTheLanesOfTheirFirstInput) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5).keep(kAll).limit(3).keep(kAll).collect(out);
  const Heads heads(fake.pipeline());
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_EQ(heads.home({1}), 0u);
  EXPECT_EQ(heads.behind(2, 0), SegmentIndex{1});
  EXPECT_EQ(heads.home({3}), 1u);
  EXPECT_FALSE(heads.is_folded(2));
  EXPECT_TRUE(heads.receives_rows(1));
}

TEST(Heads, ManySequentialStagesShareALane) {
  FakePipeline fake;
  Collected out;
  fake.numbers(10, 5);
  for (size_t i = 0; i < 100; ++i) fake.limit(10).keep(kAll);
  fake.collect(out);
  const Heads heads(fake.pipeline());
  EXPECT_EQ(heads.size(), 2u) << "the source keeps its lanes";
  EXPECT_FALSE(heads.is_folded(1));
  EXPECT_TRUE(heads.is_folded(3));
  EXPECT_EQ(Heads(fake.pipeline(), Folding::kNever).size(), 101u);
}

}  // namespace
}  // namespace leat::pipelines
