// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/arrow_values.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/plugin.h"
#include "operators/data/decimal.h"

namespace leat::arrow {
namespace {

constexpr int kPrecisionMax = 38;
constexpr int64_t kMillisPerDay = 86'400'000;
constexpr int64_t kNanosPerMicro = 1000;

template <typename T>
T load(const uint8_t* values, int64_t row) {
  T value;
  std::memcpy(&value, values + row * int64_t{sizeof(T)}, sizeof(T));
  return value;
}

std::unexpected<Error> inexact(std::string_view what) {
  return fail(code::kArrow, ErrorCode::kData,
              fmt::format("a value cannot be kept exactly: {}", what));
}

/// The numbers of `text`, separated by commas; nothing when it is something else.
std::optional<std::vector<int>> numbers(std::string_view text) {
  std::vector<int> result;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    int number = 0;
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return std::nullopt;
    result.push_back(number);
    if (stop == end) return result;
    if (*stop != ',') return std::nullopt;
    at = stop + 1;
  }
}

std::optional<Layout> decimal_layout(std::string_view format) {
  const auto parts = numbers(format.substr(2));
  if (!parts || parts->size() < 2 || parts->size() > 3) return std::nullopt;
  int precision = (*parts)[0];
  const int scale = (*parts)[1];
  const int bits = parts->size() == 3 ? (*parts)[2] : 128;
  // Arrow allows 0.00123 to be of precision 3 and scale 5; here digits behind the point count.
  precision = std::max(precision, scale);
  if (precision < 1 || precision > kPrecisionMax || scale < 0) return std::nullopt;
  if (bits != 32 && bits != 64 && bits != 128) return std::nullopt;
  return Layout{.kind = Kind::kDecimal,
                .code = 'd',
                .buffers = 2,
                .width = bits / 8,
                .precision = static_cast<uint8_t>(precision),
                .scale = static_cast<uint8_t>(scale)};
}

std::optional<Layout> nested_layout(std::string_view format) {
  if (format == "+s") return Layout{.kind = Kind::kStruct};
  if (format == "+l" || format == "+m") return Layout{.kind = Kind::kList, .buffers = 2};
  if (format == "+L") return Layout{.kind = Kind::kList, .buffers = 2, .is_large = true};
  if (format == "+vl") return Layout{.kind = Kind::kList, .buffers = 3, .is_view = true};
  if (format == "+vL")
    return Layout{.kind = Kind::kList, .buffers = 3, .is_large = true, .is_view = true};
  if (!format.starts_with("+w:")) return std::nullopt;
  const auto length = numbers(format.substr(3));
  if (!length || length->size() != 1 || (*length)[0] < 0) return std::nullopt;
  return Layout{.kind = Kind::kList, .width = (*length)[0], .is_fixed = true};
}

std::optional<Layout> time_layout(std::string_view format) {
  const char unit = format.size() > 2 ? format[2] : '\0';
  const bool is_unit = std::string_view("smun").find(unit) != std::string_view::npos;
  if (format == "tdD" || format == "tdm")
    return Layout{.kind = Kind::kDate, .code = unit, .buffers = 2};
  if (format.starts_with("ts") && is_unit && format.size() > 3 && format[3] == ':')
    return Layout{
        .kind = Kind::kTimestamp, .code = unit, .buffers = 2, .is_zoned = format.size() > 4};
  // Times of day are what has passed since midnight.
  if (format.starts_with("tt") && is_unit && format.size() == 3)
    return Layout{.kind = Kind::kInterval,
                  .code = unit,
                  .buffers = 2,
                  .width = unit == 's' || unit == 'm' ? 4 : 8};
  if (format.starts_with("tD") && is_unit && format.size() == 3)
    return Layout{.kind = Kind::kInterval, .code = unit, .buffers = 2};
  if (format == "tiM" || format == "tiD" || format == "tin")
    return Layout{.kind = Kind::kInterval, .code = format == "tin" ? 'N' : format[2], .buffers = 2};
  return std::nullopt;
}

std::optional<Layout> simple_layout(std::string_view format) {
  if (format == "n") return Layout{.kind = Kind::kNull, .buffers = 0};
  if (format == "b") return Layout{.kind = Kind::kBool, .buffers = 2};
  if (format == "vu") return Layout{.kind = Kind::kText, .buffers = 3, .is_view = true};
  if (format == "vz") return Layout{.kind = Kind::kBinary, .buffers = 3, .is_view = true};
  if (format.size() != 1) return std::nullopt;
  const char code = format[0];
  switch (code) {
    case 'u': return Layout{.kind = Kind::kText, .buffers = 3};
    case 'U': return Layout{.kind = Kind::kText, .buffers = 3, .is_large = true};
    case 'z': return Layout{.kind = Kind::kBinary, .buffers = 3};
    case 'Z': return Layout{.kind = Kind::kBinary, .buffers = 3, .is_large = true};
    case 'e':
    case 'f':
    case 'g': return Layout{.kind = Kind::kFloat64, .code = code, .buffers = 2};
    default: break;
  }
  if (std::string_view("cCsSiIlL").find(code) == std::string_view::npos) return std::nullopt;
  return Layout{.kind = Kind::kInt64, .code = code, .buffers = 2};
}

std::optional<Layout> fixed_binary_layout(std::string_view format) {
  const auto width = numbers(format.substr(2));
  if (!width || width->size() != 1 || (*width)[0] < 1) return std::nullopt;
  return Layout{.kind = Kind::kBinary, .buffers = 2, .width = (*width)[0]};
}

double from_half(uint16_t bits) {
  const int exponent = bits >> 10 & 0x1F;
  const int fraction = bits & 0x3FF;
  double value = 0;
  if (exponent == 31) {
    value = fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                          : std::numeric_limits<double>::infinity();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(1024 + fraction, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

/// `value` of `unit` (s, m, u, n) in microseconds.
Result<int64_t> to_micros(int64_t value, char unit) {
  if (unit == 'u') return value;
  if (unit == 'n') {
    if (value % kNanosPerMicro != 0) return inexact("a time has parts of microseconds");
    return value / kNanosPerMicro;
  }
  int64_t micros = 0;
  if (__builtin_mul_overflow(value, unit == 's' ? int64_t{1'000'000} : int64_t{1000}, &micros))
    return inexact("a time is out of range");
  return micros;
}

}  // namespace

Result<Layout> layout_of(const char* format) {
  const std::string_view text = format == nullptr ? "" : format;
  std::optional<Layout> layout;
  if (text.starts_with("d:")) {
    layout = decimal_layout(text);
  } else if (text.starts_with("w:")) {
    layout = fixed_binary_layout(text);
  } else if (text.starts_with('+')) {
    layout = nested_layout(text);
  } else if (text.starts_with('t')) {
    layout = time_layout(text);
  } else {
    layout = simple_layout(text);
  }
  if (layout) return *layout;
  return fail(code::kArrow, ErrorCode::kPlugin,
              fmt::format("the Arrow type '{}' has no counterpart", text));
}

TypeId type_id(Kind kind) {
  switch (kind) {
    case Kind::kNull: return TypeId::kNull;
    case Kind::kBool: return TypeId::kBool;
    case Kind::kInt64: return TypeId::kInt64;
    case Kind::kFloat64: return TypeId::kFloat64;
    case Kind::kDecimal: return TypeId::kDecimal;
    case Kind::kText: return TypeId::kUtf8;
    case Kind::kBinary: return TypeId::kBinary;
    case Kind::kDate: return TypeId::kDate;
    case Kind::kTimestamp: return TypeId::kTimestamp;
    case Kind::kInterval: return TypeId::kInterval;
    case Kind::kList: return TypeId::kList;
    case Kind::kStruct: return TypeId::kStruct;
  }
  return TypeId::kNull;
}

Result<int64_t> read_int64(const Layout& layout, const uint8_t* values, int64_t row) {
  switch (layout.code) {
    case 'c': return load<int8_t>(values, row);
    case 'C': return load<uint8_t>(values, row);
    case 's': return load<int16_t>(values, row);
    case 'S': return load<uint16_t>(values, row);
    case 'i': return load<int32_t>(values, row);
    case 'I': return load<uint32_t>(values, row);
    case 'l': return load<int64_t>(values, row);
    default: break;
  }
  const auto value = load<uint64_t>(values, row);
  if (!std::in_range<int64_t>(value)) return inexact("a uint64 is out of range");
  return static_cast<int64_t>(value);
}

Result<double> read_float64(const Layout& layout, const uint8_t* values, int64_t row) {
  if (layout.code == 'e') return from_half(load<uint16_t>(values, row));
  if (layout.code == 'f') return load<float>(values, row);
  return load<double>(values, row);
}

Result<Int128> read_decimal(const Layout& layout, const uint8_t* values, int64_t row) {
  const Int128 value = layout.width == 4   ? Int128{load<int32_t>(values, row)}
                       : layout.width == 8 ? Int128{load<int64_t>(values, row)}
                                           : load<Int128>(values, row);
  const Int128 limit = decimal_power(layout.precision);
  if (value >= limit || value <= -limit) return inexact("a decimal has more digits than its type");
  return value;
}

Result<int32_t> read_date(const Layout& layout, const uint8_t* values, int64_t row) {
  if (layout.code == 'D') return load<int32_t>(values, row);
  const auto millis = load<int64_t>(values, row);
  if (millis % kMillisPerDay != 0 || !std::in_range<int32_t>(millis / kMillisPerDay))
    return inexact("a date is no whole day");
  return static_cast<int32_t>(millis / kMillisPerDay);
}

Result<int64_t> read_timestamp(const Layout& layout, const uint8_t* values, int64_t row) {
  return to_micros(load<int64_t>(values, row), layout.code);
}

Result<Interval> read_interval(const Layout& layout, const uint8_t* values, int64_t row) {
  Interval interval;
  switch (layout.code) {
    case 'M': interval.months = load<int32_t>(values, row); return interval;
    case 'D':
      interval.days = load<int32_t>(values, 2 * row);
      interval.microseconds = int64_t{load<int32_t>(values, 2 * row + 1)} * 1000;
      return interval;
    case 'N': {
      interval.months = load<int32_t>(values, 4 * row);
      interval.days = load<int32_t>(values, 4 * row + 1);
      LEAT_TRY_ASSIGN(interval.microseconds, to_micros(load<int64_t>(values, 2 * row + 1), 'n'));
      return interval;
    }
    default: {
      const int64_t value =
          layout.width == 4 ? load<int32_t>(values, row) : load<int64_t>(values, row);
      LEAT_TRY_ASSIGN(interval.microseconds, to_micros(value, layout.code));
      return interval;
    }
  }
}

}  // namespace leat::arrow
