// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/interval_parser.h"

#include <algorithm>
#include <string>

#include "operators/text/ascii.h"
#include "operators/text/time_units.h"
#include "operators/text/value_format.h"

namespace leat::io {

namespace {

constexpr uint32_t kFractionDigits = 6;

enum class Part : uint8_t { kMonths, kDays, kMicroseconds };

struct IntervalUnit {
  std::string_view names;  // between spaces
  Part part;
  int64_t factor;
};

constexpr IntervalUnit kIntervalUnits[] = {
    {" y yr yrs year years ", Part::kMonths, 12},
    {" mon mons month months ", Part::kMonths, 1},
    {" w week weeks ", Part::kDays, 7},
    {" d day days ", Part::kDays, 1},
    {" h hr hrs hour hours ", Part::kMicroseconds, 3600 * kMicrosPerSecond},
    {" m min mins minute minutes ", Part::kMicroseconds, 60 * kMicrosPerSecond},
    {" s sec secs second seconds ", Part::kMicroseconds, kMicrosPerSecond},
    {" ms msec msecs millisecond milliseconds ", Part::kMicroseconds, 1000},
    {" us usec usecs microsecond microseconds ", Part::kMicroseconds, 1},
    {" decade decades ", Part::kMonths, 120},
    {" century centuries ", Part::kMonths, 1200},
    {" millennium millennia millenniums ", Part::kMonths, 12000},
};

constexpr uint32_t kTimeUnits = 0b111 << 4;  // hours, minutes and seconds
constexpr uint32_t kMonthUnits = 0b11;       // years and months
constexpr uint32_t kDayUnit = 1U << 3;

/// ISO 8601's letters, and which of kIntervalUnits they are: before the T, and behind it.
constexpr std::string_view kDateLetters = "YMWD";
constexpr std::string_view kTimeLetters = "HMS";

const IntervalUnit* find_unit(std::string_view word) {
  std::string wanted = " ";
  std::transform(word.begin(), word.end(), std::back_inserter(wanted),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  wanted += ' ';
  for (const IntervalUnit& unit : kIntervalUnits) {
    if (unit.names.find(wanted) != std::string_view::npos) return &unit;
  }
  return nullptr;
}

/// Reads an interval from front to back.
class IntervalReader {
 public:
  explicit IntervalReader(std::string_view text) : text_(text) {}

  std::optional<Interval> read() {
    skip_spaces();
    if (!text_.empty() && text_[0] == '@') text_.remove_prefix(1);
    skip_spaces();
    if (text_.empty()) return std::nullopt;
    if (text_[0] == 'P') {
      if (!read_iso()) return std::nullopt;
    } else if (!read_items()) {
      return std::nullopt;
    }
    const bool fits = months_ == static_cast<int32_t>(months_) &&
                      days_ == static_cast<int32_t>(days_) &&
                      microseconds_ == static_cast<int64_t>(microseconds_);
    if (!fits) return std::nullopt;
    return Interval{static_cast<int32_t>(months_), static_cast<int32_t>(days_),
                    static_cast<int64_t>(microseconds_)};
  }

 private:
  void skip_spaces() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t')) text_.remove_prefix(1);
  }

  bool read_items() {
    while (!text_.empty()) {
      if (!read_item()) return false;
      skip_spaces();
      if (!is_ago()) continue;
      months_ = -months_;
      days_ = -days_;
      microseconds_ = -microseconds_;
      return true;
    }
    return true;
  }
  bool is_ago() const {
    constexpr std::string_view kAgo = "ago";
    const size_t last = text_.find_last_not_of(" \t");
    return last == kAgo.size() - 1 &&
           std::equal(kAgo.begin(), kAgo.end(), text_.begin(),
                      [](char a, char b) { return a == static_cast<char>(b | 0x20); });
  }

  /// `P1Y2M3W4DT5H6M7.8S`, with a sign before each number that has one.
  bool read_iso() {
    text_.remove_prefix(1);
    if (text_.empty()) return false;
    bool in_time = false;
    while (!text_.empty()) {
      if (text_[0] == 'T' && !in_time) {
        in_time = true;
        text_.remove_prefix(1);
        if (text_.empty()) return false;
      }
      const bool negative = text_[0] == '-';
      if (text_[0] == '-' || text_[0] == '+') text_.remove_prefix(1);
      int64_t whole = 0;
      int64_t millionths = 0;
      if (!read_digits(whole) || !read_fraction(millionths) || text_.empty()) return false;
      const std::string_view letters = in_time ? kTimeLetters : kDateLetters;
      const size_t letter = letters.find(text_[0]);
      if (letter == std::string_view::npos) return false;
      text_.remove_prefix(1);
      const size_t first = in_time ? kDateLetters.size() : 0;
      if (!add(first + letter, whole, millionths, negative)) return false;
    }
    return true;
  }

  // At most 18 digits, so that nothing below overflows.
  bool read_digits(int64_t& value) {
    size_t count = 0;
    value = 0;
    for (; count < text_.size() && is_digit(text_[count]); ++count) {
      if (count == 18) return false;
      value = value * 10 + (text_[count] - '0');
    }
    text_.remove_prefix(count);
    return count > 0;
  }

  // What follows a point, in millionths.
  bool read_fraction(int64_t& millionths) {
    millionths = 0;
    if (text_.empty() || text_[0] != '.') return true;
    text_.remove_prefix(1);
    uint32_t count = 0;
    while (!text_.empty() && is_digit(text_[0])) {
      if (count == kFractionDigits && text_[0] != '0') return false;  // finer than a microsecond
      if (count < kFractionDigits) {
        millionths = millionths * 10 + (text_[0] - '0');
        ++count;
      }
      text_.remove_prefix(1);
    }
    if (count == 0) return false;
    for (; count < kFractionDigits; ++count) millionths *= 10;
    return true;
  }

  bool read_item() {
    const bool negative = text_[0] == '-';
    if (text_[0] == '-' || text_[0] == '+') text_.remove_prefix(1);
    int64_t whole = 0;
    if (!read_digits(whole)) return false;
    if (!text_.empty() && text_[0] == ':') return read_time(whole, negative);
    if (!text_.empty() && text_[0] == '-') return read_year_and_month(whole, negative);
    int64_t millionths = 0;
    if (!read_fraction(millionths)) return false;
    skip_spaces();
    if (millionths == 0 && is_time_ahead()) {  // `3 04:05:06`: days
      days_ += negative ? -whole : whole;
      return see(kDayUnit);
    }
    const size_t length =
        static_cast<size_t>(std::find_if(text_.begin(), text_.end(),
                                         [](char c) { return (c | 32) < 'a' || (c | 32) > 'z'; }) -
                            text_.begin());
    const IntervalUnit* const unit = find_unit(text_.substr(0, length));
    if (unit == nullptr) return false;
    text_.remove_prefix(length);
    return add(static_cast<size_t>(unit - kIntervalUnits), whole, millionths, negative);
  }

  /// Adds a part of a unit of months or days as PostgreSQL does: of a year, or of several, to the
  /// nearest month, of a month as days of which it has 30, and of a day as time.
  void add_fraction(const IntervalUnit& unit, int64_t millionths, int64_t sign) {
    constexpr int64_t kMonthDays = 30;
    constexpr int64_t kDaySeconds = 86'400;
    if (unit.part == Part::kMonths && unit.factor > 1) {
      const int64_t parts = millionths * unit.factor;
      const int64_t months = parts / kMicrosPerSecond;
      const int64_t rest = 2 * (parts % kMicrosPerSecond);
      const bool up = rest > kMicrosPerSecond || (rest == kMicrosPerSecond && months % 2 == 1);
      months_ += sign * (months + (up ? 1 : 0));
      return;
    }
    const int64_t parts = millionths * (unit.part == Part::kMonths ? kMonthDays : unit.factor);
    days_ += sign * (parts / kMicrosPerSecond);
    microseconds_ += static_cast<Int128>(sign) * (parts % kMicrosPerSecond) * kDaySeconds;
  }

  /// Adds so many of unit number `index`.
  bool add(size_t index, int64_t whole, int64_t millionths, bool negative) {
    if (!see(1U << index)) return false;
    const IntervalUnit* const unit = &kIntervalUnits[index];
    const int64_t sign = negative ? -1 : 1;
    if (unit->part != Part::kMicroseconds) {
      (unit->part == Part::kMonths ? months_ : days_) +=
          static_cast<Int128>(sign) * whole * unit->factor;
      add_fraction(*unit, millionths, sign);
      return true;
    }
    const Int128 scaled = static_cast<Int128>(millionths) * unit->factor;
    if (scaled % kMicrosPerSecond != 0) return false;
    microseconds_ += sign * (static_cast<Int128>(whole) * unit->factor + scaled / kMicrosPerSecond);
    return true;
  }

  /// Do digits and a colon come next?
  bool is_time_ahead() const {
    const size_t digits = std::min(text_.find_first_not_of("0123456789"), text_.size());
    return digits > 0 && digits < text_.size() && text_[digits] == ':';
  }

  /// `1-2`: a year and two months. At the dash.
  bool read_year_and_month(int64_t years, bool negative) {
    int64_t months = 0;
    text_.remove_prefix(1);
    if (!see(kMonthUnits) || !read_digits(months) || months > 11) return false;
    const Int128 total = static_cast<Int128>(years) * 12 + months;
    months_ += negative ? -total : total;
    return true;
  }

  /// Notes units; false when one of them was there before, as PostgreSQL takes each once.
  bool see(uint32_t units) {
    const bool is_new = (seen_ & units) == 0;
    seen_ |= units;
    return is_new;
  }

  // `hours` were read; at the colon.
  bool read_time(int64_t hours, bool negative) {
    int64_t minutes = 0;
    int64_t seconds = 0;
    int64_t millionths = 0;
    text_.remove_prefix(1);
    if (!see(kTimeUnits) || !read_digits(minutes) || minutes > 59) return false;
    if (!text_.empty() && text_[0] == ':') {
      text_.remove_prefix(1);
      if (!read_digits(seconds) || seconds > 59 || !read_fraction(millionths)) return false;
    }
    const Int128 total =
        (static_cast<Int128>(hours) * 3600 + minutes * 60 + seconds) * kMicrosPerSecond +
        millionths;
    microseconds_ += negative ? -total : total;
    return true;
  }

  std::string_view text_;
  Int128 months_ = 0;
  Int128 days_ = 0;
  Int128 microseconds_ = 0;
  uint32_t seen_ = 0;  // bit n: kIntervalUnits[n]
};

}  // namespace

std::optional<Interval> parse_interval(std::string_view text) {
  return IntervalReader(text).read();
}

}  // namespace leat::io
