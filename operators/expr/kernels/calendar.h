// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Dates of the proleptic Gregorian calendar, as days and microseconds since 1970-01-01 UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "operators/data/type.h"
#include "operators/text/time_units.h"

namespace leat::expr {

// The years PostgreSQL's timestamps can hold at the upper end, and year 1 at the lower: text has no
// BC.
inline constexpr int64_t kYearMin = 1;
inline constexpr int64_t kYearMax = 294'246;

/// The Julian day of 1970-01-01.
inline constexpr int64_t kJulianOfEpoch = 2'440'588;

/// A day of the calendar; months and days count from 1.
struct Civil {
  int64_t year = 1970;
  int32_t month = 1;
  int32_t day = 1;
};

/// After Howard Hinnant's days_from_civil: eras of 400 years, years beginning in March. REQUIRES: a
/// valid day.
constexpr int64_t days_of(Civil civil) {
  const int64_t year = civil.year - (civil.month <= 2 ? 1 : 0);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr Civil civil_of(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<int32_t>(day_of_year - (153 * month + 2) / 5 + 1);
  civil.month = static_cast<int32_t>(month < 10 ? month + 3 : month - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  return civil;
}

constexpr bool is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int32_t days_in_month(int64_t year, int32_t month) {
  constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

constexpr int64_t floor_divide(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

/// The day a timestamp falls on, and the microseconds since its midnight.
constexpr int64_t day_of_timestamp(int64_t micros) { return floor_divide(micros, kMicrosPerDay); }
constexpr int64_t time_of_timestamp(int64_t micros) {
  return micros - day_of_timestamp(micros) * kMicrosPerDay;
}

inline constexpr int64_t kDaysMin = days_of({kYearMin, 1, 1});
inline constexpr int64_t kDaysMax = days_of({kYearMax, 12, 31});
inline constexpr int64_t kTimestampMin = kDaysMin * kMicrosPerDay;
inline constexpr int64_t kTimestampMax = (kDaysMax + 1) * kMicrosPerDay - 1;

/// 1 is Monday, 7 is Sunday (ISO 8601).
constexpr int32_t iso_weekday(int64_t days) {
  return static_cast<int32_t>(days - floor_divide(days - 4, 7) * 7 - 3);
}

struct IsoWeek {
  int64_t year;
  int32_t week;
};
constexpr IsoWeek iso_week_of(int64_t days) {
  const int64_t thursday = days - iso_weekday(days) + 4;  // decides the year of the week
  const int64_t year = civil_of(thursday).year;
  return {year, static_cast<int32_t>((thursday - days_of({year, 1, 1})) / 7 + 1)};
}

/// Fields of a date or timestamp that can be extracted, and units it can be truncated to.
enum class TimeField : uint8_t {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kDayOfWeek,     ///< 0 is Sunday.
  kIsoDayOfWeek,  ///< 1 is Monday, 7 is Sunday.
  kDayOfYear,
  kIsoYear,
  kEra,        ///< 1: there are no years before 1.
  kJulianDay,  ///< Whole days.
  kEpoch,
};

/// Reads `year`, `years`, `dow`, ... in any case.
std::optional<TimeField> parse_time_field(std::string_view text);

/// The value of a field that is a whole number for every timestamp. REQUIRES: not kEpoch.
/// kSecond, kMillisecond and kMicrosecond count microseconds since the full minute.
int64_t extract_field(TimeField field, int64_t micros);

/// The start of the unit that the timestamp lies in; nullopt when `field` is no unit of time (dow,
/// epoch, ...).
std::optional<int64_t> truncate_timestamp(TimeField field, int64_t micros);

/// Adds months (the day is clamped to the month's end), then days, then microseconds. nullopt when
/// out of range.
std::optional<int64_t> add_interval(int64_t micros, const Interval& interval);

/// The seconds of the interval: a year has 365.25 days, a month that is not part of a whole year
/// 30.
double seconds_of(const Interval& interval);

/// The interval with every part negated; nullopt on overflow.
std::optional<Interval> negate(const Interval& interval);

}  // namespace leat::expr
