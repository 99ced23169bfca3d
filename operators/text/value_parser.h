// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text to values, the same everywhere: in CSV, in `parse`, in casts. The forms read are those that
// operators/text/value_format.h writes, and the usual variants of them:
//
//   bool       true false t f yes no y n on off 1 0, in any case
//   int64      digits with an optional sign
//   float64    digits with an optional sign, fraction and exponent. The nearest double; what is too
//              large for one, or becomes 0 though it is not, is refused. NaN, Infinity and inf with
//              an optional sign, in any case
//   decimal    as float64; exact, or rounded to the type's scale and said so (decimal_parser.h)
//   date       2026-01-31
//   time       10:00, 10:00:00 or 10:00:00.123456, up to 24:00:00
//   timestamp  a date, then `T` or a space and 10:00, 10:00:00 or 10:00:00.123456, then nothing or
//              `Z` (UTC) or an offset: +01, +0100, +01:00. A date alone is its midnight. Digits past
//              the microsecond are refused unless they are zeros, or rounded by the function that
//              says so
//
// Spaces around a value are not part of any form: trim first if they are to be ignored. Years run
// from 0001 to 294246; those of more than four digits carry a sign: +10000-01-01.
//
// The functions named *_padded may read 32 bytes from text.data() on, whatever the length: text in
// a Buffer has that room.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "operators/data/type.h"
#include "operators/text/value_format.h"

namespace leat::io {

/// Is `type` one of those above, utf8, uuid or inet? They are what a field of text can be read as.
bool is_parsed_type(const Type& type);

/// Each writes `value` and returns true, or returns false and leaves it alone. THREADS: any.
bool parse_bool(std::string_view text, bool& value);
bool parse_int64(std::string_view text, int64_t& value);
bool parse_float64(std::string_view text, double& value);
bool parse_date(std::string_view text, int32_t& days);
bool parse_timestamp(std::string_view text, int64_t& microseconds);
/// As parse_timestamp, with digits past the microsecond rounded to the nearest.
bool parse_timestamp_rounded(std::string_view text, int64_t& microseconds);
/// Microseconds since midnight.
bool parse_time_of_day(std::string_view text, int64_t& microseconds);
bool parse_time_of_day_rounded(std::string_view text, int64_t& microseconds);
/// Does `text`, which is a timestamp, name its zone? Only then it is an instant.
bool has_zone(std::string_view text);
/// Why `text` is no value of a type of timestamps, as `: reason`, and what helps; both are empty
/// when it is no time at all.
struct TimeMismatch {
  std::string_view reason;
  std::string_view hint;
};
TimeMismatch why_no_timestamp(std::string_view text, bool zoned);

/// Days since 1970-01-01 in the proleptic Gregorian calendar. REQUIRES: 1 <= month <= 12; day may
/// be any number.
constexpr int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

namespace swar {

inline constexpr uint64_t kHighBits = 0x8080808080808080;

inline uint64_t load8(const char* text) {
  uint64_t word = 0;
  std::memcpy(&word, text, 8);
  return word;
}

/// Are all bytes of `digits` (text with '0' taken off by xor) from 0 to 9?
inline bool are_digits(uint64_t digits) {
  return (((digits + 0x7676767676767676) | digits) & kHighBits) == 0;
}

/// The number that eight digits (first digit in the lowest byte) stand for.
inline uint64_t join_digits(uint64_t digits) {
  digits = digits * 10 + (digits >> 8);
  return (((digits & 0x000000FF000000FF) * 0x000F424000000064 +
           ((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
         32;
}

}  // namespace swar

// The parts of the functions below that are not worth inlining.
bool parse_int64_wide_padded(std::string_view text, int64_t& value);
bool parse_int64_long(std::string_view text, int64_t& value);
bool parse_float64_long(std::string_view text, double& value);

/// As parse_int64. REQUIRES: 32 readable bytes.
[[gnu::always_inline]] inline bool parse_int64_padded(std::string_view text, int64_t& value) {
  const bool negative = *text.data() == '-';
  const size_t length = text.size() - negative;
  if (length - 1 >= 8) return parse_int64_wide_padded(text, value);
  const uint64_t word = swar::load8(text.data() + negative) ^ 0x3030303030303030;
  const uint64_t digits = word << (64 - 8 * length);
  if (!swar::are_digits(digits)) [[unlikely]]
    return parse_int64_long(text, value);
  const auto number = static_cast<int64_t>(swar::join_digits(digits));
  value = negative ? -number : number;
  return true;
}

/// As parse_float64. REQUIRES: 32 readable bytes.
[[gnu::always_inline]] inline bool parse_float64_padded(std::string_view text, double& value) {
  static constexpr double kPowers[8] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
  // Signs come as they like, so they are applied without a branch.
  const bool negative = *text.data() == '-';
  const auto with_sign = [&](double magnitude) {
    return std::bit_cast<double>(std::bit_cast<uint64_t>(magnitude) | uint64_t{negative} << 63);
  };
  const size_t length = text.size() - negative;
  if (length - 1 >= 8) [[unlikely]]
    return parse_float64_long(text, value);
  // Up to eight bytes, moved to the top: unused low bytes are leading zeros.
  const uint64_t unused = 64 - 8 * length;
  const uint64_t word = (swar::load8(text.data() + negative) ^ 0x3030303030303030) << unused;
  // '.' became 0x1E. A digit never has bit 4 set, and what is not a digit is found below.
  const uint64_t dots = word & 0x1010101010101010;
  if (dots == 0) {
    if (!swar::are_digits(word)) [[unlikely]]
      return parse_float64_long(text, value);
    value = with_sign(static_cast<double>(swar::join_digits(word)));
    return true;
  }
  const int bit = __builtin_ctzll(dots);  // bit 4 of the dot's byte
  const uint64_t below = (uint64_t{1} << (bit & ~7)) - 1;
  const uint64_t dot = word >> (bit & ~7) & 0xFF;
  // The digits before the dot move up by one byte to close the gap.
  const uint64_t digits = (word & ~below & ~(uint64_t{0xFF} << (bit & ~7))) | (word & below) << 8;
  const auto fraction = static_cast<size_t>(7 - (bit >> 3));
  const bool has_digits_on_both_sides = fraction > 0 && static_cast<uint64_t>(bit & ~7) > unused;
  if (dot != 0x1E || !has_digits_on_both_sides || !swar::are_digits(digits)) [[unlikely]] {
    return parse_float64_long(text, value);
  }
  // Both operands are exact, so the quotient is the nearest double.
  value = with_sign(static_cast<double>(swar::join_digits(digits)) / kPowers[fraction]);
  return true;
}

/// As parse_timestamp and parse_date. REQUIRES: 32 readable bytes.
bool parse_timestamp_padded(std::string_view text, int64_t& microseconds);
bool parse_date_padded(std::string_view text, int32_t& days);

}  // namespace leat::io
