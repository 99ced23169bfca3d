// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// + and - of dates, timestamps and intervals, as PostgreSQL has them. The result must lie in the
// years that text can write.
#include <array>
#include <cmath>

#include "engine/codes/data.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

Date checked_date(Call& call, int64_t days) {
  if (days < kDaysMin || days > kDaysMax) call.fault(code::kOutOfRange, "date out of range");
  return Date{static_cast<int32_t>(days)};
}

Date shift_date(Call& call, Date date, int64_t days) {
  int64_t result = 0;
  if (__builtin_add_overflow(int64_t{date.days}, days, &result)) result = kDaysMax + 1;
  return checked_date(call, result);
}

Timestamp shift(Call& call, int64_t micros, const Interval& interval) {
  const std::optional<int64_t> result = add_interval(micros, interval);
  if (!result) call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{result.value_or(0)};
}

Timestamp shift_back(Call& call, int64_t micros, const Interval& interval) {
  const std::optional<Interval> back = negate(interval);
  if (back) return shift(call, micros, *back);
  call.fault(code::kOutOfRange, "interval out of range");
  return Timestamp{};
}

int64_t midnight(Date date) { return static_cast<int64_t>(date.days) * kMicrosPerDay; }

Interval sum(Call& call, const Interval& a, const Interval& b) {
  Interval result;
  if (__builtin_add_overflow(a.months, b.months, &result.months) ||
      __builtin_add_overflow(a.days, b.days, &result.days) ||
      __builtin_add_overflow(a.microseconds, b.microseconds, &result.microseconds)) {
    call.fault(code::kOutOfRange, "interval out of range");
  }
  return result;
}

Interval negated(Call& call, const Interval& interval) {
  const std::optional<Interval> result = negate(interval);
  if (!result) call.fault(code::kOutOfRange, "interval out of range");
  return result.value_or(Interval{});
}

Interval multiplied(Call& call, const Interval& interval, int64_t factor) {
  Interval result;
  if (__builtin_mul_overflow(interval.months, factor, &result.months) ||
      __builtin_mul_overflow(interval.days, factor, &result.days) ||
      __builtin_mul_overflow(interval.microseconds, factor, &result.microseconds)) {
    call.fault(code::kOutOfRange, "interval out of range");
  }
  return result;
}

constexpr auto kDatePlusDays = [](Call& call, Date date, int64_t days) {
  return shift_date(call, date, days);
};
constexpr auto kDaysPlusDate = [](Call& call, int64_t days, Date date) {
  return shift_date(call, date, days);
};
constexpr auto kDateMinusDays = [](Call& call, Date date, int64_t days) {
  return shift_date(call, date, days == INT64_MIN ? INT64_MAX : -days);
};
constexpr auto kDateMinusDate = [](Date left, Date right) {
  return int64_t{left.days} - right.days;
};
constexpr auto kDatePlusInterval = [](Call& call, Date date, Interval interval) {
  return shift(call, midnight(date), interval);
};
constexpr auto kIntervalPlusDate = [](Call& call, Interval interval, Date date) {
  return shift(call, midnight(date), interval);
};
constexpr auto kDateMinusInterval = [](Call& call, Date date, Interval interval) {
  return shift_back(call, midnight(date), interval);
};
constexpr auto kTimestampPlusInterval = [](Call& call, Timestamp time, Interval interval) {
  return shift(call, time.micros, interval);
};
constexpr auto kIntervalPlusTimestamp = [](Call& call, Interval interval, Timestamp time) {
  return shift(call, time.micros, interval);
};
constexpr auto kTimestampMinusInterval = [](Call& call, Timestamp time, Interval interval) {
  return shift_back(call, time.micros, interval);
};
constexpr auto kTimestampMinusTimestamp = [](Call& call, Timestamp left, Timestamp right) {
  Interval result;
  int64_t micros = 0;
  if (__builtin_sub_overflow(left.micros, right.micros, &micros))
    call.fault(code::kOutOfRange, "interval out of range");
  result.days = static_cast<int32_t>(micros / kMicrosPerDay);
  result.microseconds = micros % kMicrosPerDay;
  return result;
};
constexpr auto kIntervalPlusInterval = [](Call& call, Interval left, Interval right) {
  return sum(call, left, right);
};
constexpr auto kIntervalMinusInterval = [](Call& call, Interval left, Interval right) {
  return sum(call, left, negated(call, right));
};
constexpr auto kIntervalTimes = [](Call& call, Interval interval, int64_t factor) {
  return multiplied(call, interval, factor);
};
constexpr auto kTimesInterval = [](Call& call, int64_t factor, Interval interval) {
  return multiplied(call, interval, factor);
};
constexpr auto kNegateInterval = [](Call& call, Interval interval) {
  return negated(call, interval);
};

