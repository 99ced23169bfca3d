// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of dates and timestamps. A date stands for its midnight. Instants (timestamptz) are
// taken as what a clock in UTC shows.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/calendar_names.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

constexpr std::string_view kUnits =
    "microsecond, millisecond, second, minute, hour, day, week, month, quarter, year";

Result<Prepared> prepare_field(std::span<const Column* const> constants) {
  if (constants[0] == nullptr) return Prepared();
  const std::string_view text = constants[0]->view_at(0);
  const std::optional<TimeField> field = parse_time_field(text);
  if (!field) {
    return fail(code::kUnknownUnit, ErrorCode::kInvalid,
                fmt::format("'{}' is no field of a timestamp", text),
                fmt::format("use {}, dow, doy or epoch", kUnits));
  }
  return std::make_shared<TimeField>(*field);
}

Result<Prepared> prepare_unit(std::span<const Column* const> constants) {
  LEAT_TRY_ASSIGN(Prepared field, prepare_field(constants));
  if (field && !truncate_timestamp(*static_cast<const TimeField*>(field.get()), 0)) {
    return fail(code::kUnknownUnit, ErrorCode::kInvalid,
                fmt::format("'{}' is no unit of time", constants[0]->view_at(0)),
                fmt::format("use {}", kUnits));
  }
  return field;
}

/// The field for this row: prepared, or read from its text. nullopt after a fault.
std::optional<TimeField> field_of(Call& call, std::string_view text) {
  if (call.context.has_state()) return call.state<TimeField>();
  const std::optional<TimeField> field = parse_time_field(text);
  if (!field)
    call.fault(code::kUnknownUnit, fmt::format("'{}' is no field of a timestamp", text),
               fmt::format("use {}", kUnits));
  return field;
}

double fractional_field(TimeField field, int64_t micros) {
  switch (field) {
    case TimeField::kEpoch:
      return static_cast<double>(micros) / static_cast<double>(kMicrosPerSecond);
    case TimeField::kSecond: return static_cast<double>(extract_field(field, micros)) / 1e6;
    case TimeField::kMillisecond: return static_cast<double>(extract_field(field, micros)) / 1e3;
    default: return static_cast<double>(extract_field(field, micros));
  }
}

constexpr auto kDateTrunc = [](Call& call, std::string_view unit, Timestamp time) {
  const std::optional<TimeField> field = field_of(call, unit);
  if (!field) return Timestamp{};
  const std::optional<int64_t> start = truncate_timestamp(*field, time.micros);
  if (!start)
    call.fault(code::kUnknownUnit, fmt::format("'{}' is no unit of time", unit),
               fmt::format("use {}", kUnits));
  if (start && *start < kTimestampMin) call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{start.value_or(0)};
};
constexpr auto kDatePart = [](Call& call, std::string_view text, Timestamp time) {
  const std::optional<TimeField> field = field_of(call, text);
  return field ? fractional_field(*field, time.micros) : 0.0;
};
constexpr auto kExtractWhole = [](Call& call, Timestamp time) {
  return extract_field(call.state<TimeField>(), time.micros);
};
constexpr auto kExtractFraction = [](Call& call, Timestamp time) {
  return fractional_field(call.state<TimeField>(), time.micros);
};

template <TimeField kField>
struct Part {
  int64_t operator()(Timestamp time) const { return extract_field(kField, time.micros); }
};
template <TimeField kField>
constexpr Kernel part_kernel = row_kernel<Part<kField>{}>;
constexpr auto kWholeSecond = [](Timestamp time) {
  return extract_field(TimeField::kSecond, time.micros) / kMicrosPerSecond;
};

/// Days from Monday to Friday before `day`, from a Monday on that lies long ago.
int64_t business_days_before(int64_t day) {
  constexpr int64_t kMonday = -3;  // 1969-12-29
  const int64_t days = day - kMonday;
  const int64_t weeks = floor_divide(days, 7);
  return weeks * 5 + std::min<int64_t>(days - weeks * 7, 5);
}
constexpr auto kBusinessDays = [](Date start, Date stop) {
  return business_days_before(stop.days) - business_days_before(start.days);
};

