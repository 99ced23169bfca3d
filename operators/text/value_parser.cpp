// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/value_parser.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fast_float/fast_float.h>

#include "operators/text/ascii.h"
#include "operators/text/time_units.h"

namespace leat::io {
namespace {

// As in expressions: those of PostgreSQL's timestamps at the upper end, year 1 at the lower.
constexpr int64_t kYearMin = 1;
constexpr int64_t kYearMax = 294'246;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c =
        text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + ('a' - 'A')) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

constexpr int64_t days_in_month(int64_t year, int64_t month) {
  if (month == 2) return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool is_date(int64_t year, int64_t month, int64_t day) {
  return year >= kYearMin && year <= kYearMax && month >= 1 && month <= 12 && day >= 1 &&
         (day <= 28 || day <= days_in_month(year, month));
}

/// Reads a form piece by piece.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ == text_.size(); }
  bool take(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  /// Exactly `count` digits.
  std::optional<int64_t> digits(size_t count) {
    const size_t begin = position_;
    int64_t number = 0;
    while (position_ < text_.size() && position_ - begin < count && is_digit(text_[position_])) {
      number = number * 10 + (text_[position_++] - '0');
    }
    return position_ - begin == count ? std::optional(number) : std::nullopt;
  }
  /// How many digits stand here.
  size_t count_digits() const {
    size_t end = position_;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    return end - position_;
  }

 private:
  std::string_view text_;
  size_t position_ = 0;
};

std::optional<int64_t> read_date(Cursor& cursor) {
  const bool negative = cursor.take('-');
  const bool is_signed = negative || cursor.take('+');
  const size_t year_digits = is_signed ? cursor.count_digits() : 4;
  if (year_digits < 4 || year_digits > 6) return std::nullopt;
  const auto year = cursor.digits(year_digits);
  if (!year || !cursor.take('-')) return std::nullopt;
  const auto month = cursor.digits(2);
  if (!month || !cursor.take('-')) return std::nullopt;
  const auto day = cursor.digits(2);
  const int64_t signed_year = negative ? -*year : *year;
  if (!day || !is_date(signed_year, *month, *day)) return std::nullopt;
  return days_from_civil(signed_year, *month, *day);
}

enum class FinerDigits : uint8_t { kRefuse, kRound };

/// The digits after a decimal point as microseconds; may be a whole second when they are rounded.
std::optional<int64_t> read_fraction(Cursor& cursor, FinerDigits finer) {
  size_t digits = cursor.count_digits();
  if (digits == 0) return std::nullopt;
  int64_t micros = 0;
  for (int i = 0; i < 6; ++i)
    micros = micros * 10 + (digits > 0 ? (--digits, *cursor.digits(1)) : 0);
  if (digits > 0) {
    const int64_t first = *cursor.digits(1);
    bool lost = first != 0;
    for (--digits; digits > 0; --digits) lost |= *cursor.digits(1) != 0;
    if (lost && finer == FinerDigits::kRefuse) return std::nullopt;
    micros += first >= 5;
  }
  return micros;
}

/// Microseconds since midnight.
std::optional<int64_t> read_time(Cursor& cursor, FinerDigits finer) {
  const auto hour = cursor.digits(2);
  if (!hour || *hour > 23 || !cursor.take(':')) return std::nullopt;
  const auto minute = cursor.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  int64_t micros = (*hour * 3600 + *minute * 60) * kMicrosPerSecond;
  if (!cursor.take(':')) return micros;
  const auto second = cursor.digits(2);
  if (!second || *second > 59) return std::nullopt;
  micros += *second * kMicrosPerSecond;
  if (!cursor.take('.')) return micros;
  const auto fraction = read_fraction(cursor, finer);
  if (!fraction) return std::nullopt;
  return micros + *fraction;
}

/// The offset from UTC at the end of a timestamp, in microseconds.
std::optional<int64_t> read_offset(Cursor& cursor) {
  if (cursor.at_end() || cursor.take('Z') || cursor.take('z')) return 0;
  const bool negative = cursor.take('-');
  if (!negative && !cursor.take('+')) return std::nullopt;
  const auto hours = cursor.digits(2);
  if (!hours || *hours > 15) return std::nullopt;
  int64_t minutes = 0;
  if (!cursor.at_end()) {
    cursor.take(':');
    const auto read = cursor.digits(2);
    if (!read || *read > 59) return std::nullopt;
    minutes = *read;
  }
  const int64_t micros = (*hours * 3600 + minutes * 60) * kMicrosPerSecond;
  return negative ? -micros : micros;
}

/// As is_date() and days_from_civil(), for years from 1 to 9999 and without branches that depend on
/// the day: half the time of decoding dates.
bool days_of_plain_date(uint32_t year, uint32_t month, uint32_t day, int64_t& days) {
  constexpr uint32_t kEpoch = 719'528;  // days from 0000-01-01 to 1970-01-01
  // For months 1 to 12: the days in it and before it, without a leap day. Others have no days.
  static constexpr std::array<uint8_t, 16> kDaysIn{0,  31, 28, 31, 30, 31, 30, 31,
                                                   31, 30, 31, 30, 31, 0,  0,  0};
  static constexpr std::array<uint16_t, 16> kDaysBefore{0,   0,   31,  59,  90,  120, 151, 181,
                                                        212, 243, 273, 304, 334, 0,   0,   0};
  const uint32_t leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const uint32_t in_table = month < 16 ? month : 0;
  if (day - 1 >= kDaysIn[in_table] + (leap & (month == 2)) || year == 0) return false;
  const uint32_t leap_days = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
  const uint32_t since_zero =
      365 * year + leap_days + kDaysBefore[in_table] + (leap & (month > 2)) + day - 1;
  days = int64_t{since_zero} - kEpoch;
  return true;
}

/// "YYYY-MM-DD" at `text`; false when it is not of this form or no date. REQUIRES: 16 readable
/// bytes.
bool read_plain_date(const char* text, int64_t& days) {
  // Digits become 0 to 9, the hyphens 0.
  const uint64_t word = swar::load8(text) ^ 0x2D30302D30303030;
  const char day_tens = static_cast<char>(text[8] ^ 0x30);
  const char day_ones = static_cast<char>(text[9] ^ 0x30);
  if (!swar::are_digits(word) || (word & 0xFF0000FF00000000) != 0) return false;
  if (static_cast<uint8_t>(day_tens) > 9 || static_cast<uint8_t>(day_ones) > 9) return false;
  const auto year = static_cast<uint32_t>(swar::join_digits(word << 32));
  const auto month = static_cast<uint32_t>((word >> 40 & 0xFF) * 10 + (word >> 48 & 0xFF));
  const auto day = static_cast<uint32_t>(day_tens * 10 + day_ones);
  return days_of_plain_date(year, month, day, days);
}

/// "HH:MM:SS" at `text` as seconds. REQUIRES: 8 readable bytes.
bool read_plain_time(const char* text, int64_t& seconds) {
  const uint64_t word = swar::load8(text) ^ 0x30303A30303A3030;
  if (!swar::are_digits(word) || (word & 0x0000FF0000FF0000) != 0) return false;
  const auto two_digits = [&](int shift) {
    return static_cast<int64_t>((word >> shift & 0xFF) * 10 + (word >> (shift + 8) & 0xFF));
  };
  const int64_t hour = two_digits(0);
  const int64_t minute = two_digits(24);
  const int64_t second = two_digits(48);
  if (hour > 23 || minute > 59 || second > 59) return false;
  seconds = hour * 3600 + minute * 60 + second;
  return true;
}

constexpr std::array<uint64_t, 9> kPowersOfTen{1,       10,        100,        1000,       10'000,
                                               100'000, 1'000'000, 10'000'000, 100'000'000};

}  // namespace

bool is_parsed_type(const Type& type) {
  switch (type.id()) {
    case TypeId::kBool:
    case TypeId::kInt64:
    case TypeId::kFloat64:
    case TypeId::kDecimal:
    case TypeId::kUtf8:
    case TypeId::kDate:
    case TypeId::kTimestamp: return true;
    case TypeId::kBinary: return type.is_inet();
    default: return false;
  }
}

bool parse_bool(std::string_view text, bool& value) {
  static constexpr std::array<std::pair<std::string_view, bool>, 10> kWords{{{"true", true},
                                                                             {"false", false},
                                                                             {"t", true},
                                                                             {"f", false},
                                                                             {"1", true},
                                                                             {"0", false},
                                                                             {"yes", true},
                                                                             {"no", false},
                                                                             {"y", true},
                                                                             {"n", false}}};
  for (const auto& [word, meaning] : kWords) {
    if (equals_ignoring_case(text, word)) return value = meaning, true;
  }
  if (equals_ignoring_case(text, "on")) return value = true, true;
  if (equals_ignoring_case(text, "off")) return value = false, true;
  return false;
}

bool parse_int64(std::string_view text, int64_t& value) { return parse_int64_long(text, value); }

bool parse_int64_wide_padded(std::string_view text, int64_t& value) {
  const bool negative = !text.empty() && text[0] == '-';
  const size_t length = text.size() - negative;
  if (length <= 8 || length > 16) return parse_int64_long(text, value);
  const char* const digits = text.data() + negative;
  const uint64_t high = swar::load8(digits) ^ 0x3030303030303030;
  const uint64_t low = (swar::load8(digits + 8) ^ 0x3030303030303030) << (64 - 8 * (length - 8));
  if (!swar::are_digits(high) || !swar::are_digits(low)) [[unlikely]]
    return parse_int64_long(text, value);  // a plus sign, or no number
  const auto number = static_cast<int64_t>(swar::join_digits(high) * kPowersOfTen[length - 8] +
                                           swar::join_digits(low));
  value = negative ? -number : number;
  return true;
}

bool parse_int64_long(std::string_view text, int64_t& value) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return false;
  uint64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    if (__builtin_mul_overflow(number, uint64_t{10}, &number)) return false;
    if (__builtin_add_overflow(number, static_cast<uint64_t>(c - '0'), &number)) return false;
  }
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + negative;
  if (number > limit) return false;
  value = static_cast<int64_t>(negative ? 0 - number : number);
  return true;
}

