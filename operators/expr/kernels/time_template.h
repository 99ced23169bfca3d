// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// PostgreSQL's templates of dates and times, `YYYY-MM-DD HH24:MI:SS`, for to_char, to_date and
// to_timestamp. A template is taken apart once. Names are English, the zone is UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/type.h"

namespace leat::expr {

/// THREADS: immutable, any.
class TimeTemplate {
 public:
  /// Every text is a template: what is no pattern stands for itself. nullopt when it is longer than
  /// a template may be.
  static std::optional<TimeTemplate> parse(std::string_view text, std::string& wrong);

  /// Appends the text of a timestamp.
  void write(int64_t micros, std::string& out) const;
  /// Appends the text of an interval. REQUIRES: why_not_of_intervals() is empty.
  void write(const Interval& interval, std::string& out) const;
  /// Which pattern an interval has no value for; empty when there is none.
  std::string_view why_not_of_intervals() const;

  /// Why no text can be read by it; empty when one can.
  std::string why_unreadable() const;
  /// The timestamp that `text` stands for; nullopt with what is wrong in `wrong`. What follows the
  /// last pattern is ignored. REQUIRES: why_unreadable() is empty.
  std::optional<int64_t> read(std::string_view text, std::string& wrong) const;

 private:
  enum class Code : uint8_t {
    kText,       // stands for itself
    kSeparator,  // neither letter nor digit
    kHour12,
    kHour24,
    kMinute,
    kSecond,
    kFraction,  // MS, US, FF1 to FF6: `digits` of them
    kSecondOfDay,
    kMeridiem,
    kYear,  // the last `digits` digits of it
    kYearComma,
    kIsoYear,
    kEra,
    kMonth,
    kMonthName,
    kMonthShort,
    kRomanMonth,
    kDayName,
    kDayShort,
    kDayOfYear,
    kIsoDayOfYear,
    kDay,
    kDayOfWeek,
    kIsoDayOfWeek,
    kWeekOfMonth,
    kWeek,
    kIsoWeek,
    kCentury,
    kJulian,
    kQuarter,
    kZone,
    kZoneHour,
    kZoneMinute,
    kZoneOffset,
    kFixed,  // FX
  };
  enum class Case : uint8_t { kUpper, kCapital, kLower };
  enum class Ordinal : uint8_t { kNone, kUpper, kLower };
  struct Pattern {
    std::string_view name;
    Code code;
    int digits = 0;
    bool dots = false;  // A.M.
  };
  struct Part {
    Code code;
    int digits = 0;
    bool dots = false;
    Case letters = Case::kUpper;
    bool fill = false;  // FM
    Ordinal ordinal = Ordinal::kNone;
    std::string text;  // as written
  };
  struct Moment;
  class TextReader;

  static const Pattern* find(std::string_view text);
  void take(std::string_view& text);
  static void write_part(const Part& part, const Moment& at, std::string& out);
  static std::string name_of(const Part& part, const Moment& at);
  static int64_t number_of(const Part& part, const Moment& at);
  static int width_of(const Part& part);

  std::vector<Part> parts_;
};

}  // namespace leat::expr
