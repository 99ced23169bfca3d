// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/interval_parser.h"

#include <limits>

#include <gtest/gtest.h>

#include "operators/text/value_format.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(IntervalParser, ReadsUnitsAndTimes) {
  const std::pair<const char*, Interval> cases[] = {
      {"1 year 2 mons -3 days +04:05:06.7", {14, -3, (4 * 3600 + 5 * 60 + 6) * kSecond + 700'000}},
      {"1 day", {0, 1, 0}},
      {"  2 Weeks  ", {0, 14, 0}},
      {"90 minutes", {0, 0, 5400 * kSecond}},
      {"1.5 hours", {0, 0, 5400 * kSecond}},
      {"1.000001 s", {0, 0, kSecond + 1}},
      {"250 ms", {0, 0, 250'000}},
      {"-7 us", {0, 0, -7}},
      {"1h30m", {0, 0, 5400 * kSecond}},
      {"-1 mon", {-1, 0, 0}},
      {"00:00:00", {0, 0, 0}},
      {"-00:00:01", {0, 0, -kSecond}},
      {"25:01", {0, 0, (25 * 3600 + 60) * kSecond}},
      {"1 week 1 day", {0, 8, 0}},
      {"P1Y2M3W4DT5H6M7.5S", {14, 25, (5 * 3600 + 6 * 60 + 7) * kSecond + 500'000}},
      {"P-1Y-2M3DT-4H", {-14, 3, -4 * 3600 * kSecond}},
      {"PT36H", {0, 0, 36 * 3600 * kSecond}},
      {"1 year 2 days 03:00 ago", {-12, -2, -3 * 3600 * kSecond}},
      {"@ 1 minute AGO ", {0, 0, -60 * kSecond}},
      {"1-2", {14, 0, 0}},
      {"-1-2 3 4:05", {-14, 3, (4 * 3600 + 5 * 60) * kSecond}},
      {"1 century 2 decades", {1440, 0, 0}},
  };
  for (const auto& [text, interval] : cases) {
    const std::optional<Interval> read = parse_interval(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, interval) << text;
  }
}

/// As PostgreSQL 15 has them.
TEST(IntervalParser, PartsOfDaysAndMonths) {
  constexpr int64_t kHour = 3600 * kSecond;
  const std::pair<const char*, Interval> cases[] = {
      {"1.5 days", {0, 1, 12 * kHour}},
      {"0.5 mons", {0, 15, 0}},
      {"1.25 years", {15, 0, 0}},
      {"1.375 years", {16, 0, 0}},
      {"0.125 year", {2, 0, 0}},
      {"-1.5 weeks", {0, -10, -12 * kHour}},
      {"0.01 months", {0, 0, 7 * kHour + 720 * kSecond}},
      {"1.26 decades", {151, 0, 0}},
      {"P1.5D", {0, 1, 12 * kHour}},
      {"P1.5Y", {18, 0, 0}},
      {"-0.04 year", {0, 0, 0}},
      {"1.5 mon -1.5 day", {1, 14, -12 * kHour}},
      {"2.5 days 1.5 hours ago", {0, -2, -13 * kHour - 1800 * kSecond}},
  };
  for (const auto& [text, interval] : cases) {
    const std::optional<Interval> read = parse_interval(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, interval) << text;
  }
}

TEST(IntervalParser, RefusesWhatIsNone) {
  for (const char* const text : {"",
                                 " ",
                                 "1",
                                 "day",
                                 "1 fortnight",
                                 "1.0000001 s",
                                 "1:60",
                                 "1:00:60",
                                 "1 day x",
                                 "--1 day",
                                 "1..5 s",
                                 "1. s",
                                 "99999999999 years",
                                 "9999999999999999999 s",
                                 "999999999999999999 h",
                                 "1 day,",
                                 "+ 1 day",
                                 "1 day 1 day",
                                 "1 hour 02:00",
                                 "1 mon 2 months",
                                 "1-13",
                                 "1 year 1-2",
                                 "1 day 2 3:00",
                                 "ago",
                                 "1 day ago 2 hours",
                                 "@",
                                 "P",
                                 "PT",
                                 "P1H",
                                 "P1Y1Y",
                                 "PT1Y",
                                 "P1",
                                 "1:00 2:00"}) {
    EXPECT_FALSE(parse_interval(text)) << text;
  }
}

TEST(IntervalParser, ReadsWhatIsWritten) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 50'000; ++i) {
    const Interval interval{static_cast<int32_t>(random()) >> (random() % 32),
                            static_cast<int32_t>(random()) >> (random() % 32),
                            static_cast<int64_t>(random()) >> (random() % 64)};
    char text[kScalarTextBytes];
    const char* const end = format_interval(interval, text);
    const std::optional<Interval> back = parse_interval({text, static_cast<size_t>(end - text)});
    ASSERT_TRUE(back) << std::string(text, static_cast<size_t>(end - text));
    ASSERT_EQ(*back, interval) << std::string(text, static_cast<size_t>(end - text));
  }
}

}  // namespace
}  // namespace leat::io