bool parse_float64(std::string_view text, double& value) { return parse_float64_long(text, value); }

namespace {

/// NaN, infinity and inf with an optional sign.
bool parse_float64_word(std::string_view text, double& value) {
  const bool negative = text.starts_with('-');
  const std::string_view word = text.substr(negative || text.starts_with('+'));
  if (equals_ignoring_case(word, "nan")) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (equals_ignoring_case(word, "infinity") || equals_ignoring_case(word, "inf")) {
    value = negative ? -HUGE_VAL : HUGE_VAL;
  } else {
    return false;
  }
  return true;
}

/// Has the number no digit but 0 before its exponent?
bool is_zero(std::string_view magnitude) {
  const size_t digit = magnitude.find_first_not_of("0.");
  return digit == std::string_view::npos || magnitude[digit] == 'e' || magnitude[digit] == 'E';
}

}  // namespace

bool parse_float64_long(std::string_view text, double& value) {
  const bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  const std::string_view magnitude = text.substr(has_sign);
  // Keeps out a second sign.
  if (magnitude.empty()) return false;
  if (!is_digit(magnitude[0]) && magnitude[0] != '.') return parse_float64_word(text, value);
  double number = 0;
  const char* const end = magnitude.data() + magnitude.size();
  const auto [rest, fault] = fast_float::from_chars(magnitude.data(), end, number);
  if (fault != std::errc() || rest != end || !std::isfinite(number)) return false;
  if (number == 0 && !is_zero(magnitude)) return false;
  value = text[0] == '-' ? -number : number;
  return true;
}

