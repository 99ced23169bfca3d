// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(FunctionsClock, FieldsOfTimesAndIntervals) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("extract(hour from time '24:00')"), "24");
  EXPECT_EQ(tester.value("extract(second from time '08:15:30.5')"), "30.5");
  EXPECT_EQ(tester.value("extract(epoch from time '01:00')"), "3600");
  EXPECT_EQ(tester.value("date_part('epoch', interval '1 year')"), "31557600");
  EXPECT_EQ(tester.value("date_part('month', interval '14 months')"), "2");
  EXPECT_EQ(tester.value("date_part('day', timestamp '2026-01-31')"), "31");
  EXPECT_EQ(
      tester.mistakes("extract(day from time '08:15')"),
      "[day] 'day' is no field of a time (use hour, minute, second, millisecond, microsecond or "
      "epoch)");
}

TEST(FunctionsClock, PeriodsThatTouchDoNotOverlap) {
  ExpressionTester tester;
  const auto overlap = [&](const char* a, const char* b, const char* c, const char* d) {
    return tester.value(std::string("overlaps(date '") + a + "', date '" + b + "', date '" + c +
                        "', date '" + d + "')");
  };
  EXPECT_EQ(overlap("2026-01-01", "2026-02-01", "2026-02-01", "2026-03-01"), "false");
  EXPECT_EQ(overlap("2026-02-01", "2026-01-01", "2026-01-31", "2026-03-01"), "true");
  EXPECT_EQ(overlap("2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01"), "true");
  EXPECT_EQ(overlap("2026-01-01", "2026-03-01", "2026-02-01", "2026-02-01"), "true");
}

TEST(FunctionsClock, ClocksOfTheRun) {
  ExpressionTester tester;
  tester.environment.now = 36'000'000'000;
  EXPECT_EQ(tester.value("localtime"), "10:00:00");
  EXPECT_EQ(tester.value("localtimestamp"), "1970-01-01T10:00:00");
  EXPECT_EQ(tester.value("clock_timestamp() = now()"), "true");
}

}  // namespace
}  // namespace leat::expr
