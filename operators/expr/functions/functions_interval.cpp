// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Intervals made of numbers, brought into order, and used to divide time into equal parts.
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/mutant.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

constexpr int64_t kDaysPerMonth = 30;

// ------------------------------------------------------------------------------------------------------- making

bool fits_interval(Int128 months, Int128 days, Int128 micros) {
  return months == static_cast<int32_t>(months) && days == static_cast<int32_t>(days) &&
         micros == static_cast<int64_t>(micros);
}

Result<Vector> make_interval(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(Interval)));
  constexpr size_t kSeconds = 6;
  for_each_valid(context, validity, [&](size_t row) {
    Interval& out = values->mutable_as<Interval>()[row];
    out = {};
    const auto part = [&](size_t input) -> Int128 {
      if (input >= inputs.size()) return 0;
      return inputs[input]->values<int64_t>()[inputs[input].at(row)];
    };
    const double seconds =
        inputs.size() > kSeconds ? inputs[kSeconds]->values<double>()[inputs[kSeconds].at(row)] : 0;
    const Int128 months = part(0) * 12 + part(1);
    const Int128 days = part(2) * 7 + part(3);
    const Int128 minutes = part(4) * 60 + part(5);
    const double rest = std::rint(seconds * 1e6);
    const bool is_finite = std::fabs(rest) < 0x1p63;
    const Int128 micros =
        minutes * kMicrosPerMinute + (is_finite ? static_cast<int64_t>(rest) : int64_t{0});
    if (!is_finite || !fits_interval(months, days, micros))
      return context.fault(code::kOutOfRange, row, "interval out of range");
    out = {static_cast<int32_t>(months), static_cast<int32_t>(days), static_cast<int64_t>(micros)};
  });
  return column_of(context, std::move(validity), std::move(values));
}

// ------------------------------------------------------------------------------------------------------- order

/// An interval while it is brought into order: parts may be too large for a moment.
struct Parts {
  explicit Parts(const Interval& interval)
      : months(interval.months), days(interval.days), micros(interval.microseconds) {}

  void days_of_time() {
    days += micros / kMicrosPerDay;
    micros %= kMicrosPerDay;
  }
  void months_of_days() {
    months += days / kDaysPerMonth;
    days %= kDaysPerMonth;
  }
  /// Gives the smaller part the sign of the larger one.
  static void borrow(int64_t& large, int64_t& small, int64_t size, bool small_is_negative,
                     bool small_is_positive) {
    if (large > 0 && small_is_negative) {
      small += size;
      --large;
    } else if (large < 0 && small_is_positive) {
      small -= size;
      ++large;
    }
  }
  void borrow_day() { borrow(days, micros, kMicrosPerDay, micros < 0, micros > 0); }
  void borrow_month() { borrow(months, days, kDaysPerMonth, days < 0, days > 0); }

  Interval result(Call& call) const {
    if (!fits_interval(months, days, micros))
      call.fault(code::kOutOfRange, "interval out of range");
    return {static_cast<int32_t>(months), static_cast<int32_t>(days), micros};
  }

  int64_t months;
  int64_t days;
  int64_t micros;
};

constexpr auto kJustifyHours = [](Call& call, Interval interval) {
  Parts parts(interval);
  parts.days_of_time();
  parts.borrow_day();
  return parts.result(call);
};
constexpr auto kJustifyDays = [](Call& call, Interval interval) {
  Parts parts(interval);
  parts.months_of_days();
  parts.borrow_month();
  return parts.result(call);
};
constexpr auto kJustifyInterval = [](Call& call, Interval interval) {
  Parts parts(interval);
  parts.days_of_time();
  parts.months_of_days();
  const bool negative = parts.days < 0 || (parts.days == 0 && parts.micros < 0);
  const bool positive = parts.days > 0 || (parts.days == 0 && parts.micros > 0);
  Parts::borrow(parts.months, parts.days, kDaysPerMonth, negative, positive);
  parts.borrow_day();
  return parts.result(call);
};

