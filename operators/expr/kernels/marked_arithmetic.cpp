// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// + and - of times of day, which begin anew at midnight, and of addresses, which have an end; as
// PostgreSQL has them.
#include <array>

#include "engine/codes/data.h"
#include "operators/data/inet.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/inet_values.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

// --------------------------------------------------------------------------------------------------------------- times

/// Days and months of the interval do not count.
Timestamp turn(Timestamp time, int64_t micros) {
  return Timestamp{time_of_timestamp(time.micros + micros % kMicrosPerDay)};
}
constexpr auto kTimePlusInterval = [](Timestamp time, Interval interval) {
  return turn(time, interval.microseconds);
};
constexpr auto kIntervalPlusTime = [](Interval interval, Timestamp time) {
  return turn(time, interval.microseconds);
};
constexpr auto kTimeMinusInterval = [](Timestamp time, Interval interval) {
  return turn(time, -(interval.microseconds % kMicrosPerDay));
};
constexpr auto kTimeMinusTime = [](Timestamp left, Timestamp right) {
  return Interval{0, 0, left.micros - right.micros};
};

Timestamp time_on(Call& call, Date date, Timestamp time) {
  const bool fits = date.days >= kDaysMin && date.days <= kDaysMax;
  const int64_t micros = fits ? int64_t{date.days} * kMicrosPerDay + time.micros : 0;
  if (!fits || micros > kTimestampMax) call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{micros};
}
constexpr auto kDatePlusTime = [](Call& call, Date date, Timestamp time) {
  return time_on(call, date, time);
};
constexpr auto kTimePlusDate = [](Call& call, Timestamp time, Date date) {
  return time_on(call, date, time);
};

// ----------------------------------------------------------------------------------------------------------- addresses

void shift(TextCall& call, std::string_view bytes, Int128 by) {
  io::Inet value = io::decode_inet(bytes);
  Int128 carry = by;
  for (size_t i = value.bytes(); i-- > 0;) {
    carry += value.address[i];
    value.address[i] = static_cast<uint8_t>(carry & 0xff);
    carry >>= 8;  // the sign stays
  }
  if (carry != 0) return call.fault(code::kOutOfRange, "inet out of range");
  write_inet(call, value);
}
constexpr auto kInetPlus = [](TextCall& call, std::string_view address, int64_t by) {
  shift(call, address, by);
};
constexpr auto kPlusInet = [](TextCall& call, int64_t by, std::string_view address) {
  shift(call, address, by);
};
constexpr auto kInetMinus = [](TextCall& call, std::string_view address, int64_t by) {
  shift(call, address, -static_cast<Int128>(by));
};
constexpr auto kInetMinusInet = [](Call& call, std::string_view left, std::string_view right) {
  const io::Inet a = io::decode_inet(left);
  const io::Inet b = io::decode_inet(right);
  if (a.is_v6 != b.is_v6) {
    call.fault(code::kBadArgument, "an address of IPv4 and one of IPv6 have no difference");
    return int64_t{0};
  }
  UInt128 difference = 0;
  UInt128 from = 0;
  UInt128 to = 0;
  for (size_t i = 0; i < a.bytes(); ++i) {
    to = to << 8 | a.address[i];
    from = from << 8 | b.address[i];
  }
  const bool negative = to < from;
  difference = negative ? from - to : to - from;
  const auto max = static_cast<UInt128>(INT64_MAX) + (negative ? 1 : 0);
  if (difference > max) call.fault(code::kOutOfRange, "bigint out of range");
  return static_cast<int64_t>(negative ? 0 - difference : difference);
};

}  // namespace

std::span<const MarkedOperatorRow> marked_operators() {
  static const std::array<MarkedOperatorRow, 10> kRows = {{
      {"+", kTimeType, kIntervalType, kTimeType, row_kernel<kTimePlusInterval>},
      {"+", kIntervalType, kTimeType, kTimeType, row_kernel<kIntervalPlusTime>},
      {"-", kTimeType, kIntervalType, kTimeType, row_kernel<kTimeMinusInterval>},
      {"-", kTimeType, kTimeType, kIntervalType, row_kernel<kTimeMinusTime>},
      {"+", kDateType, kTimeType, kTimestampType, row_kernel<kDatePlusTime>},
      {"+", kTimeType, kDateType, kTimestampType, row_kernel<kTimePlusDate>},
      {"+", kInetType, kInt64Type, kInetType, text_kernel<kInetPlus>},
      {"+", kInt64Type, kInetType, kInetType, text_kernel<kPlusInet>},
      {"-", kInetType, kInt64Type, kInetType, text_kernel<kInetMinus>},
      {"-", kInetType, kInetType, kInt64Type, row_kernel<kInetMinusInet>},
  }};
  return kRows;
}

}  // namespace leat::expr
