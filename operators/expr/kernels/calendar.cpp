// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/calendar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string>
#include <utility>

namespace leat::expr {
namespace {

constexpr std::array<std::pair<std::string_view, TimeField>, 26> kFields = {{
    {"microsecond", TimeField::kMicrosecond},
    {"millisecond", TimeField::kMillisecond},
    {"msec", TimeField::kMillisecond},
    {"usec", TimeField::kMicrosecond},
    {"second", TimeField::kSecond},
    {"minute", TimeField::kMinute},
    {"hour", TimeField::kHour},
    {"day", TimeField::kDay},
    {"week", TimeField::kWeek},
    {"month", TimeField::kMonth},
    {"quarter", TimeField::kQuarter},
    {"year", TimeField::kYear},
    {"decade", TimeField::kDecade},
    {"century", TimeField::kCentury},
    {"centurie", TimeField::kCentury},
    {"millennium", TimeField::kMillennium},
    {"dow", TimeField::kDayOfWeek},
    {"dayofweek", TimeField::kDayOfWeek},
    {"isodow", TimeField::kIsoDayOfWeek},
    {"doy", TimeField::kDayOfYear},
    {"dayofyear", TimeField::kDayOfYear},
    {"isoyear", TimeField::kIsoYear},
    {"era", TimeField::kEra},
    {"julian", TimeField::kJulianDay},
    {"epoch", TimeField::kEpoch},
    {"weekofyear", TimeField::kWeek},
}};

// PostgreSQL counts centuries and millennia from year 1: 2000 is in the 20th, 2001 in the 21st.
int64_t ordinal_of_year(int64_t year, int64_t length) { return floor_divide(year - 1, length) + 1; }

}  // namespace

std::optional<TimeField> parse_time_field(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string_view name = lower;
  for (int plural = 0; plural < 2; ++plural) {
    for (const auto& [field_name, field] : kFields) {
      if (name == field_name) return field;
    }
    if (!name.ends_with('s')) break;
    name.remove_suffix(1);
  }
  return std::nullopt;
}

int64_t extract_field(TimeField field, int64_t micros) {
  const int64_t days = day_of_timestamp(micros);
  const int64_t time = micros - days * kMicrosPerDay;
  switch (field) {
    case TimeField::kMicrosecond:
    case TimeField::kMillisecond:
    case TimeField::kSecond: return time % kMicrosPerMinute;
    case TimeField::kMinute: return time / kMicrosPerMinute % 60;
    case TimeField::kHour: return time / kMicrosPerHour;
    case TimeField::kDay: return civil_of(days).day;
    case TimeField::kWeek: return iso_week_of(days).week;
    case TimeField::kMonth: return civil_of(days).month;
    case TimeField::kQuarter: return (civil_of(days).month + 2) / 3;
    case TimeField::kYear: return civil_of(days).year;
    case TimeField::kDecade: return floor_divide(civil_of(days).year, 10);
    case TimeField::kCentury: return ordinal_of_year(civil_of(days).year, 100);
    case TimeField::kMillennium: return ordinal_of_year(civil_of(days).year, 1000);
    case TimeField::kEra: return 1;
    case TimeField::kJulianDay: return days + kJulianOfEpoch;
    case TimeField::kDayOfWeek: return iso_weekday(days) % 7;
    case TimeField::kIsoDayOfWeek: return iso_weekday(days);
    case TimeField::kDayOfYear: return days - days_of({civil_of(days).year, 1, 1}) + 1;
    case TimeField::kIsoYear: return iso_week_of(days).year;
    case TimeField::kEpoch: break;
  }
  return floor_divide(micros, kMicrosPerSecond);
}

std::optional<int64_t> truncate_timestamp(TimeField field, int64_t micros) {
  const auto floor_to = [micros](int64_t unit) { return floor_divide(micros, unit) * unit; };
  const int64_t days = day_of_timestamp(micros);
  const Civil civil = civil_of(days);
  const auto start_of = [](int64_t year, int32_t month) {
    return days_of({year, month, 1}) * kMicrosPerDay;
  };
  switch (field) {
    case TimeField::kMicrosecond: return micros;
    case TimeField::kMillisecond: return floor_to(1000);
    case TimeField::kSecond: return floor_to(kMicrosPerSecond);
    case TimeField::kMinute: return floor_to(kMicrosPerMinute);
    case TimeField::kHour: return floor_to(kMicrosPerHour);
    case TimeField::kDay: return days * kMicrosPerDay;
    case TimeField::kWeek: return (days - iso_weekday(days) + 1) * kMicrosPerDay;
    case TimeField::kMonth: return start_of(civil.year, civil.month);
    case TimeField::kQuarter: return start_of(civil.year, (civil.month - 1) / 3 * 3 + 1);
    case TimeField::kYear: return start_of(civil.year, 1);
    case TimeField::kDecade: return start_of(floor_divide(civil.year, 10) * 10, 1);
    case TimeField::kCentury: return start_of((ordinal_of_year(civil.year, 100) - 1) * 100 + 1, 1);
    case TimeField::kMillennium:
      return start_of((ordinal_of_year(civil.year, 1000) - 1) * 1000 + 1, 1);
    default: return std::nullopt;
  }
}

std::optional<int64_t> add_interval(int64_t micros, const Interval& interval) {
  int64_t days = day_of_timestamp(micros);
  const int64_t time = micros - days * kMicrosPerDay;
  if (interval.months != 0) {
    Civil civil = civil_of(days);
    const int64_t months = civil.year * 12 + (civil.month - 1) + interval.months;
    civil.year = floor_divide(months, 12);
    civil.month = static_cast<int32_t>(months - civil.year * 12) + 1;
    civil.day = std::min(civil.day, days_in_month(civil.year, civil.month));
    days = days_of(civil);
  }
  days += interval.days;
  int64_t result = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &result) ||
      __builtin_add_overflow(result, time, &result) ||
      __builtin_add_overflow(result, interval.microseconds, &result) || result < kTimestampMin ||
      result > kTimestampMax) {
    return std::nullopt;
  }
  return result;
}

double seconds_of(const Interval& interval) {
  const int64_t quarter_days = int64_t{interval.months / 12} * 1461 +
                               (int64_t{interval.months % 12} * 30 + interval.days) * 4;
  const Int128 micros =
      static_cast<Int128>(quarter_days) * (kMicrosPerDay / 4) + interval.microseconds;
  return static_cast<double>(micros) / 1e6;
}

std::optional<Interval> negate(const Interval& interval) {
  Interval result;
  if (__builtin_sub_overflow(0, interval.months, &result.months) ||
      __builtin_sub_overflow(0, interval.days, &result.days) ||
      __builtin_sub_overflow(int64_t{0}, interval.microseconds, &result.microseconds)) {
    return std::nullopt;
  }
  return result;
}

}  // namespace leat::expr