/// How many starts of `unit` lie between two timestamps.
constexpr auto kDateDiff = [](Call& call, std::string_view unit, Timestamp from, Timestamp to) {
  const std::optional<TimeField> field = field_of(call, unit);
  if (!field) return int64_t{0};
  const auto months = [](int64_t micros) {
    const Civil civil = civil_of(day_of_timestamp(micros));
    return civil.year * 12 + civil.month - 1;
  };
  const auto between = [&](auto&& count) { return count(to.micros) - count(from.micros); };
  const auto per = [&](int64_t length) {
    return between([&](int64_t micros) { return floor_divide(micros, length); });
  };
  switch (*field) {
    case TimeField::kMicrosecond: return to.micros - from.micros;
    case TimeField::kMillisecond: return per(1000);
    case TimeField::kSecond: return per(kMicrosPerSecond);
    case TimeField::kMinute: return per(kMicrosPerMinute);
    case TimeField::kHour: return per(kMicrosPerHour);
    case TimeField::kDay: return per(kMicrosPerDay);
    case TimeField::kWeek:
      return between([](int64_t micros) { return floor_divide(day_of_timestamp(micros) + 3, 7); });
    case TimeField::kMonth: return between(months);
    case TimeField::kQuarter:
      return between([&](int64_t micros) { return floor_divide(months(micros), 3); });
    case TimeField::kYear:
      return between([&](int64_t micros) { return floor_divide(months(micros), 12); });
    default:
      call.fault(code::kUnknownUnit, fmt::format("'{}' is no unit that date_diff counts", unit));
      return int64_t{0};
  }
};

int64_t whole_months(Timestamp from, Timestamp to) {
  if (to.micros < from.micros) return -whole_months(to, from);
  const Civil start = civil_of(day_of_timestamp(from.micros));
  const Civil stop = civil_of(day_of_timestamp(to.micros));
  const int64_t months = (stop.year - start.year) * 12 + stop.month - start.month;
  // The 31st has come round on the last day of a month that is shorter.
  const int32_t day = std::min(start.day, days_in_month(stop.year, stop.month));
  const bool is_whole = stop.day > day || (stop.day == day && time_of_timestamp(to.micros) >=
                                                                  time_of_timestamp(from.micros));
  return months - (is_whole ? 0 : 1);
}

/// How many whole units lie between two timestamps.
constexpr auto kDateSub = [](Call& call, std::string_view unit, Timestamp from, Timestamp to) {
  const std::optional<TimeField> field = field_of(call, unit);
  if (!field) return int64_t{0};
  const int64_t micros = to.micros - from.micros;
  switch (*field) {
    case TimeField::kMicrosecond: return micros;
    case TimeField::kMillisecond: return micros / 1000;
    case TimeField::kSecond: return micros / kMicrosPerSecond;
    case TimeField::kMinute: return micros / kMicrosPerMinute;
    case TimeField::kHour: return micros / kMicrosPerHour;
    case TimeField::kDay: return micros / kMicrosPerDay;
    case TimeField::kWeek: return micros / (7 * kMicrosPerDay);
    case TimeField::kMonth: return whole_months(from, to);
    case TimeField::kQuarter: return whole_months(from, to) / 3;
    case TimeField::kYear: return whole_months(from, to) / 12;
    default:
      call.fault(code::kUnknownUnit, fmt::format("'{}' is no unit that date_sub counts", unit));
      return int64_t{0};
  }
};

bool is_day(int64_t year, int64_t month, int64_t day) {
  return year >= kYearMin && year <= kYearMax && month >= 1 && month <= 12 && day >= 1 &&
         day <= days_in_month(year, static_cast<int32_t>(month));
}
Date make_day(Call& call, int64_t year, int64_t month, int64_t day) {
  if (!is_day(year, month, day)) {
    call.fault(code::kBadArgument,
               fmt::format("there is no date with year {}, month {}, day {}", year, month, day));
    return Date{};
  }
  return Date{static_cast<int32_t>(
      days_of({year, static_cast<int32_t>(month), static_cast<int32_t>(day)}))};
}
constexpr auto kMakeDate = [](Call& call, int64_t year, int64_t month, int64_t day) {
  return make_day(call, year, month, day);
};
constexpr auto kLastDay = [](Timestamp time) {
  Civil civil = civil_of(day_of_timestamp(time.micros));
  civil.day = days_in_month(civil.year, civil.month);
  return Date{static_cast<int32_t>(days_of(civil))};
};
constexpr auto kToTimestamp = [](Call& call, double seconds) {
  const double micros = std::rint(seconds * 1e6);
  if (micros >= static_cast<double>(kTimestampMin) &&
      micros <= static_cast<double>(kTimestampMax)) {
    return Timestamp{static_cast<int64_t>(micros)};
  }
  call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{};
};

