// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/faults.h"

#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "tests/support/operator_fixture.h"

namespace leat::pipelines {
namespace {

class TextOrigin final : public RowOrigin {
 public:
  TextPlace locate(uint64_t row) const override { return {"in.csv", 10 + row, 3}; }
  std::string raw(uint64_t row) const override { return "raw " + std::to_string(row); }
};

class FaultsTest : public ::testing::Test {
 protected:
  StageFaults policy(OnError on_error) {
    return StageFaults({"clean", {4, 9}, on_error, 2}, fixture_.ledger, fixture_.memory, failed_);
  }
  Batch batch() {
    Batch rows = test::make_batch(fixture_.memory, test::make_schema({{"n", kInt64Type}}),
                                  {{0}, {1}, {2}, {3}, {4}, {5}}, Ordinal(7, 100));
    RowPlaces ids = rows.places();
    ids.origin = std::make_shared<TextOrigin>();
    return rows.with_places(ids);
  }
  static std::vector<RowFault> faults_at(std::vector<uint32_t> rows) {
    std::vector<RowFault> faults;
    for (const uint32_t row : rows)
      faults.push_back(
          {row, Error(code::kNotOfType, ErrorCode::kData, "bad " + std::to_string(row))});
    return faults;
  }

  test::OperatorFixture fixture_;
  FailedRow failed_;
};

TEST_F(FaultsTest, FailKeepsTheRowsBeforeTheFirstFaultAndSaysWhere) {
  StageFaults faults = policy(OnError::kFail);
  const Batch rows = batch();
  const Batch some = test::select_rows(fixture_.memory, rows, {0, 2, 4, 5});
  Result<Settled> settled = faults.settle(some, some.selection(), faults_at({5, 4}));
  ASSERT_TRUE(settled);
  EXPECT_EQ(test::rows_of(some.with_selection(settled->selection)),
            (std::vector<std::string>{"0", "2"}));
  ASSERT_TRUE(settled->error);
  EXPECT_EQ(settled->error->message, "bad 4");
  EXPECT_EQ(settled->error->data, (TextPlace{"in.csv", 114, 3}));
  EXPECT_EQ(settled->error->pipeline, (Span{4, 9}));
  EXPECT_EQ(settled->error->stage, "clean");
  EXPECT_EQ(failed_, (FailedRow{Ordinal(7, 104), 2}));
}

TEST_F(FaultsTest, SkipCountsEachRowOnce) {
  StageFaults faults = policy(OnError::kSkip);
  const Batch rows = batch();
  Result<Settled> settled = faults.settle(rows, rows.selection(), faults_at({1, 1, 3}));
  ASSERT_TRUE(settled);
  EXPECT_FALSE(settled->error);
  EXPECT_EQ(test::rows_of(rows.with_selection(settled->selection)),
            (std::vector<std::string>{"0", "2", "4", "5"}));
  EXPECT_EQ(fixture_.ledger[Counter::kSkipped], 2u);
}

TEST_F(FaultsTest, RejectKeepsReasonPlaceAndRawText) {
  StageFaults faults = policy(OnError::kReject);
  const Batch rows = batch();
  test::CollectingOutput rejects(fixture_.ledger);
  faults.set_rejects(&rejects);
  ASSERT_TRUE(faults.settle(rows, rows.selection(), faults_at({3, 0})));
  EXPECT_EQ(fixture_.ledger[Counter::kRejected], 2u);
  ASSERT_TRUE(faults.flush());
  ASSERT_TRUE(faults.flush()) << "once";
  EXPECT_EQ(rejects.rows, (std::vector<std::string>{"in.csv|110|3|clean|bad 0|raw 100",
                                                    "in.csv|113|3|clean|bad 3|raw 103"}));
  EXPECT_EQ(rejects.batches.front().ordinal(1), Ordinal(7, 103));
}

// What waits here is not counted against the budget, so it must not grow with the input.
TEST_F(FaultsTest, RejectedRowsLeaveWhileTheStageWorks) {
  StageFaults faults = policy(OnError::kReject);
  test::CollectingOutput rejects(fixture_.ledger);
  faults.set_rejects(&rejects);
  for (uint64_t row = 0; row < 5000; ++row)
    ASSERT_TRUE(
        faults.record(nullptr, Ordinal(0, row), Error(code::kNotOfType, ErrorCode::kData, "bad")));
  EXPECT_GE(rejects.rows.size(), 4000u);
  ASSERT_TRUE(faults.flush());
  EXPECT_EQ(rejects.rows.size(), 5000u);
}

TEST_F(FaultsTest, RawTextThatIsNotUtf8IsShownWithReplacementCharacters) {
  const std::vector<RejectedRow> rejected{
      {Ordinal(0, 0), {"in.csv", 1, 0}, "not UTF-8", "a\xff\xc3(b\xe2\x82"}};
  Result<Batch> made = make_rejects_batch(rejected, "clean", fixture_.memory);
  ASSERT_TRUE(made);
  EXPECT_EQ(
      test::rows_of(*made),
      (std::vector<std::string>{"in.csv|1|NULL|clean|not UTF-8|a\uFFFD\uFFFD(b\uFFFD\uFFFD"}));
}

TEST_F(FaultsTest, RecordsFollowTheSamePolicy) {
  const auto origin = std::make_shared<TextOrigin>();
  StageFaults skip = policy(OnError::kSkip);
  EXPECT_TRUE(
      skip.record(origin, Ordinal(1, 2), Error(code::kNotOfType, ErrorCode::kData, "short")));
  EXPECT_EQ(fixture_.ledger[Counter::kSkipped], 1u);
  // Only faults of the data can be absorbed.
  EXPECT_FALSE(skip.record(origin, Ordinal(1, 2),
                           Error(code::kMemoryLimit, ErrorCode::kMemory, "no memory")));
  StageFaults strict = policy(OnError::kFail);
  const Status failed =
      strict.record(origin, Ordinal(1, 2), Error(code::kNotOfType, ErrorCode::kData, "short"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().data, (TextPlace{"in.csv", 12, 3}));
  EXPECT_EQ(failed_.row, Ordinal(1, 2));
}

}  // namespace
}  // namespace leat::pipelines
