// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of times of day, and what else takes a time apart or puts one together.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/time_zone.h"

namespace leat::expr {
namespace {

constexpr auto kMakeTime = [](Call& call, int64_t hour, int64_t minute, double second) {
  const bool is_time =
      hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  const bool is_end = hour == 24 && minute == 0 && second == 0;
  if (!is_time && !is_end) {
    call.fault(code::kBadArgument, fmt::format("there is no time {}:{}:{}", hour, minute, second));
    return Timestamp{};
  }
  return Timestamp{hour * kMicrosPerHour + minute * kMicrosPerMinute + std::llrint(second * 1e6)};
};

/// A field of a time of day, or of the time within an interval.
std::optional<double> field_of_micros(TimeField field, int64_t micros) {
  switch (field) {
    case TimeField::kHour: return static_cast<double>(micros / kMicrosPerHour);
    case TimeField::kMinute: return static_cast<double>(micros / kMicrosPerMinute % 60);
    case TimeField::kSecond: return static_cast<double>(micros % kMicrosPerMinute) / 1e6;
    case TimeField::kMillisecond: return static_cast<double>(micros % kMicrosPerMinute) / 1e3;
    case TimeField::kMicrosecond: return static_cast<double>(micros % kMicrosPerMinute);
    default: return std::nullopt;
  }
}

double no_field(Call& call, std::string_view field, std::string_view what) {
  call.fault(code::kUnknownUnit, fmt::format("'{}' is no field of {}", field, what));
  return 0;
}

constexpr auto kTimePart = [](Call& call, std::string_view name, Timestamp time) {
  const std::optional<TimeField> field = parse_time_field(name);
  if (field == TimeField::kEpoch) return static_cast<double>(time.micros) / 1e6;
  const auto value = field ? field_of_micros(*field, time.micros) : std::nullopt;
  return value ? *value : no_field(call, name, "a time");
};

std::optional<double> field_of_months(TimeField field, int32_t months) {
  const int32_t years = months / 12;
  switch (field) {
    case TimeField::kMonth: return months % 12;
    case TimeField::kQuarter: return months % 12 / 3 + 1;
    case TimeField::kYear: return years;
    case TimeField::kDecade: return years / 10;
    case TimeField::kCentury: return years / 100;
    case TimeField::kMillennium: return years / 1000;
    default: return std::nullopt;
  }
}

constexpr auto kIntervalPart = [](Call& call, std::string_view name, Interval interval) {
  const std::optional<TimeField> field = parse_time_field(name);
  if (!field) return no_field(call, name, "an interval");
  if (*field == TimeField::kDay) return static_cast<double>(interval.days);
  if (*field == TimeField::kEpoch) return seconds_of(interval);
  if (const auto months = field_of_months(*field, interval.months)) return *months;
  const auto value = field_of_micros(*field, interval.microseconds);
  return value ? *value : no_field(call, name, "an interval");
};

constexpr auto kHourOfTime = [](Timestamp time) { return time.micros / kMicrosPerHour; };
constexpr auto kMinuteOfTime = [](Timestamp time) { return time.micros / kMicrosPerMinute % 60; };
constexpr auto kSecondOfTime = [](Timestamp time) { return time.micros / kMicrosPerSecond % 60; };

/// Half-open, as SQL's: of two that touch, none overlaps; a period without length is an instant.
constexpr auto kOverlaps = [](Timestamp start, Timestamp stop, Timestamp other_start,
                              Timestamp other_stop) {
  int64_t a = std::min(start.micros, stop.micros);
  int64_t a_end = std::max(start.micros, stop.micros);
  int64_t b = std::min(other_start.micros, other_stop.micros);
  int64_t b_end = std::max(other_start.micros, other_stop.micros);
  if (a == b) return true;
  if (a > b) {
    std::swap(a, b);
    std::swap(a_end, b_end);
  }
  return b < a_end;
};

/// There are no infinite ones.
constexpr auto kIsFiniteTime = [](Timestamp) { return true; };
constexpr auto kIsFiniteInterval = [](Interval) { return true; };

constexpr std::array<Function, 9> kClockFunctions = {{
    {"make_time",
     "make_time(hour int64, minute int64, second float64) -> time",
     {"The time of these numbers.", "There is no such time: `make_time(24, 1, 0.0)`."},
     "make_time(8, 15, 23.5)",
     "08:15:23.5",
     row_kernel<kMakeTime>},
    {"date_part",
     "date_part(field utf8, time time) -> float64",
     {"As extract, always with type float64.",
      "There is no such field: `date_part('day', time '08:15')`."},
     "date_part('minute', time '08:15')",
     "15",
     row_kernel<kTimePart>},
    {"date_part",
     "date_part(field utf8, interval interval) -> float64",
     {"As extract, always with type float64.",
      "There is no such field: `date_part('dow', interval '1 day')`."},
     "date_part('hour', interval '2 days 03:45:10')",
     "3",
     row_kernel<kIntervalPart>},
    {"hour", "hour(time time) -> int64", "The hour, 0 to 24.", "hour(time '08:15')", "8",
     row_kernel<kHourOfTime>},
    {"minute", "minute(time time) -> int64", "The minute, 0 to 59.", "minute(time '08:15')", "15",
     row_kernel<kMinuteOfTime>},
    {"second", "second(time time) -> int64", "The whole second, 0 to 59.",
     "second(time '08:15:30.5')", "30", row_kernel<kSecondOfTime>},
    {"overlaps",
     "overlaps(start timestamp, stop timestamp, other_start timestamp, other_stop timestamp) -> "
     "bool",
     "Do two periods have a time in common? The end of one does not belong to it, unless it is its "
     "beginning as well.",
     "overlaps(date '2026-01-01', date '2026-02-01', date '2026-01-15', date '2026-03-01')", "true",
     row_kernel<kOverlaps>},
    {"isfinite", "isfinite(time timestamp) -> bool",
     "Is it a time on the calendar? There are no infinite times, so every one is.",
     "isfinite(date '2026-01-31')", "true", row_kernel<kIsFiniteTime>},
    {"isfinite", "isfinite(interval interval) -> bool",
     "Is it an interval of some length? There are no infinite ones.", "isfinite(interval '1 day')",
     "true", row_kernel<kIsFiniteInterval>},
}};

}  // namespace

std::span<const Function> clock_functions() { return kClockFunctions; }

}  // namespace leat::expr
