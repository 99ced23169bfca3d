// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/balance.h"

#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "pipelines/run/run.h"
#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;

/// Books of ten rows that go from a source to a sink.
class BalanceTest : public ::testing::Test {
 protected:
  BalanceTest() {
    fake_.numbers(10, 5).collect(out_);
    report_.stages.resize(2);
    report_.stages[1].received = {10};
    report_.stages[0].ledger.add(Counter::kRead, 10);
    report_.stages[0].ledger.add(Counter::kOut, 10);
    for (const Counter counter : {Counter::kIn, Counter::kWritten, Counter::kCommitted}) {
      report_.stages[1].ledger.add(counter, 10);
    }
  }

  FakePipeline fake_;
  Collected out_;
  RunReport report_;
};

TEST_F(BalanceTest, BalancedBooksHaveNoError) {
  EXPECT_FALSE(find_imbalance(fake_.pipeline(), report_));
}

TEST_F(BalanceTest, AnEquationThatFailsIsNamedWithItsFigures) {
  report_.stages[0].ledger.add(Counter::kSkipped, 1);
  const std::optional<Error> error = find_imbalance(fake_.pipeline(), report_);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kInternal);
  EXPECT_EQ(error->message,
            "the ledger of stage 'numbers' does not balance: read 10 is not out 10 + skipped 1 + "
            "rejected 0");
}

TEST_F(BalanceTest, AnEdgeThatLosesRowsIsNamedWithBothEnds) {
  report_.stages[0].ledger.add(Counter::kRead, 1);
  report_.stages[0].ledger.add(Counter::kOut, 1);
  const std::optional<Error> error = find_imbalance(fake_.pipeline(), report_);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "stage 'numbers' sent 11 rows to stage 'collect', which received 10");
}

TEST_F(BalanceTest, RejectsMayReachTheirShareAndNoMore) {
  fake_.pipeline().max_rejects = RejectLimit{{}, 0.2, SourceText("20%", {7, 10}, {})};
  report_.stages[0].ledger.add(Counter::kRejected, 2);
  EXPECT_FALSE(find_excess(fake_.pipeline(), report_.stages));
  report_.stages[0].ledger.add(Counter::kRejected, 1);
  const std::optional<Error> error = find_excess(fake_.pipeline(), report_.stages);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message,
            "3 of 10 rows were rejected, more than the 20% that max_rejects allows");
  EXPECT_EQ(error->pipeline, (Span{7, 10}));
  EXPECT_EQ(error->cause, nullptr);
}

TEST_F(BalanceTest, AnExcessOfRejectsShowsTheFirstOfTheFirstStage) {
  fake_.pipeline().max_rejects = RejectLimit{0, {}, SourceText("0", {7, 8}, {})};
  report_.stages[0].ledger.add(Counter::kRejected, 1);
  report_.stages[0].first_reject = Error(code::kNotOfType, ErrorCode::kData, "no number");
  report_.stages[1].first_reject = Error(code::kNotOfType, ErrorCode::kData, "of a later stage");
  const std::optional<Error> error = find_excess(fake_.pipeline(), report_.stages);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "1 row was rejected, more than the 0 that max_rejects allows");
  ASSERT_NE(error->cause, nullptr);
  EXPECT_EQ(error->cause->message, "no number");
}

}  // namespace
}  // namespace leat::pipelines
