// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(TimeArithmetic, OverColumns) {
  ExpressionTester tester;
  tester.add({"d", kDateType, {"2024-02-29", "2026-12-31", std::nullopt}});
  tester.add(
      {"t", kTimestampType, {"2024-02-29 12:00:00", "2026-12-31 23:30:00", "2000-01-01 00:00:00"}});
  tester.add({"n", kInt64Type, {"1", "-1", "5"}});
  tester.add({"i", kIntervalType, {"1 year", "1 month 01:00:00", "-1 day"}});
  using Values = std::vector<std::string>;
  EXPECT_EQ(tester.evaluate("d + n").values, (Values{"2024-03-01", "2026-12-30", "null"}));
  EXPECT_EQ(tester.evaluate("n + d").values, (Values{"2024-03-01", "2026-12-30", "null"}));
  EXPECT_EQ(tester.evaluate("d - n").values, (Values{"2024-02-28", "2027-01-01", "null"}));
  EXPECT_EQ(tester.evaluate("d - date '2024-01-01'").values, (Values{"59", "1095", "null"}));
  EXPECT_EQ(tester.evaluate("d + i").values,
            (Values{"2025-02-28T00:00:00", "2027-01-31T01:00:00", "null"}));
  EXPECT_EQ(tester.evaluate("t - i").values,
            (Values{"2023-02-28T12:00:00", "2026-11-30T22:30:00", "2000-01-02T00:00:00"}));
  EXPECT_EQ(tester.evaluate("t - timestamp '2024-02-28 13:00:00'").values,
            (Values{"23:00:00", "1037 days 10:30:00", "-8824 days -13:00:00"}));
  EXPECT_EQ(tester.evaluate("i * n + interval '1 hour'").values,
            (Values{"1 year 01:00:00", "-1 mons", "-5 days +01:00:00"}));
  EXPECT_EQ(tester.evaluate("t - d").values[1], "23:30:00");
}

TEST(TimeArithmetic, OutOfRangeIsAFault) {
  ExpressionTester tester;
  tester.add({"d", kDateType, {"9999-12-31"}});
  tester.add({"n", kInt64Type, {"9223372036854775807"}});
  EXPECT_EQ(tester.value("d + n"), "error: date out of range");
  EXPECT_EQ(tester.value("d - n"), "error: date out of range");
  EXPECT_EQ(tester.value("interval '1 day' * n"), "error: interval out of range");
  EXPECT_EQ(tester.value("d + interval '300000 years'"), "error: timestamp out of range");
}

TEST(TimeArithmetic, IntervalsTimesFractions) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("interval '1 month' * 1.5"), "1 mon 15 days");
  EXPECT_EQ(tester.value("0.5 * interval '1 day 2 hours'"), "13:00:00");
  EXPECT_EQ(tester.value("interval '1 year' / 7"), "1 mon 21 days 10:17:08.5344");
  EXPECT_EQ(tester.value("interval '1 day' / 0"), "error: division by zero");
  EXPECT_EQ(tester.value("interval '2000000000 months' * 1.5"), "error: interval out of range");
  EXPECT_EQ(tester.value("interval '1 day' * 'nan'::float64"), "error: interval out of range");
}

TEST(TimeArithmetic, FieldsOfIntervals) {
  ExpressionTester tester;
  tester.add({"k", kIntervalType, {"14 months -3 days 27:05:06.7", std::nullopt}});
  using Values = std::vector<std::string>;
  EXPECT_EQ(tester.evaluate("extract(year from k) * 100 + extract(month from k)").values,
            (Values{"102", "null"}));
  EXPECT_EQ(tester.value("extract(day from k)"), "-3");
  EXPECT_EQ(tester.value("extract(hour from k) * 100 + extract(minute from k)"), "2705");
  EXPECT_EQ(tester.value("extract(second from k)"), "6.7");
  EXPECT_EQ(tester.value("extract(quarter from k)"), "1");
  EXPECT_EQ(tester.value("extract(epoch from k)"), "36579906.7");
  EXPECT_EQ(tester.mistakes("extract(dow from k)"),
            "[dow] 'dow' is no field of an interval (use year, month, day, hour, minute, second or "
            "epoch)");
}

}  // namespace
}  // namespace leat::expr
