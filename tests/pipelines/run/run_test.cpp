// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Promises 1, 2, 4 and 5 of the run itself, on fake stages: what gets lost is noticed, the output
// does not depend on the number of processors nor on fusing, a failed run leaves nothing, and the
// lowest error wins.
#include "pipelines/run/run.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

std::string lines(int64_t begin, int64_t end, int64_t step) {
  std::string text;
  for (int64_t n = begin; step > 0 ? n < end : n > end; n += step) text += std::to_string(n) + "\n";
  return text;
}

const auto kAll = [](int64_t) { return true; };

/// Every test runs with 1, 2, 4 and 8 processors, fused and not.
class RunTest : public ::testing::TestWithParam<std::tuple<size_t, bool>> {
 protected:
  RunReport run(FakePipeline& pipeline, const RunControl* control = nullptr) {
    return pipeline.run(std::get<0>(GetParam()), std::get<1>(GetParam()), control);
  }
};

TEST_P(RunTest, KeepsTheOrderOfTheInput) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(1000, 7).keep([](int64_t n) { return n % 2 == 0; }).collect(out);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(out.text, lines(0, 1000, 2));
  EXPECT_EQ(report.stages[0].ledger[Counter::kRead], 1000u);
  EXPECT_EQ(report.stages[1].ledger[Counter::kDropped], 500u);
  EXPECT_EQ(report.stages[2].ledger[Counter::kCommitted], 500u);
}

TEST_P(RunTest, SplitsWithoutRowsDoNotHoldUpTheOrder) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(1000, 10).keep([](int64_t n) { return n >= 995; }).collect(out);
  ASSERT_FALSE(run(pipeline).error);
  EXPECT_EQ(out.text, lines(995, 1000, 1));
}

TEST_P(RunTest, SeveralReadersOfOneStageGetAllRows) {
  FakePipeline pipeline;
  Collected even;
  Collected odd;
  Collected all;
  pipeline.numbers(200, 9).keep([](int64_t n) { return n % 2 == 0; }).collect(even);
  pipeline.from(0).keep([](int64_t n) { return n % 2 == 1; }).collect(odd);
  pipeline.from(0).collect(all);
  ASSERT_FALSE(run(pipeline).error);
  EXPECT_EQ(even.text, lines(0, 200, 2));
  EXPECT_EQ(odd.text, lines(1, 200, 2));
  EXPECT_EQ(all.text, lines(0, 200, 1));
}

TEST_P(RunTest, GatherSeesAllRowsOnce) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(500, 11).descending().keep(kAll).collect(out);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(out.text, lines(499, -1, -1));
}

TEST_P(RunTest, LimitTakesTheFirstRowsAndStopsTheSource) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(1'000'000, 10).keep(kAll).limit(25).collect(out);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(out.text, lines(0, 25, 1));
  EXPECT_TRUE(report.stages[0].stopped_early);
  EXPECT_LT(report.stages[0].ledger[Counter::kRead], 1'000'000u);
}

TEST_P(RunTest, LimitDoesNotStopASourceThatOthersRead) {
  FakePipeline pipeline;
  Collected some;
  Collected all;
  pipeline.numbers(300, 10).limit(5).collect(some).from(0).collect(all);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(some.text, lines(0, 5, 1));
  EXPECT_EQ(all.text, lines(0, 300, 1));
  EXPECT_FALSE(report.stages[0].stopped_early);
}

TEST_P(RunTest, LimitOfALimitStopsTheSource) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(1'000'000, 10).limit(100).keep(kAll).limit(7).collect(out);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(out.text, lines(0, 7, 1));
  EXPECT_TRUE(report.stages[0].stopped_early);
}

TEST_P(RunTest, NoRowsAtAllStillMakesAnOutput) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(0, 10).keep(kAll).collect(out);
  ASSERT_FALSE(run(pipeline).error);
  EXPECT_TRUE(out.prepared);
  EXPECT_EQ(out.text, "");
}

TEST_P(RunTest, TheLowestErrorWinsAndNothingIsCommitted) {
  FakePipeline pipeline;
  Collected out;
  // The map's error at 120 comes before the decoder's at 130; many later ones compete.
  pipeline.numbers(2000, 10, [](int64_t n) { return n == 130 || n > 500; })
      .keep(kAll, [](int64_t n) { return n == 120 || n > 140; })
      .collect(out);
  const RunReport report = run(pipeline);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->message, "cannot keep 120");
  EXPECT_EQ(report.error->data, (TextPlace{"numbers", 121, 1}));
  EXPECT_EQ(report.error->stage, "keep");
  EXPECT_EQ(out.text, "");
  EXPECT_TRUE(out.aborted);
  EXPECT_FALSE(out.prepared);
}

