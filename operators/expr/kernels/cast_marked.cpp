// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Casts from and to types with a mark (time, uuid, inet), and what a type with a limit asks of a
// value of the type it is kept as.
#include <array>
#include <string>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/shown_value.h"
#include "operators/text/stored_value.h"
#include "operators/text/value_parser.h"

namespace leat::expr {
namespace {

constexpr auto kTextToStored = [](TextCall& call, std::string_view text) {
  std::string scratch;
  const Type& type = call.context.type();
  if (const auto stored = io::stored_text(type, text, scratch)) return call.write(*stored);
  not_a(call.context, call.row, text,
        fmt::format("a value of type {}{}", name_with_limit(type), io::why_not_stored(type, text)));
};

constexpr auto kTextToTime = [](Call& call, std::string_view text) {
  Timestamp value{};
  if (!io::parse_time_of_day_rounded(trimmed(text), value.micros))
    not_a(call.context, call.row, text, "a time like 10:30:00");
  return value;
};
constexpr auto kTimestampToTime = [](Timestamp value) {
  return Timestamp{time_of_timestamp(value.micros)};
};
constexpr auto kTimeToInterval = [](Timestamp value) { return Interval{0, 0, value.micros}; };
constexpr auto kIntervalToTime = [](Interval value) {
  return Timestamp{time_of_timestamp(value.microseconds)};
};

// Limits. The value of an operand is refused, or, of floats, replaced.

template <typename T>
void refuse(Call& call, const T& text) {
  const Type& type = call.context.type();
  not_a(call.context, call.row, text,
        fmt::format("a value of type {}{}", name_with_limit(type), io::why_not_stored(type, text)));
}

std::string text_of_number(Int128 value) {
  std::array<char, io::kScalarTextBytes> text;
  return {text.data(), io::format_decimal(value, 0, text.data())};
}

constexpr auto kLimitInt64 = [](Call& call, int64_t value) {
  if (!io::is_in_limit(call.context.type(), value)) refuse(call, text_of_number(value));
  return value;
};
constexpr auto kLimitDecimal = [](Call& call, Int128 value) {
  if (!io::is_in_limit(call.context.type(), value)) refuse(call, text_of_number(value));
  return value;
};
constexpr auto kLimitFloat64 = [](Call& call, double value) {
  const std::optional<double> stored = io::stored_float(call.context.type(), value);
  if (stored) return *stored;
  std::array<char, io::kScalarTextBytes> text;
  refuse(call, std::string(text.data(), io::format_float64(value, text.data())));
  return 0.0;
};

struct MarkedCast {
  Type from;
  Type to;
  Kernel kernel;
};

std::span<const MarkedCast> marked_casts() {
  static const std::array<MarkedCast, 12> kCasts = {{
      {kUtf8Type, kUuidType, text_kernel<kTextToStored>},
      {kUtf8Type, kInetType, text_kernel<kTextToStored>},
      {kUtf8Type, kTimeType, row_kernel<kTextToTime>},
      {kUuidType, kUtf8Type, same_bytes_kernel},
      {kInetType, kUtf8Type, scalar_text_kernel},
      {kTimeType, kUtf8Type, scalar_text_kernel},
      {kTimestampType, kTimeType, row_kernel<kTimestampToTime>},
      {kTimestampTzType, kTimeType, row_kernel<kTimestampToTime>},
      {kTimeType, kIntervalType, row_kernel<kTimeToInterval>},
      {kIntervalType, kTimeType, row_kernel<kIntervalToTime>},
      {kTimestampType, kTimestampTzType, same_bytes_kernel},
      {kTimestampTzType, kTimestampType, same_bytes_kernel},
  }};
  return kCasts;
}

/// Is the type one that only the table above knows? What is true of timestamps is of instants.
bool has_own_casts(const Type& type) { return type.mark() != Mark::kNone && !type.is_zoned(); }

}  // namespace

Kernel cast_kernel(const Type& from, const Type& to) {
  for (const MarkedCast& cast : marked_casts()) {
    if (cast.from == from && cast.to == to) return cast.kernel;
  }
  return has_own_casts(from) || has_own_casts(to) ? nullptr : plain_cast_kernel(from.id(), to.id());
}

Kernel limit_kernel(const Type& type) {
  switch (type.id()) {
    case TypeId::kInt64: return row_kernel<kLimitInt64>;
    case TypeId::kFloat64: return row_kernel<kLimitFloat64>;
    case TypeId::kDecimal: return row_kernel<kLimitDecimal>;
    default: return text_kernel<kTextToStored>;
  }
}

}  // namespace leat::expr
