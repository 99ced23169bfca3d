// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/calendar.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

constexpr int64_t at(int64_t year, int32_t month, int32_t day, int64_t hour = 0) {
  return days_of({year, month, day}) * kMicrosPerDay + hour * kMicrosPerHour;
}

TEST(Calendar, EveryDayOfFourCenturiesGoesThereAndBack) {
  int64_t day = days_of({1900, 1, 1});
  for (int64_t year = 1900; year < 2300; ++year) {
    for (int32_t month = 1; month <= 12; ++month) {
      for (int32_t date = 1; date <= days_in_month(year, month); ++date, ++day) {
        ASSERT_EQ(days_of({year, month, date}), day);
        const Civil civil = civil_of(day);
        ASSERT_EQ(civil.year, year);
        ASSERT_EQ(civil.month, month);
        ASSERT_EQ(civil.day, date);
        ASSERT_EQ(extract_field(TimeField::kDayOfYear, day * kMicrosPerDay),
                  day - days_of({year, 1, 1}) + 1);
      }
    }
  }
  EXPECT_EQ(days_of({1970, 1, 1}), 0);
}

TEST(Calendar, WeeksFollowIso8601) {
  EXPECT_EQ(iso_weekday(0), 4);                        // a Thursday
  EXPECT_EQ(iso_weekday(days_of({1969, 12, 28})), 7);  // a Sunday
  EXPECT_EQ(iso_week_of(days_of({2027, 1, 1})).week, 53);
  EXPECT_EQ(iso_week_of(days_of({2027, 1, 1})).year, 2026);
  EXPECT_EQ(iso_week_of(days_of({2024, 12, 30})).week, 1);
  EXPECT_EQ(iso_week_of(days_of({2024, 12, 30})).year, 2025);
}

TEST(Calendar, TimesBefore1970KeepTheirDay) {
  EXPECT_EQ(day_of_timestamp(-1), -1);
  EXPECT_EQ(time_of_timestamp(-1), kMicrosPerDay - 1);
  EXPECT_EQ(extract_field(TimeField::kHour, -1), 23);
  EXPECT_EQ(*truncate_timestamp(TimeField::kHour, -1), -kMicrosPerHour);
}

TEST(Calendar, FieldsHaveNamesInBothNumbersAndAnyCase) {
  EXPECT_EQ(parse_time_field("YEARS"), TimeField::kYear);
  EXPECT_EQ(parse_time_field("century"), TimeField::kCentury);
  EXPECT_EQ(parse_time_field("centuries"), TimeField::kCentury);
  EXPECT_EQ(parse_time_field("dow"), TimeField::kDayOfWeek);
  EXPECT_EQ(parse_time_field("fortnight"), std::nullopt);
  EXPECT_EQ(parse_time_field(""), std::nullopt);
}

TEST(Calendar, TruncatesToUnits) {
  const int64_t time = at(2026, 8, 20, 13) + 59 * kMicrosPerMinute + 1;
  EXPECT_EQ(truncate_timestamp(TimeField::kHour, time), at(2026, 8, 20, 13));
  EXPECT_EQ(truncate_timestamp(TimeField::kWeek, time), at(2026, 8, 17));
  EXPECT_EQ(truncate_timestamp(TimeField::kQuarter, time), at(2026, 7, 1));
  EXPECT_EQ(truncate_timestamp(TimeField::kDecade, time), at(2020, 1, 1));
  EXPECT_EQ(truncate_timestamp(TimeField::kCentury, time), at(2001, 1, 1));
  EXPECT_EQ(truncate_timestamp(TimeField::kMillennium, at(2000, 1, 1)), at(1001, 1, 1));
  EXPECT_EQ(truncate_timestamp(TimeField::kEpoch, time), std::nullopt);
}

TEST(Calendar, AddsIntervals) {
  EXPECT_EQ(add_interval(at(2024, 1, 31), {1, 0, 0}), at(2024, 2, 29));
  EXPECT_EQ(add_interval(at(2024, 3, 31), {-1, 0, 0}), at(2024, 2, 29));
  EXPECT_EQ(add_interval(at(2025, 12, 31), {14, 1, kMicrosPerHour}), at(2027, 3, 1, 1));
  EXPECT_EQ(add_interval(at(1, 1, 1), {-1, 0, 0}), std::nullopt);
  EXPECT_EQ(add_interval(kTimestampMax, {0, 0, 1}), std::nullopt);
  EXPECT_EQ(add_interval(0, {0, 0, INT64_MAX}), std::nullopt);
  EXPECT_EQ(negate({1, -2, 3}), (Interval{-1, 2, -3}));
  EXPECT_EQ(negate({INT32_MIN, 0, 0}), std::nullopt);
}

}  // namespace
}  // namespace leat::expr
