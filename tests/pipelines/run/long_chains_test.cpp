// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Pipelines of thousands of stages: every one that can be written runs, whatever runs goroutines
// and fused or not. What such a chain gives is what its first few stages would.
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

std::string numbers_below(int64_t end) {
  std::string text;
  for (int64_t n = 0; n < end; ++n) text += std::to_string(n) + "\n";
  return text;
}

const auto kAll = [](int64_t) { return true; };

class LongChains : public ::testing::TestWithParam<std::tuple<ThreadModel, bool>> {
 protected:
  /// Builds a chain of `stages` times `add` behind 50 numbers, and expects the first `rows` of
  /// them.
  void check(size_t stages, const std::function<void(FakePipeline&)>& add,
             const std::string& expected) {
    FakePipeline fake;
    Collected out;
    fake.numbers(50, 9);
    for (size_t i = 0; i < stages; ++i) add(fake);
    fake.collect(out);
    const auto [threads, fuse] = GetParam();
    const RunReport report = fake.run(2, fuse, nullptr, threads);
    ASSERT_FALSE(report.error) << report.error->message;
    EXPECT_EQ(out.text, expected);
  }
};

TEST_P(LongChains, OfStagesThatAreFused) {
  check(8000, [](FakePipeline& fake) { fake.keep(kAll); }, numbers_below(50));
}

TEST_P(LongChains, OfSequentialStages) {
  check(8000, [](FakePipeline& fake) { fake.limit(10); }, numbers_below(10));
}

TEST_P(LongChains, OfBothInTurn) {
  check(
      1500, [](FakePipeline& fake) { fake.limit(20).keep([](int64_t n) { return n < 15; }); },
      numbers_below(15));
}

TEST_P(LongChains, OfStagesThatCollect) {
  std::string expected;
  for (int64_t n = 49; n >= 0; --n) expected += std::to_string(n) + "\n";
  check(1500, [](FakePipeline& fake) { fake.descending(); }, expected);
}

TEST_P(LongChains, OfBranchesThatMeetInTheOrderOfRows) {
  FakePipeline fake;
  Collected out;
  fake.numbers(50, 9).keep([](int64_t n) { return n % 2 == 0; });
  for (size_t i = 0; i < 300; ++i) fake.keep(kAll);
  fake.from(0).keep([](int64_t n) { return n % 2 != 0; });
  for (size_t i = 0; i < 500; ++i) fake.keep(kAll);
  fake.from(301).from(802).unite(Union::Order::kRows).collect(out);
  const auto [threads, fuse] = GetParam();
  const RunReport report = fake.run(2, fuse, nullptr, threads);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(out.text, numbers_below(50));
}

TEST_P(LongChains, OfStagesWhoseInputsMeetAgain) {
  check(
      300,
      [](FakePipeline& fake) {
        const size_t above = fake.pipeline().stages.size() - 1;
        fake.from(above).from(above).match();
      },
      numbers_below(50));
}

// Goal: a limit deep in a lane stops the source as one with a head does, unless another branch
// wants the rows.
TEST_P(LongChains, AFoldedLimitStopsWhatIsAboveIt) {
  const auto [threads, fuse] = GetParam();
  for (const bool other : {false, true}) {
    FakePipeline fake;
    Collected out;
    Collected all;
    fake.numbers(20'000, 9);
    for (size_t i = 0; i < 100; ++i) fake.limit(5'000 - i);
    fake.limit(3).collect(out);
    if (other) fake.from(50).collect(all);
    const RunReport report = fake.run(2, fuse, nullptr, threads);
    ASSERT_FALSE(report.error) << report.error->message;
    EXPECT_EQ(out.text, numbers_below(3));
    if (other) {
      EXPECT_EQ(all.text, numbers_below(5'000 - 49));
    } else {
      EXPECT_LT(report.stages[0].ledger[Counter::kRead], 5'000u);
    }
  }
}

// Goal: what a stage gives at the end is input of the next, which ends behind it; also where a map
// between them has rows behind all others.
TEST_P(LongChains, EachStageEndsBehindTheOneAboveIt) {
  const auto [threads, fuse] = GetParam();
  for (const bool match : {false, true}) {
    FakePipeline fake;
    Collected out;
    fake.numbers(50, 9);
    for (size_t i = 0; i < 100; ++i) fake.count_behind();
    if (match) fake.numbers(200, 9).from(100).from(101).match().count_behind();
    fake.count_behind().collect(out);
    const RunReport report = fake.run(2, fuse, nullptr, threads);
    ASSERT_FALSE(report.error) << report.error->message;
    // Each count is the number of rows above it: they go on where the numbers end.
    EXPECT_EQ(out.text, numbers_below(match ? 202 : 151));
  }
}

// Goal: the error of a stage in a lane behind many others is found with its place.
TEST_P(LongChains, TheLowestErrorWins) {
  FakePipeline fake;
  Collected out;
  fake.numbers(50, 9);
  for (size_t i = 0; i < 100; ++i) fake.limit(40);
  fake.keep(kAll, [](int64_t n) { return n >= 17; }).collect(out);
  const auto [threads, fuse] = GetParam();
  const RunReport report = fake.run(2, fuse, nullptr, threads);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->stage, "keep");
  EXPECT_EQ(report.error->message, "cannot keep 17");
  EXPECT_TRUE(out.text.empty());
}

INSTANTIATE_TEST_SUITE_P(ModelsAndFusing, LongChains,
                         ::testing::Combine(::testing::Values(ThreadModel::kMpg, ThreadModel::kUser,
                                                              ThreadModel::kKernel),
                                            ::testing::Bool()));

}  // namespace
}  // namespace leat::pipelines
