// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Exact arithmetic of decimals. A decimal is an integer of at most 38 digits and a scale; what a
// function here gives is the exact result, rounded once where it says so, or nothing when it has
// more than 38 digits. Intermediate results may be longer than 128 bits.
//
// decimal_result() is the scale table of docs/guide/expressions.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operators/data/decimal.h"
#include "operators/data/type.h"

namespace leat::expr {

/// What a quotient has at least behind the point, as PostgreSQL's numeric.
inline constexpr int kQuotientScale = 16;

/// The type of `left symbol right` for one of + - * / %; int64 counts as decimal(19,0). nullopt for
/// a product with more than 38 digits behind the point. REQUIRES: decimal or int64.
std::optional<Type> decimal_result(char symbol, const Type& left, const Type& right);

/// The decimal that holds the values of both types exactly. `fits` tells whether 38 digits are
/// enough for that; otherwise digits before the point are missing. REQUIRES: decimal or int64.
struct CommonDecimal {
  Type type;
  bool fits;
};
CommonDecimal common_decimal(const Type& left, const Type& right);

/// value * 10^digits; false when that has more than 128 bits. REQUIRES: 0 <= digits <= 38.
inline bool multiply_by_power(Int128 value, int digits, Int128& out) {
  if (const auto low = static_cast<int64_t>(value); low == value && digits <= kShortDecimalDigits) {
    out = Int128{low} * static_cast<int64_t>(short_power(digits));
    return true;
  }
  return !__builtin_mul_overflow(value, decimal_power(digits), &out);
}

/// value / 10^digits towards zero. REQUIRES: 0 <= digits <= 38.
inline Int128 divide_by_power(Int128 value, int digits) {
  if (const auto low = static_cast<int64_t>(value); low == value && digits <= kShortDecimalDigits)
    return low / static_cast<int64_t>(short_power(digits));
  return value / decimal_power(digits);
}

/// `quotient` = number / divisor towards zero, rounded half away from zero by what is left over.
/// REQUIRES: divisor > 0.
template <typename Number>
Number rounded_quotient(Number quotient, Number number, Number divisor) {
  const Number left_over = number - quotient * divisor;
  const Number size = left_over < 0 ? -left_over : left_over;
  if (size < divisor - size) return quotient;
  return number < 0 ? quotient - 1 : quotient + 1;
}

/// value / 10^digits, rounded half away from zero. REQUIRES: 0 <= digits <= 38.
inline Int128 divide_rounded(Int128 value, int digits) {
  if (const auto low = static_cast<int64_t>(value); low == value && digits <= kShortDecimalDigits) {
    const auto power = static_cast<int64_t>(short_power(digits));
    return rounded_quotient(low / power, low, power);
  }
  return rounded_quotient(divide_by_power(value, digits), value, decimal_power(digits));
}

/// `value` of scale `from` as a value of `to`, rounded half away from zero; false when it has too
/// many digits.
bool rescale(Int128 value, int from, const Type& to, Int128& out);

/// left * 10^left_digits + right * 10^right_digits. REQUIRES: one of the two is 0.
bool add_scaled(Int128 left, int left_digits, Int128 right, int right_digits, Int128& out);
bool multiply_exact(Int128 left, Int128 right, Int128& out);
/// left * 10^digits / right, rounded half away from zero. REQUIRES: right != 0, 0 <= digits <= 76.
bool divide_scaled(Int128 left, Int128 right, int digits, Int128& out);
/// The remainder of left * 10^left_digits by right * 10^right_digits, with the sign of `left`; as
/// it is smaller than both it always fits. REQUIRES: right != 0, one of the two is 0.
Int128 remainder_scaled(Int128 left, int left_digits, Int128 right, int right_digits);
/// -1, 0 or 1 as left / 10^left_scale is less than, equal to or greater than right /
/// 10^right_scale.
int compare_scaled(Int128 left, int left_scale, Int128 right, int right_scale);

/// A number as it is written: digits with an optional sign, point and exponent.
struct DecimalText {
  Int128 value = 0;
  Type type;
};
/// The value with exactly the digits that `text` has behind the point; nullopt when it is no number
/// or has more than 38 digits.
std::optional<DecimalText> read_decimal(std::string_view text);

std::string decimal_text(Int128 value, int scale);

/// The float64 nearest to value / 10^scale. REQUIRES: at most 38 digits.
double nearest_float64(Int128 value, int scale);

}  // namespace leat::expr