/// PostgreSQL's rule for intervals times or over a fraction, which `scale` applies to a number: the
/// fraction of a month becomes days of 30 to a month, the fraction of a day becomes time, each
/// rounded to the microsecond.
template <typename Scale>
Interval scaled(Call& call, const Interval& interval, Scale&& scale) {
  const auto rounded = [](double value) { return std::rint(value * 1e6) / 1e6; };
  const double months = scale(static_cast<double>(interval.months));
  const double days = scale(static_cast<double>(interval.days));
  constexpr double kPartMax = 2147483647.0;
  if (!(std::fabs(months) <= kPartMax) || !(std::fabs(days) <= kPartMax)) {
    call.fault(code::kOutOfRange, "interval out of range");
    return {};
  }
  Interval result;
  result.months = static_cast<int32_t>(months);
  result.days = static_cast<int32_t>(days);
  const double month_days = rounded((months - result.months) * 30);
  const auto whole_days = static_cast<int32_t>(month_days);
  double seconds = rounded((days - result.days + month_days - whole_days) * 86400);
  const auto extra_days = static_cast<int32_t>(seconds / 86400);
  seconds -= extra_days * 86400.0;
  const double micros =
      std::rint(scale(static_cast<double>(interval.microseconds)) + seconds * 1e6);
  if (!(std::fabs(micros) < 0x1p63) ||
      __builtin_add_overflow(result.days, whole_days + extra_days, &result.days)) {
    call.fault(code::kOutOfRange, "interval out of range");
    return {};
  }
  result.microseconds = static_cast<int64_t>(micros);
  return result;
}
constexpr auto kIntervalTimesFraction = [](Call& call, Interval interval, double factor) {
  return scaled(call, interval, [factor](double part) { return part * factor; });
};
constexpr auto kFractionTimesInterval = [](Call& call, double factor, Interval interval) {
  return scaled(call, interval, [factor](double part) { return part * factor; });
};
constexpr auto kIntervalOver = [](Call& call, Interval interval, double divisor) {
  if (divisor == 0) {
    call.fault(code::kDivisionByZero, "division by zero",
               "use nullif(divisor, 0) to get NULL instead");
    return Interval{};
  }
  return scaled(call, interval, [divisor](double part) { return part / divisor; });
};

int64_t interval_field(TimeField field, const Interval& interval) {
  switch (field) {
    case TimeField::kYear: return interval.months / 12;
    case TimeField::kQuarter: return interval.months % 12 / 3 + 1;
    case TimeField::kMonth: return interval.months % 12;
    case TimeField::kDay: return interval.days;
    case TimeField::kHour: return interval.microseconds / kMicrosPerHour;
    case TimeField::kMinute: return interval.microseconds / kMicrosPerMinute % 60;
    default: return interval.microseconds % kMicrosPerMinute;
  }
}
constexpr auto kIntervalWhole = [](Call& call, Interval interval) {
  return interval_field(call.state<TimeField>(), interval);
};
constexpr auto kIntervalFraction = [](Call& call, Interval interval) {
  const TimeField field = call.state<TimeField>();
  if (field != TimeField::kEpoch) {
    return static_cast<double>(interval_field(field, interval)) /
           (field == TimeField::kSecond ? 1e6 : 1e3);
  }
  return seconds_of(interval);
};

using enum TypeId;
constexpr std::array<OperatorRow, 19> kTimeOperators = {{
    {"+", kDate, kInt64, kDate, row_kernel<kDatePlusDays>},
    {"+", kInt64, kDate, kDate, row_kernel<kDaysPlusDate>},
    {"+", kDate, kInterval, kTimestamp, row_kernel<kDatePlusInterval>},
    {"+", kInterval, kDate, kTimestamp, row_kernel<kIntervalPlusDate>},
    {"+", kTimestamp, kInterval, kTimestamp, row_kernel<kTimestampPlusInterval>},
    {"+", kInterval, kTimestamp, kTimestamp, row_kernel<kIntervalPlusTimestamp>},
    {"+", kInterval, kInterval, kInterval, row_kernel<kIntervalPlusInterval>},
    {"-", kDate, kDate, kInt64, row_kernel<kDateMinusDate>},
    {"-", kDate, kInt64, kDate, row_kernel<kDateMinusDays>},
    {"-", kDate, kInterval, kTimestamp, row_kernel<kDateMinusInterval>},
    {"-", kTimestamp, kTimestamp, kInterval, row_kernel<kTimestampMinusTimestamp>},
    {"-", kTimestamp, kInterval, kTimestamp, row_kernel<kTimestampMinusInterval>},
    {"-", kInterval, kInterval, kInterval, row_kernel<kIntervalMinusInterval>},
    {"*", kInterval, kInt64, kInterval, row_kernel<kIntervalTimes>},
    {"*", kInt64, kInterval, kInterval, row_kernel<kTimesInterval>},
    {"*", kInterval, kFloat64, kInterval, row_kernel<kIntervalTimesFraction>},
    {"*", kFloat64, kInterval, kInterval, row_kernel<kFractionTimesInterval>},
    {"/", kInterval, kFloat64, kInterval, row_kernel<kIntervalOver>},
    {"-", kNull, kInterval, kInterval, row_kernel<kNegateInterval>},
}};

}  // namespace

std::span<const OperatorRow> time_operators() { return kTimeOperators; }

Result<Vector> extract_interval_kernel(const KernelContext& context,
                                       std::span<const Vector> inputs) {
  return row_kernel<kIntervalWhole>(context, inputs);
}

Result<Vector> extract_interval_fraction_kernel(const KernelContext& context,
                                                std::span<const Vector> inputs) {
  return row_kernel<kIntervalFraction>(context, inputs);
}

}  // namespace leat::expr