constexpr auto kEpochSeconds = [](Timestamp time) {
  return fractional_field(TimeField::kEpoch, time.micros);
};
constexpr auto kEpochMillis = [](Timestamp time) { return floor_divide(time.micros, 1000); };
constexpr auto kEpochMicros = [](Timestamp time) { return time.micros; };
constexpr auto kTimestampOfMillis = [](Call& call, int64_t millis) {
  int64_t micros = 0;
  const bool fits = !__builtin_mul_overflow(millis, int64_t{1000}, &micros) &&
                    micros >= kTimestampMin && micros <= kTimestampMax;
  if (!fits) call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{micros};
};
constexpr auto kYearWeek = [](Timestamp time) {
  const IsoWeek week = iso_week_of(day_of_timestamp(time.micros));
  return week.year * 100 + week.week;
};
constexpr auto kDayName = [](TextCall& call, Timestamp time) {
  call.write(kDayNames[static_cast<size_t>(iso_weekday(day_of_timestamp(time.micros)) - 1)]);
};
constexpr auto kMonthName = [](TextCall& call, Timestamp time) {
  call.write(kMonthNames[static_cast<size_t>(civil_of(day_of_timestamp(time.micros)).month - 1)]);
};

using enum TimeField;
constexpr std::array<Function, 32> kTimeFunctions = {{
    {"business_days", "business_days(start date, stop date) -> int64",
     "How many days from Monday to Friday there are from `start` on, before `stop`; negative when "
     "`stop` is the earlier one.",
     "business_days(date '2026-01-30', date '2026-02-03')", "2", row_kernel<kBusinessDays>},
    {"date_trunc",
     "date_trunc(unit utf8, time timestamp) -> timestamp",
     {"The start of the microsecond, ..., second, minute, hour, day, week, month, quarter, year, "
      "... that `time` lies in.",
      "There is no such unit: `date_trunc('dow', now())`."},
     "date_trunc('month', timestamp '2026-03-15 10:20:30')",
     "2026-03-01T00:00:00",
     row_kernel<kDateTrunc>,
     prepare_unit},
    {"date_part",
     "date_part(field utf8, time timestamp) -> float64",
     {"As extract, always with type float64.",
      "There is no such field: `date_part('fortnight', now())`."},
     "date_part('second', timestamp '2026-03-15 10:20:30.5')",
     "30.5",
     row_kernel<kDatePart>,
     prepare_field},
    {"extract",
     "extract(field from time) -> int64",
     {"A field of a date or timestamp: year, quarter, month, week, day, hour, minute, dow (Sunday "
      "is 0), isodow (Monday "
      "is 1), doy, isoyear, decade, century. Fields with fractions are float64: second, "
      "millisecond, epoch.",
      "There is no such field: `extract(fortnight from now())`."},
     "extract(isodow from date '2026-03-15')",
     "7"},
    {"date_diff",
     "date_diff(unit utf8, start timestamp, stop timestamp) -> int64",
     {"How many beginnings of the unit lie between two times.",
      "The unit cannot be counted: `date_diff('dow', now(), now())`."},
     "date_diff('month', date '2025-12-31', date '2026-02-01')",
     "2",
     row_kernel<kDateDiff>,
     prepare_field},
    {"year", "year(time timestamp) -> int64", "The year.", "year(date '2026-03-15')", "2026",
     part_kernel<kYear>},
    {"quarter", "quarter(time timestamp) -> int64", "The quarter, 1 to 4.",
     "quarter(date '2026-03-15')", "1", part_kernel<kQuarter>},
    {"month", "month(time timestamp) -> int64", "The month, 1 to 12.", "month(date '2026-03-15')",
     "3", part_kernel<kMonth>},
    {"week", "week(time timestamp) -> int64", "The ISO week, 1 to 53.", "week(date '2026-01-01')",
     "1", part_kernel<kWeek>},
    {"day", "day(time timestamp) -> int64", "The day of the month.", "day(date '2026-03-15')", "15",
     part_kernel<kDay>},
    {"dayofweek", "dayofweek(time timestamp) -> int64", "The day of the week; Sunday is 0.",
     "dayofweek(date '2026-03-15')", "0", part_kernel<kDayOfWeek>},
    {"isodow", "isodow(time timestamp) -> int64", "The day of the week; Monday is 1, Sunday is 7.",
     "isodow(date '2026-03-15')", "7", part_kernel<kIsoDayOfWeek>},
    {"dayofyear", "dayofyear(time timestamp) -> int64", "The day of the year, from 1.",
     "dayofyear(date '2026-02-01')", "32", part_kernel<kDayOfYear>},
    {"hour", "hour(time timestamp) -> int64", "The hour, 0 to 23.",
     "hour(timestamp '2026-03-15 10:20:30')", "10", part_kernel<kHour>},
    {"minute", "minute(time timestamp) -> int64", "The minute, 0 to 59.",
     "minute(timestamp '2026-03-15 10:20:30')", "20", part_kernel<kMinute>},
    {"second", "second(time timestamp) -> int64", "The whole second, 0 to 59.",
     "second(timestamp '2026-03-15 10:20:30.7')", "30", row_kernel<kWholeSecond>},
    {"make_date",
     "make_date(year int64, month int64, day int64) -> date",
     {"The date of these numbers.", "There is no such date: `make_date(2026, 2, 29)`."},
     "make_date(2026, 2, 28)",
     "2026-02-28",
     row_kernel<kMakeDate>},
    {"last_day", "last_day(time timestamp) -> date", "The last day of the month.",
     "last_day(date '2028-02-10')", "2028-02-29", row_kernel<kLastDay>},
    {"to_timestamp",
     "to_timestamp(seconds float64) -> timestamptz",
     {"The instant so many seconds after 1970.",
      "The result is out of range: `to_timestamp(1e300)`."},
     "to_timestamp(86400.5)",
     "1970-01-02T00:00:00.5Z",
     row_kernel<kToTimestamp>},
    {"datediff",
     "datediff(unit utf8, start timestamp, stop timestamp) -> int64",
     {"As date_diff.", "The unit cannot be counted: `datediff('dow', now(), now())`."},
     "datediff('month', date '2026-01-31', date '2026-03-30')",
     "2",
     row_kernel<kDateDiff>,
     prepare_field},
    {"date_sub",
     "date_sub(unit utf8, start timestamp, stop timestamp) -> int64",
     {"How many whole units lie between two times.",
      "The unit cannot be counted: `date_sub('dow', now(), now())`."},
     "date_sub('month', date '2026-01-31', date '2026-03-30')",
     "1",
     row_kernel<kDateSub>,
     prepare_field},
    {"datesub",
     "datesub(unit utf8, start timestamp, stop timestamp) -> int64",
     {"As date_sub.", "The unit cannot be counted: `datesub('dow', now(), now())`."},
     "datesub('month', date '2026-01-31', date '2026-03-30')",
     "1",
     row_kernel<kDateSub>,
     prepare_field},
    {"epoch", "epoch(time timestamp) -> float64", "The seconds since 1970.",
     "epoch(timestamp '1970-01-02 00:00:00.5')", "86400.5", row_kernel<kEpochSeconds>},
    {"epoch_ms", "epoch_ms(time timestamp) -> int64", "The whole milliseconds since 1970.",
     "epoch_ms(timestamp '1970-01-02 00:00:00.5')", "86400500", row_kernel<kEpochMillis>},
    {"epoch_ms",
     "epoch_ms(milliseconds int64) -> timestamp",
     {"The timestamp so many milliseconds after 1970.",
      "The result is out of range: `epoch_ms(9223372036854775807)`."},
     "epoch_ms(86400500)",
     "1970-01-02T00:00:00.5",
     row_kernel<kTimestampOfMillis>},
    {"epoch_us", "epoch_us(time timestamp) -> int64", "The microseconds since 1970.",
     "epoch_us(timestamp '1970-01-02 00:00:00.5')", "86400500000", row_kernel<kEpochMicros>},
    {"isoyear", "isoyear(time timestamp) -> int64", "The year that the ISO week belongs to.",
     "isoyear(date '2024-12-30')", "2025", part_kernel<kIsoYear>},
    {"yearweek", "yearweek(time timestamp) -> int64", "The year and number of the ISO week.",
     "yearweek(date '2024-12-30')", "202501", row_kernel<kYearWeek>},
    {"dayname", "dayname(time timestamp) -> utf8", "The name of the day, in English.",
     "dayname(date '2026-03-15')", "Sunday", text_kernel<kDayName>},
    {"monthname", "monthname(time timestamp) -> utf8", "The name of the month, in English.",
     "monthname(date '2026-03-15')", "March", text_kernel<kMonthName>},
    {"now", "now() -> timestamptz",
     "The time at which the run began: the same for all rows. Also current_timestamp.",
     "now() = current_timestamp", "true"},
    {"current_date", "current_date -> date", "The day on which the run began.",
     "current_date = now()::date", "true"},
}};

}  // namespace

std::span<const Function> time_functions() { return kTimeFunctions; }

Result<Vector> extract_whole_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return row_kernel<kExtractWhole>(context, inputs);
}

Result<Vector> extract_fraction_kernel(const KernelContext& context,
                                       std::span<const Vector> inputs) {
  return row_kernel<kExtractFraction>(context, inputs);
}

}  // namespace leat::expr
