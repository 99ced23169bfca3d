// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

struct Example {
  std::string expression;
  std::string result;
};

TEST(FunctionsInterval, AreThoseOfPostgresql) {
  const std::vector<Example> examples = {
      {"date_bin('15 minutes', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01')",
       "2020-02-11T15:30:00"},
      {"date_bin('15 minutes', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01 00:02:30')",
       "2020-02-11T15:32:30"},
      {"date_bin('1 day', timestamp '2000-01-01 01:00:00', timestamp '2001-01-01 12:00:00')",
       "1999-12-31T12:00:00"},
      {"date_bin('7 days', timestamp '2026-03-05 10:00:00', timestamp '2026-01-05')",
       "2026-03-02T00:00:00"},
      {"make_interval(1)", "1 year"},
      {"make_interval(1, 2, 3, 4, 5, 6, 7.5)", "1 year 2 mons 25 days 05:06:07.5"},
      {"make_interval(0, 0, 0, 0, 0, 0, -0.000001)", "-00:00:00.000001"},
      {"make_interval(0, 0, 1)", "7 days"},
      {"justify_hours(interval '50 hours')", "2 days 02:00:00"},
      {"justify_hours(interval '27 hours -1 day')", "03:00:00"},
      {"justify_hours(interval '-30 hours 2 days')", "18:00:00"},
      {"justify_days(interval '35 days')", "1 mon 5 days"},
      {"justify_days(interval '-35 days 2 months')", "25 days"},
      {"justify_days(interval '1 year 65 days -5 hours')", "1 year 2 mons 5 days -05:00:00"},
      {"justify_interval(interval '1 mon -1 hour')", "29 days 23:00:00"},
      {"justify_interval(interval '-1 mon 40 days 50 hours')", "12 days 02:00:00"},
      {"justify_interval(interval '2 months 33 days -25 hours')", "3 mons 1 day 23:00:00"},
      {"justify_interval(interval '-33 days -25 hours')", "-1 mons -4 days -01:00:00"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(FunctionsInterval, BinsHaveAWidth) {
  for (const std::string expression : {
           "date_bin('-1 day', timestamp '2026-03-05', timestamp '2026-01-05')",
           "date_bin('1 month', timestamp '2026-03-05', timestamp '2026-01-05')",
           "date_bin('0 days', timestamp '2026-03-05', timestamp '2026-01-05')",
       }) {
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(expression).starts_with("error: ")) << expression;
  }
}

TEST(FunctionsInterval, Buckets) {
  ExpressionTester tester;
  tester.add({"t",
              kTimestampType,
              {"2026-03-05 15:07:09", "1999-12-31 23:59:59", "2000-01-03 00:00:00", std::nullopt}});
  EXPECT_EQ(tester.evaluate("time_bucket(interval '1 hour', t)").values,
            (Values{"2026-03-05T15:00:00", "1999-12-31T23:00:00", "2000-01-03T00:00:00", "null"}));
  EXPECT_EQ(tester.evaluate("time_bucket(interval '7 days', t)").values,
            (Values{"2026-03-02T00:00:00", "1999-12-27T00:00:00", "2000-01-03T00:00:00", "null"}));
  EXPECT_EQ(tester.evaluate("time_bucket(interval '5 months', t)").values,
            (Values{"2025-11-01T00:00:00", "1999-08-01T00:00:00", "2000-01-01T00:00:00", "null"}));
  EXPECT_EQ(tester.evaluate("time_bucket(interval '1 year', t, date '2000-07-01')").values[0],
            "2025-07-01T00:00:00");
  EXPECT_EQ(tester.value("time_bucket(interval '1 month 1 day', now())"),
            "error: the width of a bucket has months only, or none");
  EXPECT_EQ(tester.value("date_bin(interval '1 day', timestamp '0001-01-01', "
                         "timestamp '2026-01-01 12:00:00')"),
            "error: timestamp out of range");
}

TEST(FunctionsInterval, PartsOfRows) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"1", "-3", std::nullopt, "9223372036854775807"}});
  const Outcome outcome = tester.evaluate("make_interval(0, 0, 0, n, n)");
  EXPECT_EQ(outcome.values[0], "1 day 01:00:00");
  EXPECT_EQ(outcome.values[1], "-3 days -03:00:00");
  EXPECT_EQ(outcome.values[2], "null");
  EXPECT_EQ(outcome.faults.at(3), "interval out of range");
  EXPECT_EQ(tester.value("make_interval(0, 0, 0, 0, 0, 0, 'nan'::float64)"),
            "error: interval out of range");
}

}  // namespace
}  // namespace leat::expr