// ------------------------------------------------------------------------------------------------------- truncation

/// PostgreSQL's: everything below the unit is dropped, towards zero.
constexpr auto kTruncInterval = [](Call& call, std::string_view unit, Interval interval) {
  const std::optional<TimeField> field = parse_time_field(unit);
  const auto months = [&](int32_t length) {
    return Interval{interval.months / length * length, 0, 0};
  };
  const auto time = [&](int64_t length) {
    return Interval{interval.months, interval.days, interval.microseconds / length * length};
  };
  switch (field.value_or(TimeField::kEpoch)) {
    case TimeField::kMillennium: return months(12'000);
    case TimeField::kCentury: return months(1'200);
    case TimeField::kDecade: return months(120);
    case TimeField::kYear: return months(12);
    case TimeField::kQuarter: return months(3);
    case TimeField::kMonth: return months(1);
    case TimeField::kDay: return time(std::numeric_limits<int64_t>::max());
    case TimeField::kHour: return time(kMicrosPerHour);
    case TimeField::kMinute: return time(kMicrosPerMinute);
    case TimeField::kSecond: return time(kMicrosPerSecond);
    case TimeField::kMillisecond: return time(1000);
    case TimeField::kMicrosecond: return time(1);
    default: break;
  }
  call.fault(code::kUnknownUnit, fmt::format("'{}' is no unit of an interval", unit),
             "use year, quarter, month, day, hour, minute, second, millisecond or microsecond");
  return Interval{};
};

// ------------------------------------------------------------------------------------------------------- bins

Timestamp checked(Call& call, Int128 micros) {
  if (micros >= kTimestampMin && micros <= kTimestampMax)
    return Timestamp{static_cast<int64_t>(micros)};
  call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{};
}

/// The start of the bin of `width` microseconds that `time` lies in.
Timestamp bin_of(Call& call, Int128 width, Timestamp time, Timestamp origin) {
  if (width <= 0) {
    call.fault(code::kBadArgument, "the width of a bin must be more than nothing");
    return Timestamp{};
  }
  const Int128 distance = static_cast<Int128>(time.micros) - origin.micros;
  Int128 bins = distance / width;
  if (bins * width > distance && !LEAT_MUTANT("bins_round_to_the_origin")) --bins;
  return checked(call, origin.micros + bins * width);
}
Int128 width_of(const Interval& width) {
  return static_cast<Int128>(width.days) * kMicrosPerDay + width.microseconds;
}

constexpr auto kDateBin = [](Call& call, Interval width, Timestamp time, Timestamp origin) {
  if (width.months != 0) {
    call.fault(code::kBadArgument, "a bin of date_bin has no months: they are not equally long",
               "time_bucket takes months, too");
    return Timestamp{};
  }
  return bin_of(call, width_of(width), time, origin);
};

/// DuckDB's beginnings: a Monday for bins of days and less, the first of January for months.
constexpr Timestamp kFirstMonday{days_of({2000, 1, 3}) * kMicrosPerDay};
constexpr Timestamp kFirstMonth{days_of({2000, 1, 1}) * kMicrosPerDay};

Timestamp bucket_of(Call& call, const Interval& width, Timestamp time, Timestamp origin) {
  if (width.months == 0) return bin_of(call, width_of(width), time, origin);
  if (width.months < 0 || width.days != 0 || width.microseconds != 0) {
    call.fault(code::kBadArgument, "the width of a bucket has months only, or none",
               "write interval '1 month' or interval '7 days'");
    return Timestamp{};
  }
  const auto months_of = [](Timestamp at) {
    const Civil civil = civil_of(day_of_timestamp(at.micros));
    return civil.year * 12 + civil.month - 1;
  };
  const int64_t from = months_of(origin);
  const int64_t month = from + floor_divide(months_of(time) - from, width.months) * width.months;
  const Civil first{floor_divide(month, 12),
                    static_cast<int32_t>(month - floor_divide(month, 12) * 12 + 1), 1};
  return checked(call, static_cast<Int128>(days_of(first)) * kMicrosPerDay);
}
constexpr auto kTimeBucket = [](Call& call, Interval width, Timestamp time) {
  return bucket_of(call, width, time, width.months == 0 ? kFirstMonday : kFirstMonth);
};
constexpr auto kTimeBucketFrom = [](Call& call, Interval width, Timestamp time, Timestamp origin) {
  return bucket_of(call, width, time, origin);
};

constexpr std::array<Function, 8> kIntervalFunctions = {{
    {"make_interval",
     "make_interval(years int64[, months int64, weeks int64, days int64, hours int64, minutes "
     "int64, "
     "seconds float64]) -> interval",
     {"The interval of these numbers; what is left out is 0.",
      "The result is out of range: `make_interval(9223372036854775807)`."},
     "make_interval(1, 2, 0, 10, 4, 5, 6.5)",
     "1 year 2 mons 10 days 04:05:06.5",
     make_interval},
    {"justify_hours",
     "justify_hours(interval interval) -> interval",
     {"The interval with each 24 hours as a day.",
      "The result is out of range: `justify_hours(interval '2147483647 days 48:00')`."},
     "justify_hours(interval '50 hours')",
     "2 days 02:00:00",
     row_kernel<kJustifyHours>},
    {"justify_days",
     "justify_days(interval interval) -> interval",
     {"The interval with each 30 days as a month.",
      "The result is out of range: `justify_days(interval '2147483647 months 60 days')`."},
     "justify_days(interval '35 days')",
     "1 mon 5 days",
     row_kernel<kJustifyDays>},
    {"justify_interval",
     "justify_interval(interval interval) -> interval",
     {"As justify_hours and justify_days, and with one sign for all parts.",
      "The result is out of range: `justify_interval(interval '2147483647 months 60 days')`."},
     "justify_interval(interval '1 mon -1 hour')",
     "29 days 23:00:00",
     row_kernel<kJustifyInterval>},
    {"date_trunc",
     "date_trunc(unit utf8, interval interval) -> interval",
     {"The interval without what is smaller than `unit`.",
      "There is no such unit: `date_trunc('week', interval '10 days')`."},
     "date_trunc('hour', interval '2 days 03:45:10')",
     "2 days 03:00:00",
     row_kernel<kTruncInterval>},
    {"date_bin",
     "date_bin(width interval, time timestamp, origin timestamp) -> timestamp",
     {"The start of the bin that `time` lies in, of those of this width that begin at `origin`.",
      "The width is not positive, or has months: `date_bin(interval '1 month', now(), now())`."},
     "date_bin(interval '15 minutes', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01')",
     "2020-02-11T15:30:00",
     row_kernel<kDateBin>},
    {"time_bucket",
     "time_bucket(width interval, time timestamp) -> timestamp",
     {"As date_bin, with bins that begin at Monday, 2000-01-03; bins of months begin at "
      "2000-01-01.",
      "The width is not positive, or has months and days: `time_bucket(interval '0 days', "
      "now())`."},
     "time_bucket(interval '1 week', date '2026-03-05')",
     "2026-03-02T00:00:00",
     row_kernel<kTimeBucket>},
    {"time_bucket",
     "time_bucket(width interval, time timestamp, origin timestamp) -> timestamp",
     {"As before, with bins that begin at `origin`; bins of months begin with its month.",
      "As before: `time_bucket(interval '-1 day', now(), now())`."},
     "time_bucket(interval '3 months', date '2026-06-05', date '2026-02-01')",
     "2026-05-01T00:00:00",
     row_kernel<kTimeBucketFrom>},
}};

}  // namespace

std::span<const Function> interval_functions() { return kIntervalFunctions; }

}  // namespace leat::expr
