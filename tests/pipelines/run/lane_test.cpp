// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Ports: fan-out, counting, and which of several errors is passed on. Lane trees at work are in
// run_test.cpp.
#include "pipelines/run/lane.h"

#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "tests/support/operator_fixture.h"

namespace leat::pipelines {
namespace {

/// Counts what it gets; fails with `row` as the place of the error when told to.
class ProbeReader final : public Reader {
 public:
  ProbeReader(SplitScope& scope, std::vector<std::string>& log, std::string name,
              std::optional<FailedRow> fails = {})
      : scope_(scope), log_(log), name_(std::move(name)), fails_(fails) {}

  Status receive(Batch batch) override {
    log_.push_back(name_ + " got " + std::to_string(batch.rows()));
    if (!fails_) return {};
    scope_.failed = *fails_;
    return fail(code::kNotOfType, ErrorCode::kData, name_);
  }
  Status end_split() override {
    log_.push_back(name_ + " closed");
    return {};
  }
  void finish() override { log_.push_back(name_ + " finished"); }

 private:
  SplitScope& scope_;
  std::vector<std::string>& log_;
  std::string name_;
  std::optional<FailedRow> fails_;
};

class PortTest : public ::testing::Test {
 protected:
  Batch batch(size_t rows) {
    return test::make_batch(fixture_.memory, test::make_schema({{"n", kInt64Type}}),
                            std::vector<test::Row>(rows, test::Row{1}));
  }
  void add(Port& port, std::string name, std::optional<FailedRow> fails = {}) {
    port.add(std::make_unique<ProbeReader>(scope_, log_, std::move(name), fails));
  }

  test::OperatorFixture fixture_;
  SplitScope scope_;
  std::vector<std::string> log_;
};

TEST_F(PortTest, CountsAndCopiesToEveryReader) {
  Ledger ledger;
  Port port(scope_, &ledger);
  add(port, "a");
  add(port, "b");
  ASSERT_TRUE(port.emit(batch(4)));
  ASSERT_TRUE(port.emit(batch(0)));
  ASSERT_TRUE(port.end_split());
  port.finish();
  EXPECT_EQ(ledger[Counter::kOut], 4u);
  EXPECT_EQ(log_, (std::vector<std::string>{"a got 4", "b got 4", "a closed", "b closed",
                                            "a finished", "b finished"}));
}

TEST_F(PortTest, OfSeveralErrorsTheOneOfTheLowestRowIsPassedOn) {
  Port port(scope_, nullptr);
  add(port, "late", FailedRow{Ordinal(0, 9), 1});
  add(port, "early", FailedRow{Ordinal(0, 3), 2});
  add(port, "same row, later stage", FailedRow{Ordinal(0, 3), 3});
  const Status status = port.emit(batch(1));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "early");
  EXPECT_EQ(scope_.failed, (FailedRow{Ordinal(0, 3), 2}));
}

TEST(StageRun, SumsTheLedgersOfLanes) {
  test::OperatorFixture fixture;
  const Stage stage{.name = "s"};
  StageRun run(stage, 0, fixture.memory);
  Ledger lane;
  lane.add(Counter::kPassed, 3);
  run.merge(lane);
  run.merge(lane);
  EXPECT_EQ(run.ledger[Counter::kPassed], 6u);
}

}  // namespace
}  // namespace leat::pipelines
