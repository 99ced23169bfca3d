// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/value_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

#include "engine/check.h"
#include "operators/data/decimal.h"
#include "operators/data/decimal_values.h"
#include "operators/data/inet.h"
#include "operators/text/time_units.h"

namespace leat::io {

namespace {

// "00" to "99".
constexpr auto kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

int count_digits(uint64_t value) {
  // 1233 / 4096 is just over log10(2): the guess is right or one too high.
  const int guess = (64 - std::countl_zero(value | 1)) * 1233 >> 12;
  return guess + (value >= short_power(guess) ? 1 : 0);
}

char* put_pair(unsigned value, char* out) {
  std::memcpy(out, &kDigitPairs[2 * static_cast<size_t>(value)], 2);
  return out + 2;
}

// The last `digits` digits, with leading zeros; returns those before them.
uint64_t put_last(uint64_t value, int digits, char* out) {
  char* at = out + digits;
  while (at - out >= 2) {
    at -= 2;
    put_pair(static_cast<unsigned>(value % 100), at);
    value /= 100;
  }
  if (at == out) return value;
  *out = static_cast<char>('0' + value % 10);
  return value / 10;
}

// Exactly `digits` digits, with leading zeros.
char* put_padded(uint64_t value, int digits, char* out) {
  put_last(value, digits, out);
  return out + digits;
}

char* put_uint64(uint64_t value, char* out) {
  const int digits = value == 0 ? 1 : count_digits(value);
  return put_padded(value, digits, out);
}

char* put_text(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// A point and up to six digits without trailing zeros; nothing for 0.
char* put_fraction(uint64_t microseconds, char* out) {
  if (microseconds == 0) return out;
  *out++ = '.';
  out = put_padded(microseconds, 6, out);
  while (out[-1] == '0') --out;
  return out;
}

int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

// The civil date of a day number, by Howard Hinnant's days_from_civil turned round: eras of 400
// years from March.
char* put_civil(int64_t days, char* out) {
  const int64_t shifted = days + 719'468;
  const int64_t era = floor_divide(shifted, 146'097);
  const auto day_of_era = static_cast<uint64_t>(shifted - era * 146'097);
  const uint64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  const uint64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = static_cast<int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0 || year > 9999) *out++ = year < 0 ? '-' : '+';
  const uint64_t magnitude = static_cast<uint64_t>(year < 0 ? -year : year);
  out = magnitude <= 9999 ? put_padded(magnitude, 4, out) : put_uint64(magnitude, out);
  *out++ = '-';
  out = put_pair(static_cast<unsigned>(month), out);
  *out++ = '-';
  return put_pair(static_cast<unsigned>(day), out);
}

// `digits` are the significant digits, the first of which stands for 10^exponent.
char* put_floating(std::string_view digits, int exponent, char* out) {
  const auto count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent > 14) {
    *out++ = digits[0];
    if (count > 1) {
      *out++ = '.';
      out = put_text(digits.substr(1), out);
    }
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    const auto magnitude = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
    return magnitude < 100 ? put_pair(magnitude, out) : put_uint64(magnitude, out);
  }
  if (exponent < 0) {
    out = put_text("0.", out);
    for (int i = -1; i > exponent; --i) *out++ = '0';
    return put_text(digits, out);
  }
  for (int i = 0; i <= exponent || i < count; ++i) {
    if (i == exponent + 1) *out++ = '.';
    *out++ = i < count ? digits[static_cast<size_t>(i)] : '0';
  }
  return out;
}

// Values with up to four fraction digits and 15 digits in all, which most data is. Two decimals of
// at most 15 digits never share a double, so when n / 10^4 (rounded correctly, as IEEE division is)
// gives the value back, n without trailing zeros is its shortest text. Returns null when the value
// is none of these.
char* put_short_float(double magnitude, char* out) {
  if (magnitude >= 1e11 || (magnitude < 1e-4 && magnitude != 0)) return nullptr;
  const auto scaled = static_cast<int64_t>(magnitude * 1e4 + 0.5);
  if (static_cast<double>(scaled) / 1e4 != magnitude) return nullptr;
  const auto whole = static_cast<uint64_t>(scaled) / 10'000;
  const auto fraction = static_cast<unsigned>(static_cast<uint64_t>(scaled) % 10'000);
  out = put_uint64(whole, out);
  if (fraction == 0) return out;
  *out++ = '.';
  put_pair(fraction / 100, out);
  put_pair(fraction % 100, out + 2);
  out += 4;
  while (out[-1] == '0') --out;
  return out;
}

// One part of an interval as PostgreSQL prints it. After a negative part a positive one shows its
// sign.
class IntervalText {
 public:
  explicit IntervalText(char* out) : begin_(out), out_(out) {}

  void part(int64_t value, std::string_view unit) {
    if (value == 0) return;
    space();
    if (negative_before_ && value > 0) *out_++ = '+';
    out_ = format_int64(value, out_);
    *out_++ = ' ';
    out_ = put_text(unit, out_);
    if (value != 1) *out_++ = 's';
    negative_before_ = value < 0;
  }

  char* time(int64_t microseconds) {
    if (microseconds == 0 && out_ != begin_) return out_;
    space();
    if (microseconds < 0) *out_++ = '-';
    if (microseconds > 0 && negative_before_) *out_++ = '+';
    const uint64_t magnitude = microseconds < 0 ? uint64_t{0} - static_cast<uint64_t>(microseconds)
                                                : static_cast<uint64_t>(microseconds);
    const uint64_t seconds = magnitude / kMicrosPerSecond;
    const uint64_t hours = seconds / 3600;
    out_ = hours < 100 ? put_padded(hours, 2, out_) : put_uint64(hours, out_);
    *out_++ = ':';
    out_ = put_pair(static_cast<unsigned>(seconds / 60 % 60), out_);
    *out_++ = ':';
    out_ = put_pair(static_cast<unsigned>(seconds % 60), out_);
    return put_fraction(magnitude % kMicrosPerSecond, out_);
  }

 private:
  void space() {
    if (out_ != begin_) *out_++ = ' ';
  }
  char* begin_;
  char* out_;
  bool negative_before_ = false;
};

}  // namespace

char* format_int64(int64_t value, char* out) {
  if (value >= 0) return put_uint64(static_cast<uint64_t>(value), out);
  *out++ = '-';
  return put_uint64(uint64_t{0} - static_cast<uint64_t>(value), out);
}

char* format_float64(double value, char* out) {
  if (std::isnan(value)) return put_text("NaN", out);
  if (std::signbit(value)) *out++ = '-';
  const double magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return put_text("Infinity", out);
  if (char* const end = put_short_float(magnitude, out)) return end;
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), magnitude,
                                     std::chars_format::scientific);
  // d[.ddd]e+xx: take the point out.
  const std::string_view scientific(text.data(), static_cast<size_t>(written.ptr - text.data()));
  const size_t mark = scientific.find('e');
  std::array<char, 24> digits;
  digits[0] = scientific[0];
  size_t count = 1;
  for (size_t i = 2; i < mark; ++i) digits[count++] = scientific[i];
  int exponent = 0;
  for (char digit : scientific.substr(mark + 2)) exponent = exponent * 10 + (digit - '0');
  if (scientific[mark + 1] == '-') exponent = -exponent;
  return put_floating({digits.data(), count}, exponent, out);
}

namespace {

// So many digits fit a uint64_t, whatever they are.

// Digits are taken from the end on, and the point comes where those behind it are written.
char* put_decimal(uint64_t magnitude, int scale, char* out) {
  const int whole = std::max(count_digits(magnitude) - scale, 1);
  char* const point = out + whole;
  if (scale > 0) {
    magnitude = put_last(magnitude, scale, point + 1);
    *point = '.';
  }
  put_last(magnitude, whole, out);
  return point + (scale > 0 ? scale + 1 : 0);
}

}  // namespace

char* format_decimal(Int128 unscaled, uint8_t scale, char* out) {
  if (unscaled < 0) *out++ = '-';
  const auto rest = static_cast<UInt128>(magnitude_of(unscaled));
  if (rest < short_power(kWordDigits)) [[likely]]
    return put_decimal(static_cast<uint64_t>(rest), scale, out);
  std::array<char, 1 + 2 * kWordDigits> padded{'0'};  // one digit more than any decimal has
  put_padded(static_cast<uint64_t>(rest / short_power(kWordDigits)), kWordDigits, &padded[1]);
  put_padded(static_cast<uint64_t>(rest % short_power(kWordDigits)), kWordDigits,
             &padded[1 + kWordDigits]);
  const std::string_view digits(padded.data(), padded.size());
  const size_t point = digits.size() - scale;
  const size_t first = std::min(digits.find_first_not_of('0'), point - 1);
  out = put_text(digits.substr(first, point - first), out);
  if (scale == 0) return out;
  *out++ = '.';
  return put_text(digits.substr(point), out);
}

char* format_date(int32_t days, char* out) { return put_civil(days, out); }

char* format_timestamp(int64_t microseconds, bool zoned, char* out) {
  const int64_t seconds = floor_divide(microseconds, kMicrosPerSecond);
  const int64_t rest = microseconds % kMicrosPerSecond;
  const auto fraction = static_cast<uint64_t>(rest < 0 ? rest + kMicrosPerSecond : rest);
  const int64_t days = floor_divide(seconds, kSecondsPerDay);
  const auto of_day = static_cast<unsigned>(seconds - days * kSecondsPerDay);
  out = put_civil(days, out);
  *out++ = 'T';
  out = put_pair(of_day / 3600, out);
  *out++ = ':';
  out = put_pair(of_day / 60 % 60, out);
  *out++ = ':';
  out = put_pair(of_day % 60, out);
  out = put_fraction(fraction, out);
  if (zoned) *out++ = 'Z';
  return out;
}

char* format_time_of_day(int64_t microseconds, char* out) {
  const auto seconds = static_cast<unsigned>(microseconds / kMicrosPerSecond);
  out = put_pair(seconds / 3600, out);
  *out++ = ':';
  out = put_pair(seconds / 60 % 60, out);
  *out++ = ':';
  out = put_pair(seconds % 60, out);
  return put_fraction(static_cast<uint64_t>(microseconds % kMicrosPerSecond), out);
}

char* format_interval(const Interval& interval, char* out) {
  IntervalText text(out);
  text.part(interval.months / 12, "year");
  text.part(interval.months % 12, "mon");
  text.part(interval.days, "day");
  return text.time(interval.microseconds);
}

char* format_bool(bool value, char* out) { return put_text(value ? "true" : "false", out); }

char* format_binary(std::string_view bytes, char* out) {
  constexpr char kHex[] = "0123456789abcdef";
  *out++ = '\\';
  *out++ = 'x';
  for (char byte : bytes) {
    *out++ = kHex[static_cast<uint8_t>(byte) >> 4];
    *out++ = kHex[static_cast<uint8_t>(byte) & 15];
  }
  return out;
}

bool is_fixed_text(const Type& type) {
  switch (type.id()) {
    case TypeId::kBool:
    case TypeId::kInt64:
    case TypeId::kFloat64:
    case TypeId::kDecimal:
    case TypeId::kDate:
    case TypeId::kTimestamp:
    case TypeId::kInterval: return true;
    case TypeId::kBinary: return type.is_inet();
    default: return false;
  }
}

char* format_fixed(const Column& column, size_t row, char* out) {
  switch (column.type().id()) {
    case TypeId::kBool: return format_bool(column.bool_at(row), out);
    case TypeId::kInt64: return format_int64(column.values<int64_t>()[row], out);
    case TypeId::kFloat64: return format_float64(column.values<double>()[row], out);
    case TypeId::kDecimal:
      return format_decimal(decimal_at(column, row), column.type().scale(), out);
    case TypeId::kDate: return format_date(column.values<int32_t>()[row], out);
    case TypeId::kBinary: return format_inet(decode_inet(column.view_at(row)), out);
    case TypeId::kTimestamp:
      if (column.type().is_time_of_day())
        return format_time_of_day(column.values<int64_t>()[row], out);
      return format_timestamp(column.values<int64_t>()[row], column.type().is_zoned(), out);
    case TypeId::kInterval: return format_interval(column.values<Interval>()[row], out);
    default: break;
  }
  LEAT_CHECK(false, "only types of bounded text");
  return out;
}

}  // namespace leat::io
