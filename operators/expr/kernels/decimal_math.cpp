// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/decimal_math.h"

#include <algorithm>
#include <array>

#include "operators/text/decimal_parser.h"
#include "operators/text/value_format.h"
#include "operators/text/value_parser.h"

namespace leat::expr {
namespace {

constexpr int kInt64Digits = 19;
constexpr UInt128 kLimit = static_cast<UInt128>(kDecimalPowers[kDecimalDigitsMax]);

struct Digits {
  int whole;
  int scale;
};
Digits digits_of(const Type& type) {
  if (type.is(TypeId::kInt64)) return {kInt64Digits, 0};
  return {type.precision() - type.scale(), type.scale()};
}

Type decimal_of(int whole, int scale) {
  const int precision = std::clamp(std::max(whole, 0) + scale, 1, kDecimalDigitsMax);
  return Type::decimal(static_cast<uint8_t>(precision), static_cast<uint8_t>(scale));
}

UInt128 unsigned_of(Int128 value) {
  return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

bool with_sign(UInt128 magnitude, bool negative, Int128& out) {
  if (magnitude >= kLimit) return false;
  out = negative ? -static_cast<Int128>(magnitude) : static_cast<Int128>(magnitude);
  return true;
}

/// magnitude * 10^digits; false when that has more than 128 bits.
bool scale_up(UInt128 magnitude, int digits, UInt128& out) {
  if (const auto low = static_cast<uint64_t>(magnitude);
      low == magnitude && digits <= kShortDecimalDigits) {
    out = UInt128{low} * short_power(digits);
    return true;
  }
  return !__builtin_mul_overflow(magnitude, static_cast<UInt128>(decimal_power(digits)), &out);
}

/// One more decimal digit of a long division: rest * 10 by `divisor`, as additions, because
/// rest * 10 may not fit 128 bits. REQUIRES: rest < divisor < 10^38.
unsigned next_digit(UInt128& rest, UInt128 divisor) {
  unsigned digit = 0;
  UInt128 sum = 0;
  for (int i = 0; i < 10; ++i) {
    sum += rest;
    if (sum < divisor) continue;
    sum -= divisor;
    ++digit;
  }
  rest = sum;
  return digit;
}

}  // namespace

std::optional<Type> decimal_result(char symbol, const Type& left, const Type& right) {
  const Digits a = digits_of(left);
  const Digits b = digits_of(right);
  const int scale = std::max(a.scale, b.scale);
  switch (symbol) {
    case '*':
      if (a.scale + b.scale > kDecimalDigitsMax) return std::nullopt;
      return decimal_of(a.whole + b.whole, a.scale + b.scale);
    case '/': return decimal_of(kDecimalDigitsMax, std::max(scale, kQuotientScale));
    case '%': return decimal_of(std::min(a.whole, b.whole), scale);
    default: return decimal_of(std::max(a.whole, b.whole) + 1, scale);
  }
}

CommonDecimal common_decimal(const Type& left, const Type& right) {
  const Digits a = digits_of(left);
  const Digits b = digits_of(right);
  const int whole = std::max(a.whole, b.whole);
  const int scale = std::max(a.scale, b.scale);
  return {decimal_of(whole, scale), whole + scale <= kDecimalDigitsMax};
}

bool rescale(Int128 value, int from, const Type& to, Int128& out) {
  const int digits = to.scale() - from;
  if (digits < 0) {
    out = divide_rounded(value, -digits);
  } else if (!multiply_by_power(value, digits, out)) {
    return false;
  }
  return magnitude_of(out) < decimal_power(to.precision());
}

bool add_scaled(Int128 left, int left_digits, Int128 right, int right_digits, Int128& out) {
  UInt128 a = 0;
  UInt128 b = 0;
  // What does not fit 128 bits is more than three times the largest value of the other operand.
  if (!scale_up(unsigned_of(left), left_digits, a) ||
      !scale_up(unsigned_of(right), right_digits, b)) {
    return false;
  }
  if ((left < 0) == (right < 0)) {
    UInt128 sum = 0;
    return !__builtin_add_overflow(a, b, &sum) && with_sign(sum, left < 0, out);
  }
  return a >= b ? with_sign(a - b, left < 0, out) : with_sign(b - a, right < 0, out);
}

bool multiply_exact(Int128 left, Int128 right, Int128& out) {
  UInt128 product = 0;
  return !__builtin_mul_overflow(unsigned_of(left), unsigned_of(right), &product) &&
         with_sign(product, (left < 0) != (right < 0), out);
}

bool divide_scaled(Int128 left, Int128 right, int digits, Int128& out) {
  UInt128 dividend = unsigned_of(left);
  const UInt128 divisor = unsigned_of(right);
  const bool negative = (left < 0) != (right < 0);
  if (digits <= kDecimalDigitsMax) {
    if (UInt128 scaled = 0; scale_up(dividend, digits, scaled)) {
      dividend = scaled;
      digits = 0;
    }
  }
  UInt128 quotient = dividend / divisor;
  UInt128 rest = dividend - quotient * divisor;  // a second division would cost as much
  for (; digits > 0; --digits) {
    if (quotient >= kLimit / 10) return false;
    quotient = quotient * 10 + next_digit(rest, divisor);
  }
  if (rest >= divisor - rest) ++quotient;
  return with_sign(quotient, negative, out);
}

Int128 remainder_scaled(Int128 left, int left_digits, Int128 right, int right_digits) {
  UInt128 divisor = unsigned_of(right);
  UInt128 rest = unsigned_of(left);
  if (!scale_up(divisor, right_digits, divisor)) return left;  // larger than `left`
  rest %= divisor;
  for (; left_digits > 0; --left_digits) next_digit(rest, divisor);
  const auto result = static_cast<Int128>(rest);
  return left < 0 ? -result : result;
}

int compare_scaled(Int128 left, int left_scale, Int128 right, int right_scale) {
  if ((left < 0) != (right < 0)) return left < 0 ? -1 : 1;
  const int digits = right_scale - left_scale;
  UInt128 a = unsigned_of(left);
  UInt128 b = unsigned_of(right);
  int order = 0;
  if (digits > 0 && !scale_up(a, digits, a)) {
    order = 1;
  } else if (digits < 0 && !scale_up(b, -digits, b)) {
    order = -1;
  } else {
    order = (a > b) - (a < b);
  }
  return left < 0 ? -order : order;
}

std::optional<DecimalText> read_decimal(std::string_view text) {
  const size_t point = text.find('.');
  const size_t exponent = text.find_first_of("eE");
  int scale = 0;
  if (point != std::string_view::npos && (exponent == std::string_view::npos || point < exponent)) {
    scale = static_cast<int>(std::min<size_t>(exponent, text.size()) - point - 1);
  }
  if (exponent != std::string_view::npos) {
    int64_t power = 0;
    std::string_view digits = text.substr(exponent + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (!io::parse_int64(digits, power)) return std::nullopt;
    scale = static_cast<int>(std::clamp<int64_t>(scale - power, 0, kDecimalDigitsMax + 1));
  }
  if (scale > kDecimalDigitsMax) return std::nullopt;
  DecimalText number;
  if (io::parse_decimal(text, kDecimalDigitsMax, static_cast<uint8_t>(scale), number.value) !=
      io::DecimalResult::kExact) {
    return std::nullopt;
  }
  int precision = 1;
  while (precision < kDecimalDigitsMax && magnitude_of(number.value) >= decimal_power(precision))
    ++precision;
  number.type = decimal_of(precision - scale, scale);
  return number;
}

std::string decimal_text(Int128 value, int scale) {
  std::array<char, io::kScalarTextBytes> text;
  return std::string(text.data(),
                     io::format_decimal(value, static_cast<uint8_t>(scale), text.data()));
}

double nearest_float64(Int128 value, int scale) {
  double result = 0;
  if (divide_exactly(value, scale, result)) return result;
  io::parse_float64(decimal_text(value, scale), result);
  return result;
}

}  // namespace leat::expr
