// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

class FunctionsTimeTest : public ::testing::Test {
 protected:
  FunctionsTimeTest() {
    tester_.add(
        {"t", kTimestampType, {"2026-03-15 10:20:30.5", "1969-12-31 23:59:59", std::nullopt}});
    tester_.add({"d", kDateType, {"2024-02-29", "0001-01-01", std::nullopt}});
    tester_.add({"unit", kUtf8Type, {"month", "fortnight", "day"}});
  }
  ExpressionTester tester_;
};

TEST_F(FunctionsTimeTest, ExtractsFieldsOfDatesAndTimestamps) {
  EXPECT_EQ(tester_.evaluate("extract(year from t)").values, (Values{"2026", "1969", "null"}));
  EXPECT_EQ(tester_.evaluate("extract(second from t)").values, (Values{"30.5", "59", "null"}));
  EXPECT_EQ(tester_.evaluate("extract(epoch from t)").values[1], "-1");
  EXPECT_EQ(tester_.evaluate("extract(doy from d)").values, (Values{"60", "1", "null"}));
  EXPECT_EQ(tester_.evaluate("date_part('hour', t)").values, (Values{"10", "23", "null"}));
  EXPECT_EQ(tester_.evaluate("month(d) + day(t)").values, (Values{"17", "32", "null"}));
}

TEST_F(FunctionsTimeTest, TruncatesWithUnitsOfEachRow) {
  EXPECT_EQ(tester_.evaluate("date_trunc('hour', t)").values[0], "2026-03-15T10:00:00");
  const Outcome outcome = tester_.evaluate("date_trunc(unit, t)");
  EXPECT_EQ(outcome.values, (Values{"2026-03-01T00:00:00", "null", "null"}));
  EXPECT_EQ(outcome.faults.at(1), "'fortnight' is no field of a timestamp");
}

TEST_F(FunctionsTimeTest, CountsUnitsBetween) {
  EXPECT_EQ(tester_.evaluate("date_diff('day', t, timestamp '2026-03-17 00:00:00')").values,
            (Values{"2", "20530", "null"}));
  EXPECT_EQ(tester_.evaluate("date_diff('year', d, t)").values, (Values{"2", "1968", "null"}));
  EXPECT_EQ(tester_.value("date_diff('week', date '2026-03-15', date '2026-03-16')"), "1");
  EXPECT_EQ(tester_.value("date_diff('epoch', date '2026-03-15', t)"),
            "error: 'epoch' is no unit that date_diff counts");
}

TEST_F(FunctionsTimeTest, CountsWholeUnits) {
  const auto months = [&](const std::string& from, const std::string& to) {
    return tester_.value("date_sub('month', timestamp '" + from + "', timestamp '" + to + "')");
  };
  EXPECT_EQ(months("2026-01-15 00:00:00", "2026-02-14 23:59:59"), "0");
  EXPECT_EQ(months("2026-01-15 00:00:00", "2026-02-15 00:00:00"), "1");
  EXPECT_EQ(months("2026-01-31 00:00:00", "2026-02-28 00:00:00"), "1");
  EXPECT_EQ(months("2026-01-31 12:00:00", "2026-02-28 11:00:00"), "0");
  EXPECT_EQ(months("2026-02-28 00:00:00", "2026-01-28 00:00:00"), "-1");
  EXPECT_EQ(tester_.value("date_sub('year', date '2024-02-29', date '2026-02-28')"), "2");
  EXPECT_EQ(tester_.value("datesub('day', timestamp '2026-01-01 12:00:00', date '2026-01-03')"),
            "1");
  EXPECT_EQ(tester_.value("date_sub('dow', now(), now())"),
            "error: 'dow' is no unit that date_sub counts");
}

TEST_F(FunctionsTimeTest, EpochsAndNames) {
  EXPECT_EQ(tester_.value("epoch_ms(timestamp '1969-12-31 23:59:59.9999')"), "-1");
  EXPECT_EQ(tester_.value("epoch_ms(-1)"), "1969-12-31T23:59:59.999");
  EXPECT_EQ(tester_.evaluate("dayname(d)").values, (Values{"Thursday", "Monday", "null"}));
  EXPECT_EQ(tester_.evaluate("monthname(d)").values, (Values{"February", "January", "null"}));
}

TEST_F(FunctionsTimeTest, MakesDates) {
  EXPECT_EQ(tester_.evaluate("last_day(d)").values, (Values{"2024-02-29", "0001-01-31", "null"}));
  EXPECT_EQ(tester_.evaluate("make_date(year(d), 12, 31)").values,
            (Values{"2024-12-31", "0001-12-31", "null"}));
  EXPECT_EQ(tester_.evaluate("make_date(year(d), 2, 29)").faults.size(), 1u);
  EXPECT_EQ(tester_.value("to_timestamp(1e300)"), "error: timestamp out of range");
}

}  // namespace
}  // namespace leat::expr