bool parse_date(std::string_view text, int32_t& days) {
  Cursor cursor(text);
  const auto date = read_date(cursor);
  if (!date || !cursor.at_end()) return false;
  days = static_cast<int32_t>(*date);
  return true;
}

bool parse_date_padded(std::string_view text, int32_t& days) {
  int64_t date = 0;
  if (text.size() != 10 || !read_plain_date(text.data(), date)) return parse_date(text, days);
  days = static_cast<int32_t>(date);
  return true;
}

namespace {

bool read_timestamp(std::string_view text, FinerDigits finer, int64_t& microseconds) {
  Cursor cursor(text);
  const auto days = read_date(cursor);
  if (!days) return false;
  int64_t micros = 0;
  if (!cursor.at_end()) {
    if (!cursor.take('T') && !cursor.take(' ') && !cursor.take('t')) return false;
    const auto time = read_time(cursor, finer);
    if (!time) return false;
    cursor.take(' ');
    const auto offset = read_offset(cursor);
    if (!offset || !cursor.at_end()) return false;
    micros = *time - *offset;
  }
  constexpr int64_t kFirst = days_from_civil(kYearMin, 1, 1) * kMicrosPerDay;
  constexpr int64_t kLast = (days_from_civil(kYearMax, 12, 31) + 1) * kMicrosPerDay - 1;
  const int64_t result = *days * kMicrosPerDay + micros;  // a day more would fit as well
  if (result < kFirst || result > kLast) return false;    // by its offset, or rounded
  microseconds = result;
  return true;
}

}  // namespace

