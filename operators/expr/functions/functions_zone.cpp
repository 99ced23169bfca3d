// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Time zones by name; ages; timestamps of numbers.
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/time_zone.h"

namespace leat::expr {
namespace {

template <size_t kArgument>
Result<Prepared> prepare_zone(std::span<const Column* const> constants) {
  if (constants[kArgument] == nullptr) return Prepared();
  const std::string_view name = constants[kArgument]->view_at(0);
  const std::optional<TimeZone> zone = TimeZone::find(name);
  if (!zone) {
    return fail(code::kUnknownTimeZone, ErrorCode::kInvalid,
                fmt::format("there is no time zone '{}'", name), std::string(kZoneHint));
  }
  return std::make_shared<TimeZone>(*zone);
}

/// The zone for this row: prepared, or looked up by its name.
std::optional<TimeZone> zone_of(Call& call, std::string_view name) {
  if (call.context.has_state()) return call.state<TimeZone>();
  if (const std::optional<TimeZone> zone = TimeZone::find(name)) return zone;
  call.fault(code::kUnknownTimeZone, fmt::format("there is no time zone '{}'", name),
             std::string(kZoneHint));
  return std::nullopt;
}

Timestamp in_range(Call& call, int64_t micros) {
  if (micros < kTimestampMin || micros > kTimestampMax)
    call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{micros};
}

constexpr auto kAtZone = [](Call& call, std::string_view name, Timestamp time) {
  const std::optional<TimeZone> zone = zone_of(call, name);
  return zone ? in_range(call, zone->clock_at(time.micros)) : Timestamp{};
};

constexpr auto kFromZone = [](Call& call, std::string_view name, Timestamp time) {
  const std::optional<TimeZone> zone = zone_of(call, name);
  return zone ? in_range(call, zone->instant_of(time.micros)) : Timestamp{};
};

/// Years, months, days and the rest from `start` to `stop`, as a calendar counts them: the days
/// that remain are borrowed from the month of the earlier of the two. As PostgreSQL's age.
constexpr auto kAge = [](Timestamp stop, Timestamp start) {
  const bool negative = stop.micros < start.micros;
  const int64_t late = negative ? start.micros : stop.micros;
  const int64_t early = negative ? stop.micros : start.micros;
  const Civil to = civil_of(day_of_timestamp(late));
  const Civil from = civil_of(day_of_timestamp(early));
  int64_t months = (to.year - from.year) * 12 + to.month - from.month;
  int32_t days = to.day - from.day;
  int64_t micros = time_of_timestamp(late) - time_of_timestamp(early);
  if (micros < 0) {
    micros += kMicrosPerDay;
    --days;
  }
  if (days < 0) {
    days += days_in_month(from.year, from.month);
    --months;
  }
  Interval age{static_cast<int32_t>(months), days, micros};
  return negative ? *negate(age) : age;
};

constexpr auto kMakeTimestamp = [](Call& call, int64_t year, int64_t month, int64_t day,
                                   int64_t hour, int64_t minute, double second) {
  const bool is_day = year >= kYearMin && year <= kYearMax && month >= 1 && month <= 12 &&
                      day >= 1 && day <= days_in_month(year, static_cast<int32_t>(month));
  const bool is_time =
      hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!is_day || !is_time) {
    call.fault(code::kBadArgument, fmt::format("there is no time {}-{}-{} {}:{}:{}", year, month,
                                               day, hour, minute, second));
    return Timestamp{};
  }
  const int64_t days = days_of({year, static_cast<int32_t>(month), static_cast<int32_t>(day)});
  return in_range(call, days * kMicrosPerDay + hour * kMicrosPerHour + minute * kMicrosPerMinute +
                            std::llrint(second * 1e6));
};

constexpr auto kMakeTimestampTz = [](Call& call, int64_t year, int64_t month, int64_t day,
                                     int64_t hour, int64_t minute, double second,
                                     std::string_view name) {
  const Timestamp clock = kMakeTimestamp(call, year, month, day, hour, minute, second);
  return kFromZone(call, name, clock);
};

constexpr std::array<Function, 6> kZoneFunctions = {{
    {"timezone",
     "timezone(zone utf8, time timestamptz) -> timestamp",
     {"What a clock in the zone shows at `time`. Also written `time at time zone zone`.",
      "There is no such time zone: `timezone('Europe/Atlantis', now())`."},
     "timezone('Europe/Berlin', timestamptz '2026-07-01T12:00:00Z')",
     "2026-07-01T14:00:00",
     row_kernel<kAtZone>,
     prepare_zone<0>},
    {"timezone",
     "timezone(zone utf8, clock timestamp) -> timestamptz",
     {"When a clock in the zone shows `clock`. Also written `clock at time zone zone`. When the "
      "clock is put forward, the times it skips are read as if it were not; of two times that look "
      "alike it is the second.",
      "There is no such time zone: `timezone('Europe/Atlantis', timestamp '2026-07-01')`."},
     "timezone('Europe/Berlin', timestamp '2026-07-01 14:00:00')",
     "2026-07-01T12:00:00Z",
     row_kernel<kFromZone>,
     prepare_zone<0>},
    {"from_timezone",
     "from_timezone(zone utf8, clock timestamp) -> timestamptz",
     {"Another name of timezone for what a clock shows.",
      "There is no such time zone: `from_timezone('Europe/Atlantis', timestamp '2026-07-01')`."},
     "from_timezone('Europe/Berlin', timestamp '2026-07-01 14:00:00')",
     "2026-07-01T12:00:00Z",
     row_kernel<kFromZone>,
     prepare_zone<0>},
    {"age", "age(stop timestamp, start timestamp) -> interval",
     "The years, months and days from `start` to `stop`, as a calendar counts them.",
     "age(date '2026-03-15', date '2024-02-29')", "2 years 15 days", row_kernel<kAge>},
    {"make_timestamptz",
     "make_timestamptz(year int64, month int64, day int64, hour int64, minute int64, second "
     "float64, zone utf8) -> timestamptz",
     {"The instant at which a clock in the zone shows these numbers.",
      "There is no such time, or no such zone: `make_timestamptz(2026, 1, 1, 24, 0, 0.0, 'UTC')`."},
     "make_timestamptz(2026, 7, 1, 10, 30, 5.5, 'Europe/Berlin')",
     "2026-07-01T08:30:05.5Z",
     row_kernel<kMakeTimestampTz>,
     prepare_zone<6>},
    {"make_timestamp",
     "make_timestamp(year int64, month int64, day int64, hour int64, minute int64, second float64) "
     "-> timestamp",
     {"The timestamp of these numbers.",
      "There is no such time: `make_timestamp(2026, 1, 1, 24, 0, 0.0)`."},
     "make_timestamp(2026, 1, 31, 10, 30, 5.5)",
     "2026-01-31T10:30:05.5",
     row_kernel<kMakeTimestamp>},
}};

}  // namespace

std::span<const Function> zone_functions() { return kZoneFunctions; }

}  // namespace leat::expr
