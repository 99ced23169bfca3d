// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsZone, ClocksInZonesAndBack) {
  ExpressionTester tester;
  tester.add({"t",
              kTimestampTzType,
              {"2026-03-29 00:59:59.5Z", "2026-03-29 01:00:00Z", "2026-10-25 00:30:00Z",
               "2026-10-25 01:30:00Z", std::nullopt}});
  tester.add({"z", kUtf8Type, {"Europe/Berlin", "UTC", "Atlantis", "America/New_York", "UTC"}});
  EXPECT_EQ(tester.evaluate("t at time zone 'Europe/Berlin'").values,
            (Values{"2026-03-29T01:59:59.5", "2026-03-29T03:00:00", "2026-10-25T02:30:00",
                    "2026-10-25T02:30:00", "null"}));
  EXPECT_EQ(tester.evaluate("t at time zone 'Europe/Berlin' at time zone 'Europe/Berlin'").values,
            (Values{"2026-03-29T00:59:59.5Z", "2026-03-29T01:00:00Z", "2026-10-25T01:30:00Z",
                    "2026-10-25T01:30:00Z", "null"}))
      << "of two times that look alike the second";
  EXPECT_EQ(tester.value("from_timezone('Europe/Berlin', timestamp '2026-03-29 02:30:00')"),
            "2026-03-29T01:30:00Z")
      << "the clock skips it";
  const Outcome by_row = tester.evaluate("t at time zone z");
  EXPECT_EQ(by_row.values, (Values{"2026-03-29T01:59:59.5", "2026-03-29T01:00:00", "null",
                                   "2026-10-24T21:30:00", "null"}));
  EXPECT_EQ(by_row.faults.at(2), "there is no time zone 'Atlantis'");
  EXPECT_EQ(tester.mistakes("t at time zone 'Mars'"),
            "[t at time zone 'Mars'] there is no time zone 'Mars' (use a name of the IANA "
            "database, such as 'Europe/Berlin' or 'UTC')");
  EXPECT_EQ(tester.evaluate("date_trunc('day', t at time zone 'Europe/Berlin')::date").values[3],
            "2026-10-25");
  EXPECT_EQ(tester.value("timestamptz '0001-01-01 00:00:00Z' at time zone 'America/New_York'"),
            "error: timestamp out of range");
}

TEST(FunctionsZone, ClocksAndInstantsAreNotMixed) {
  ExpressionTester tester;
  tester.add({"c", kTimestampType, {"2026-07-01 14:00:00"}});
  tester.add({"i", kTimestampTzType, {"2026-07-01 12:00:00Z"}});
  for (const std::string wrong : {"c < i", "c = i", "i - c", "i in (c)", "coalesce(i, c)",
                                  "i between c and c", "age(i, c)", "greatest(c, i)"}) {
    EXPECT_TRUE(tester.mistakes(wrong).starts_with("[")) << wrong;
  }
  EXPECT_EQ(tester.mistakes("c < i"),
            "[<] cannot compare timestamp with timestamptz (make an instant of what a clock "
            "shows, e.g. c at time zone 'Europe/Berlin')");
  EXPECT_EQ(tester.value("(c at time zone 'Europe/Berlin') = i"), "true");
  EXPECT_EQ(tester.value("c = (i at time zone 'Europe/Berlin')"), "true");
}

TEST(FunctionsZone, FunctionsOfClocksTakeInstantsAsOneInUtcShowsThem) {
  ExpressionTester tester;
  tester.add({"i", kTimestampTzType, {"2026-07-01 12:30:00+02"}});
  EXPECT_EQ(tester.value("extract(hour from i)"), "10");
  EXPECT_EQ(tester.value("date_trunc('hour', i)"), "2026-07-01T10:00:00Z");
  EXPECT_EQ(tester.value("i + interval '1 day'"), "2026-07-02T10:30:00Z");
  EXPECT_EQ(tester.value("i - timestamptz '2026-07-01T10:00:00Z'"), "00:30:00");
  EXPECT_EQ(tester.value("i::date"), "2026-07-01");
  EXPECT_EQ(tester.value("i::timestamp"), "2026-07-01T10:30:00");
  EXPECT_EQ(tester.value("i::timestamp::timestamptz"), "2026-07-01T10:30:00Z");
  EXPECT_EQ(tester.value("i > '2026-07-01T12:00:00+02'"), "true");
  EXPECT_EQ(tester.value("i::utf8"), "2026-07-01T10:30:00Z");
  EXPECT_EQ(tester.value("strftime(i, '%H:%M%z')"), "10:30+0000");
  EXPECT_EQ(tester.value("strftime(i::timestamp, '%H:%M%z')"), "10:30");
  EXPECT_EQ(tester.value("date_bin(interval '1 hour', i, timestamptz '2001-01-01T00:00:00Z')"),
            "2026-07-01T10:00:00Z");
  EXPECT_EQ(tester.value("greatest(i, timestamptz '2026-07-01T11:00:00Z')"),
            "2026-07-01T11:00:00Z");
}

TEST(FunctionsZone, Ages) {
  ExpressionTester tester;
  const auto age = [&](const char* stop, const char* start) {
    return tester.value(std::string("age(timestamp '") + stop + "', timestamp '" + start + "')");
  };
  EXPECT_EQ(age("2001-04-10 00:00:00", "1957-06-13 00:00:00"), "43 years 9 mons 27 days");
  EXPECT_EQ(age("1957-06-13 00:00:00", "2001-04-10 00:00:00"), "-43 years -9 mons -27 days");
  EXPECT_EQ(age("2026-03-01 01:00:00", "2026-02-28 23:00:00"), "02:00:00");
  EXPECT_EQ(age("2024-03-31 00:00:00", "2024-02-29 00:00:00"), "1 mon 2 days");
}

TEST(FunctionsZone, TimestampsOfNumbers) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("make_timestamp(2024, 2, 29, 23, 59, 59.999999)"),
            "2024-02-29T23:59:59.999999");
  EXPECT_EQ(tester.value("make_timestamp(2026, 2, 29, 0, 0, 0.0)"),
            "error: there is no time 2026-2-29 0:0:0");
  EXPECT_TRUE(
      tester.value("make_timestamp(2026, 1, 1, 0, 0, 'nan'::float64)").starts_with("error"));
}

}  // namespace
}  // namespace leat::expr