bool parse_timestamp(std::string_view text, int64_t& microseconds) {
  return read_timestamp(text, FinerDigits::kRefuse, microseconds);
}

bool parse_timestamp_rounded(std::string_view text, int64_t& microseconds) {
  return read_timestamp(text, FinerDigits::kRound, microseconds);
}

namespace {

bool read_time_of_day(std::string_view text, FinerDigits finer, int64_t& microseconds) {
  constexpr std::string_view kEndOfDay = "24:00";
  const bool is_end = text.starts_with(kEndOfDay) &&
                      text.find_first_not_of("0:.", kEndOfDay.size()) == std::string_view::npos;
  std::string day_end;
  if (is_end) text = day_end = "00" + std::string(text.substr(2));
  Cursor cursor(text);
  const auto time = read_time(cursor, finer);
  if (!time || !cursor.at_end()) return false;
  microseconds = is_end ? kMicrosPerDay : *time;
  return true;
}

}  // namespace

bool parse_time_of_day(std::string_view text, int64_t& microseconds) {
  return read_time_of_day(text, FinerDigits::kRefuse, microseconds);
}

bool parse_time_of_day_rounded(std::string_view text, int64_t& microseconds) {
  return read_time_of_day(text, FinerDigits::kRound, microseconds);
}

bool has_zone(std::string_view text) {
  const size_t colon = text.find(':');
  return colon != std::string_view::npos &&
         text.find_first_of("Zz+-", colon) != std::string_view::npos;
}

TimeMismatch why_no_timestamp(std::string_view text, bool zoned) {
  int64_t micros = 0;
  if (!parse_timestamp_rounded(text, micros)) return {};
  if (has_zone(text) == zoned)
    return {": it is finer than microseconds", "'round: us' rounds such times to microseconds"};
  return zoned ? TimeMismatch{": it names no time zone",
                              "read it as a timestamp, and make an instant of it: t at time zone "
                              "'Europe/Berlin'"}
               : TimeMismatch{": it names a time zone", "its type is timestamptz"};
}

bool parse_timestamp_padded(std::string_view text, int64_t& microseconds) {
  const size_t zulu = text.ends_with('Z');
  const size_t length = text.size() - zulu;
  const char* const begin = text.data();
  int64_t days = 0;
  int64_t seconds = 0;
  const bool is_plain = (length == 19 || (length >= 21 && length <= 26 && begin[19] == '.')) &&
                        (begin[10] == 'T' || begin[10] == ' ') && read_plain_date(begin, days) &&
                        read_plain_time(begin + 11, seconds);
  if (!is_plain) return parse_timestamp(text, microseconds);
  uint64_t fraction = 0;
  if (length > 19) {
    const size_t count = length - 20;
    const uint64_t digits = (swar::load8(begin + 20) ^ 0x3030303030303030) << (64 - 8 * count);
    if (!swar::are_digits(digits)) return parse_timestamp(text, microseconds);
    fraction = swar::join_digits(digits) * kPowersOfTen[6 - count];
  }
  microseconds =
      (days * kSecondsPerDay + seconds) * kMicrosPerSecond + static_cast<int64_t>(fraction);
  return true;
}

}  // namespace leat::io