TEST_P(RunTest, TheLowestErrorOfSeveralBranchesWins) {
  FakePipeline pipeline;
  Collected a;
  Collected b;
  pipeline.numbers(500, 25).keep(kAll, [](int64_t n) { return n >= 110; }).collect(a);
  pipeline.from(0).keep(kAll, [](int64_t n) { return n >= 109; }).collect(b);
  const RunReport report = run(pipeline);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->message, "cannot keep 109");
}

TEST_P(RunTest, RejectedRowsReachTheirPortInOrder) {
  FakePipeline pipeline;
  Collected good;
  Collected bad;
  pipeline.numbers(300, 10, [](int64_t n) { return n % 100 == 50; }).on_error(OnError::kReject);
  pipeline.keep(kAll).collect(good).from(0, true).collect(bad);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(bad.text, "50\n150\n250\n");
  EXPECT_EQ(report.rejected, 3u);
  EXPECT_EQ(report.stages[0].ledger[Counter::kRejected], 3u);
  EXPECT_EQ(good.text.find("\n150\n"), std::string::npos);
}

TEST_P(RunTest, SkippedRowsAreCounted) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(100, 10).keep(kAll, [](int64_t n) { return n == 17; }).on_error(OnError::kSkip);
  pipeline.collect(out);
  const RunReport report = run(pipeline);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(report.stages[1].ledger[Counter::kSkipped], 1u);
  EXPECT_EQ(out.text, lines(0, 17, 1) + lines(18, 100, 1));
}

TEST_P(RunTest, ALostRowFailsTheRun) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(100, 10).collect(out, 1);
  const RunReport report = run(pipeline);
  ASSERT_TRUE(report.error);
  EXPECT_FALSE(report.balanced);
  EXPECT_EQ(report.error->message,
            "the ledger of stage 'collect' does not balance: written 100 is not committed 99");
  EXPECT_EQ(out.text, "");
}

TEST_P(RunTest, AFullDiskEndsTheRunAndCommitsNothing) {
  FakePipeline pipeline;
  Collected full;
  Collected other;
  full.disk_bytes = 50;
  pipeline.numbers(100'000, 10).collect(full).from(0).collect(other);
  const RunReport report = run(pipeline);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->message, "disk is full");
  EXPECT_EQ(report.error->stage, "collect");
  EXPECT_EQ(other.text, "");
  EXPECT_TRUE(other.aborted);
}

/// failed_partials_are_absorbed is caught here.
TEST_P(RunTest, WhatAFailedLaneHasCollectedIsNotLookedAt) {
  FakePipeline pipeline;
  Collected out;
  pipeline.numbers(300, 10).descending(137).collect(out);
  const RunReport report = run(pipeline);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->message, "no memory");
}

TEST_P(RunTest, ACancelledRunCommitsNothing) {
  FakePipeline pipeline;
  Collected out;
  RunControl control;
  pipeline.numbers(1'000'000, 10, [&](int64_t n) {
    if (n == 200) control.cancel();
    return false;
  });
  pipeline.collect(out);
  const RunReport report = run(pipeline, &control);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kCancelled);
  EXPECT_EQ(out.text, "");
}

TEST_P(RunTest, TooManyRejectsFailTheRun) {
  FakePipeline pipeline;
  Collected good;
  Collected bad;
  pipeline.numbers(100, 10, [](int64_t n) { return n < 5; }).on_error(OnError::kReject);
  pipeline.collect(good).from(0, true).collect(bad);
  pipeline.pipeline().max_rejects = RejectLimit{4, {}, SourceText("4", {}, {})};
  const RunReport report = run(pipeline);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->message, "5 rows were rejected, more than the 4 that max_rejects allows");
  ASSERT_NE(report.error->cause, nullptr);
  EXPECT_EQ(report.error->cause->message, "bad number 0");
  EXPECT_EQ(good.text, "");
  pipeline.pipeline().max_rejects = RejectLimit{5, {}};
  EXPECT_FALSE(run(pipeline).error);
}

INSTANTIATE_TEST_SUITE_P(ProcsAndFusing, RunTest,
                         ::testing::Combine(::testing::Values(1, 2, 4, 8), ::testing::Bool()),
                         [](const auto& info) {
                           return "P" + std::to_string(std::get<0>(info.param)) +
                                  (std::get<1>(info.param) ? "Fused" : "Apart");
                         });

}  // namespace
}  // namespace leat::pipelines
