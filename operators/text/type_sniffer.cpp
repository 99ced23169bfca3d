// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/type_sniffer.h"

#include <algorithm>
#include <array>

#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

enum Possible : uint8_t { kBool = 1, kInt64 = 2, kFloat64 = 4, kDate = 8, kTimestamp = 16 };

/// Doubles of up to so many digits read back as they were, or were printed by something that knows.
constexpr size_t kFloatDigitsMax = 17;
constexpr int64_t kExactIntegerMax = int64_t{1} << 53;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Is the text spelled as numbers are usually written: no plus, no leading zeros, digits on both
/// sides of the point?
bool is_plain_number(std::string_view text, size_t& digits) {
  size_t i = text.starts_with('-');
  const auto count = [&] {
    const size_t begin = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - begin;
  };
  const size_t first = i;
  const size_t whole = count();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  digits = whole;
  if (i < text.size() && text[i] == '.') {
    ++i;
    const size_t fraction = count();
    if (fraction == 0) return false;
    digits += fraction;
  }
  return i == text.size() || text[i] == 'e' || text[i] == 'E';
}

uint8_t possible_numbers(std::string_view text) {
  size_t digits = 0;
  if (!is_plain_number(text, digits)) return 0;
  int64_t integer = 0;
  if (parse_int64(text, integer)) {
    const bool exact_double = integer <= kExactIntegerMax && integer >= -kExactIntegerMax;
    // A negative zero is a float64 at best.
    const uint8_t as_integer = text == "-0" ? 0 : kInt64;
    return as_integer | (exact_double ? kFloat64 : 0);
  }
  double number = 0;
  const bool is_float =
      text.find_first_of(".eE") != std::string_view::npos && digits <= kFloatDigitsMax;
  return is_float && parse_float64(text, number) ? kFloat64 : 0;
}

}  // namespace

void TypeSniffer::add(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kBools{"true",  "false", "TRUE",
                                                          "FALSE", "True",  "False"};
  seen_ = true;
  if (possible_ == 0) return;
  uint8_t possible = possible_numbers(text);
  int32_t days = 0;
  int64_t micros = 0;
  if (parse_timestamp(text, micros)) {
    possible |= kTimestamp;
    if (parse_date(text, days)) possible |= kDate;
  }
  if (std::find(kBools.begin(), kBools.end(), text) != kBools.end()) possible |= kBool;
  possible_ &= possible;
}

Type TypeSniffer::type() const {
  if (!seen_) return kUtf8Type;
  if (possible_ & kBool) return kBoolType;
  if (possible_ & kInt64) return kInt64Type;
  if (possible_ & kFloat64) return kFloat64Type;
  if (possible_ & kDate) return kDateType;
  if (possible_ & kTimestamp) return kTimestampType;
  return kUtf8Type;
}

}  // namespace leat::io
