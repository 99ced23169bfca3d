// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a sheet knows numbers only. That 45000 is the 15th of March 2023 is said by how it is
// shown, and that 1.1 is stored as 1.1000000000000001 is nobody's wish.
//
// Invariants
// 1. Letters of dates count only outside of quotes, brackets and escapes: `"days" 0` and `[Red]0`
//    are numbers.
// 2. A number is what its float64 is, in the fewest digits; a whole one has no exponent.
// 3. Times are rounded to the millisecond: that is what spreadsheets hold, and floats of days are
//    off by microseconds.
// 4. Day 60 of the system of 1900 is the 29th of February that this year did not have: it is no
//    date.
#include "operators/xlsx/cell_value.h"

#include <algorithm>
#include <cmath>

#include "operators/text/value_format.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;
constexpr int64_t kOffset1904 = 1462;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Is `text` written as leat would write it, so that nothing need be converted?
bool is_plain(std::string_view text) {
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const size_t point = digits.find('.');
  if (digits.empty() || digits.size() > kExactDigits + 1 || digits[0] == '.') return false;
  if (point != std::string_view::npos && (digits.back() == '0' || digits.back() == '.'))
    return false;
  if (digits[0] == '0' && (digits.size() > 1 ? digits[1] != '.' : text.size() > 1)) return false;
  size_t leading = 0;  // zeros behind the point of a number below 1: it may be written with an `e`
  if (digits.starts_with("0.")) leading = std::min(digits.find_first_not_of('0', 2), digits.size());
  size_t count = 0;
  for (const char c : digits) {
    if (c == '.') continue;
    if (c < '0' || c > '9') return false;
    ++count;
  }
  return count <= kExactDigits && leading <= 5;
}

void append_text(std::string& out, const char* begin, const char* end) {
  out.append(begin, static_cast<size_t>(end - begin));
}

}  // namespace

NumberKind kind_of_format(std::string_view code) {
  bool date = false;
  bool time = false;
  bool month_or_minute = false;
  for (size_t at = 0; at < code.size(); ++at) {
    const char c = lower(code[at]);
    if (c == ';') break;  // what follows is for negative numbers
    if (c == '"') {
      at = std::min(code.find('"', at + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++at;
    } else if (c == '[') {
      const size_t end = std::min(code.find(']', at), code.size());
      const std::string_view inner = code.substr(at + 1, end - at - 1);
      const bool elapsed = !inner.empty() && std::all_of(inner.begin(), inner.end(), [&](char one) {
        return lower(one) == lower(inner[0]) && std::string_view("hms").contains(lower(one));
      });
      time = time || elapsed;
      at = end;
    } else if (c == 'y' || c == 'd') {
      date = true;
    } else if (c == 'h' || c == 's') {
      time = true;
    } else if (c == 'm') {
      month_or_minute = true;
    } else if (c == 'g' || c == 'e') {
      // `General`, and the exponents of `0.00E+00`.
      if (code.substr(at).starts_with("General")) at += 6;
    }
  }
  if (month_or_minute && !time) date = true;
  if (date) return time ? NumberKind::kTimestamp : NumberKind::kDate;
  return time ? NumberKind::kTimeOfDay : NumberKind::kNumber;
}

NumberKind kind_of_builtin_format(uint32_t number) {
  if (number >= 14 && number <= 17) return NumberKind::kDate;
  if (number >= 18 && number <= 21) return NumberKind::kTimeOfDay;
  if (number == 22) return NumberKind::kTimestamp;
  if (number >= 45 && number <= 47) return NumberKind::kTimeOfDay;
  // Those that East Asian versions have for dates, and for times.
  const bool asian = (number >= 27 && number <= 36) || (number >= 50 && number <= 58);
  if (!asian) return NumberKind::kNumber;
  const bool time =
      number == 32 || number == 33 || number == 34 || number == 35 || number == 55 || number == 56;
  return time ? NumberKind::kTimeOfDay : NumberKind::kDate;
}

bool append_number(std::string_view text, std::string& out) {
  if (is_plain(text)) {
    out += text;
    return true;
  }
  double value = 0;
  if (!parse_float64(text, value) || !std::isfinite(value)) return false;
  char number[kScalarTextBytes];
  constexpr double kInt64End = 9.2e18;
  const bool is_whole = std::trunc(value) == value && std::abs(value) < kInt64End;
  append_text(
      out, number,
      is_whole ? format_int64(static_cast<int64_t>(value), number) : format_float64(value, number));
  return true;
}

bool append_time(std::string_view text, NumberKind kind, bool from_1904, std::string& out) {
  double serial = 0;
  if (!parse_float64(text, serial) || !std::isfinite(serial)) return false;
  if (serial < 0 || serial >= static_cast<double>(kSheetDaysEnd)) return false;
  int64_t millis = std::llround(serial * static_cast<double>(kMillisPerDay));
  char shown[kScalarTextBytes];
  if (kind == NumberKind::kTimeOfDay) {
    const Interval interval{.months = 0, .days = 0, .microseconds = millis * 1000};
    append_text(out, shown, format_interval(interval, shown));
    return true;
  }
  int64_t day = millis / kMillisPerDay;
  millis %= kMillisPerDay;
  if (from_1904) {
    day += kOffset1904;
    if (day >= kSheetDaysEnd) return false;
  } else if (day < 1 || day == kFirstSureDay - 1) {
    return false;
  } else if (day < kFirstSureDay) {
    ++day;  // the days before the one that never was
  }
  const int64_t days = day - kSheetEpoch;
  if (kind == NumberKind::kDate && millis == 0) {
    append_text(out, shown, format_date(static_cast<int32_t>(days), shown));
  } else {
    append_text(out, shown, format_timestamp((days * kMillisPerDay + millis) * 1000, false, shown));
  }
  return true;
}

}  // namespace leat::io
