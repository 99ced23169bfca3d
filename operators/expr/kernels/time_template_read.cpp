// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reading follows PostgreSQL: spaces before parts are skipped, a separator of the template takes
// any separator or none, a number has all digits there are, or exactly its own when another number
// stands right behind it. FX takes away the leniency.
#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/calendar_names.h"
#include "operators/expr/kernels/number_template.h"
#include "operators/expr/kernels/time_template.h"
#include "operators/text/ascii.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

constexpr int64_t kNumberMax = 2147483647;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_separator(char c) {
  return static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) == 0 &&
         c > ' ' && c != 0x7F;
}
bool begins_with(std::string_view text, std::string_view name) {
  return text.size() >= name.size() &&
         std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) ==
                  std::tolower(static_cast<unsigned char>(b));
         });
}

/// Years of fewer than four digits are those nearest to 2020.
int64_t full_year(int64_t year) {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

/// Monday of the ISO week.
int64_t monday_of(int64_t year, int64_t week) {
  const int64_t fourth = days_of({year, 1, 4});
  return fourth - (iso_weekday(fourth) - 1) + (week - 1) * 7;
}

}  // namespace

class TimeTemplate::TextReader {
 public:
  TextReader(const std::vector<Part>& parts, std::string_view text, std::string& wrong)
      : parts_(parts), text_(text), wrong_(wrong) {}

  std::optional<int64_t> read() {
    for (size_t i = 0; i < parts_.size() && !text_.empty(); ++i) {
      const Part& part = parts_[i];
      const bool is_text = part.code == Code::kText || part.code == Code::kSeparator;
      if (!fixed_ && part.code != Code::kFixed && (!is_text || i == 0)) skip_spaces();
      if (is_text) {
        literal(part);
        continue;
      }
      if (!read(part, i)) return std::nullopt;
      if (part.ordinal != Ordinal::kNone) {
        for (int n = 0; n < 2 && !text_.empty(); ++n) text_.remove_prefix(next_character(text_, 0));
      }
      if (fixed_) continue;
      skipped_ = 0;
      skip_spaces();
    }
    return timestamp();
  }

 private:
  using Field = std::optional<int64_t>;

  void skip_spaces() {
    for (; !text_.empty() && is_space(text_[0]); ++skipped_) text_.remove_prefix(1);
  }
  void literal(const Part& part) {
    if (text_.empty()) return;
    if (fixed_) return text_.remove_prefix(next_character(text_, 0));
    if (part.code == Code::kSeparator) {
      --skipped_;
      if (!is_space(text_[0]) && !is_separator(text_[0])) return;
      after_minus_ = text_[0] == '-';
      text_.remove_prefix(1);
      ++skipped_;
    } else if (skipped_ > 0) {
      --skipped_;
    } else {
      text_.remove_prefix(next_character(text_, 0));
    }
  }

  /// Does no digit follow part `at` in the template?
  bool digits_end(size_t at) const {
    if (parts_[at].ordinal != Ordinal::kNone || at + 1 >= parts_.size()) return true;
    const Part& next = parts_[at + 1];
    if (next.code == Code::kText || next.code == Code::kSeparator)
      return next.text.size() != 1 || !is_digit(next.text[0]);
    switch (next.code) {
      case Code::kMeridiem:
      case Code::kEra:
      case Code::kMonthName:
      case Code::kMonthShort:
      case Code::kRomanMonth:
      case Code::kDayName:
      case Code::kDayShort:
      case Code::kZoneHour:
      case Code::kFixed: return true;
      default: return false;
    }
  }

  bool mistake(const Part& part, std::string_view why) {
    wrong_ = fmt::format("'{}' {}", part.text, why);
    return false;
  }
  /// Keeps a value; what is said twice must be the same.
  bool set(const Part& part, Field& field, int64_t value) {
    if (field && *field != value) return mistake(part, "contradicts what stands before it");
    field = value;
    return true;
  }

  /// Takes a number of at most `width` digits, or of all there are; `used` is how many characters
  /// it has.
  bool number(const Part& part, size_t at, size_t width, int64_t& value, size_t* used = nullptr) {
    skip_spaces();
    const bool all = part.fill || digits_end(at);
    size_t count = 0;
    const bool has_sign = !text_.empty() && (text_[0] == '-' || text_[0] == '+');
    if (has_sign) ++count;
    const size_t limit = all ? text_.size() : std::min(width, text_.size());
    value = 0;
    const size_t first = count;
    for (; count < limit && is_digit(text_[count]); ++count) {
      value = value * 10 + (text_[count] - '0');
      if (value > kNumberMax) return mistake(part, "is out of range");
    }
    if (count == first) return mistake(part, "needs a number");
    if (!all && count < width) return mistake(part, fmt::format("needs {} digits", width));
    if (has_sign && text_[0] == '-') value = -value;
    text_.remove_prefix(count);
    if (used != nullptr) *used = count;
    return true;
  }
  bool number(const Part& part, size_t at, Field& field) {
    int64_t value = 0;
    return number(part, at, part.text.size(), value) && set(part, field, value);
  }

  template <size_t kCount>
  bool name(const Part& part, const std::array<std::string_view, kCount>& names, size_t length,
            int64_t& value) {
    for (size_t i = 0; i < kCount; ++i) {
      const std::string_view candidate = names[i].substr(0, length);
      if (!begins_with(text_, candidate)) continue;
      text_.remove_prefix(candidate.size());
      value = static_cast<int64_t>(i) + 1;
      return true;
    }
    return mistake(part, "does not find the name it needs");
  }

  bool read(const Part& part, size_t at) {
    int64_t value = 0;
    switch (part.code) {
      case Code::kFixed: fixed_ = true; return true;
      case Code::kHour12: twelve_ = true; [[fallthrough]];
      case Code::kHour24: return number(part, at, 2, value) && set(part, hour_, value);
      case Code::kMinute: return number(part, at, minute_);
      case Code::kSecond: return number(part, at, second_);
      case Code::kFraction: return fraction(part, at);
      case Code::kSecondOfDay: return number(part, at, second_of_day_);
      case Code::kMeridiem: return meridiem(part);
      case Code::kEra: return era(part);
      case Code::kYear:
      case Code::kIsoYear: return year(part, at);
      case Code::kYearComma: return year_with_comma(part);
      case Code::kMonth: return number(part, at, month_);
      case Code::kMonthName:
      case Code::kMonthShort:
        return name(part, kMonthNames, part.code == Code::kMonthShort ? 3 : 9, value) &&
               set(part, month_, value);
      case Code::kRomanMonth: return roman_month(part);
      case Code::kDayName: return name(part, kDayNames, 9, value);
      case Code::kDayShort: return name(part, kDayNames, 3, value);
      case Code::kDayOfYear: return number(part, at, day_of_year_);
      case Code::kIsoDayOfYear:
        return number(part, at, 3, value) && set(part, iso_day_of_year_, value);
      case Code::kDay: return number(part, at, day_);
      case Code::kIsoDayOfWeek: return number(part, at, iso_weekday_);
      case Code::kWeekOfMonth: return number(part, at, week_of_month_);
      case Code::kWeek: return number(part, at, week_);
      case Code::kIsoWeek: return number(part, at, iso_week_);
      case Code::kCentury: return number(part, at, century_);
      case Code::kJulian: return number(part, at, julian_);
      case Code::kZoneHour: return zone_hour(part, at);
      case Code::kZoneMinute: return number(part, at, zone_minute_);
      case Code::kDayOfWeek:
      case Code::kQuarter: return number(part, at, part.text.size(), value);
      default: return true;
    }
  }

  bool fraction(const Part& part, size_t at) {
    int64_t value = 0;
    size_t used = 0;
    if (!number(part, at, static_cast<size_t>(part.digits), value, &used)) return false;
    for (; used < 6; ++used) value *= 10;
    for (; used > 6; --used) value /= 10;
    return set(part, micros_, value);
  }
  bool meridiem(const Part& part) {
    const std::string_view am = part.dots ? "A.M." : "AM";
    const std::string_view pm = part.dots ? "P.M." : "PM";
    if (!begins_with(text_, am) && !begins_with(text_, pm))
      return mistake(part, part.dots ? "needs a.m. or p.m." : "needs am or pm");
    afternoon_ = begins_with(text_, pm);
    twelve_ = true;
    text_.remove_prefix(am.size());
    return true;
  }
  bool era(const Part& part) {
    const std::string_view ad = part.dots ? "A.D." : "AD";
    const std::string_view bc = part.dots ? "B.C." : "BC";
    if (begins_with(text_, bc)) return mistake(part, "is BC: years begin with 1");
    if (!begins_with(text_, ad)) return mistake(part, "needs AD");
    text_.remove_prefix(ad.size());
    return true;
  }
  bool year(const Part& part, size_t at) {
    int64_t value = 0;
    size_t used = 0;
    if (!number(part, at, static_cast<size_t>(part.digits), value, &used)) return false;
    if (part.digits < 4 && used < 4 && value >= 0) value = full_year(value);
    year_digits_ = part.digits;
    return set(part, part.code == Code::kYear ? year_ : iso_year_, value);
  }
  bool year_with_comma(const Part& part) {
    int64_t value = 0;
    size_t at = 0;
    for (size_t digits = 0; at < text_.size() && digits < 9; ++at) {
      if (text_[at] == ',' && digits > 0 && digits < 4) continue;
      if (!is_digit(text_[at])) break;
      value = value * 10 + (text_[at] - '0');
      ++digits;
    }
    if (at == 0 || text_.substr(0, at).find(',') == std::string_view::npos)
      return mistake(part, "needs a year such as 2,026");
    text_.remove_prefix(at);
    year_digits_ = 4;
    return set(part, year_, value);
  }
  bool roman_month(const Part& part) {
    for (int64_t month = 12; month > 0; --month) {
      const std::string numerals = roman_numerals(month);
      if (!begins_with(text_, numerals)) continue;
      text_.remove_prefix(numerals.size());
      return set(part, month_, month);
    }
    return mistake(part, "needs a month from I to XII");
  }
  bool zone_hour(const Part& part, size_t at) {
    zone_sign_ = after_minus_ && skipped_ > 0 ? -1 : 1;
    if (text_[0] == '+' || text_[0] == '-' || text_[0] == ' ') {
      zone_sign_ = text_[0] == '-' ? -1 : 1;
      text_.remove_prefix(1);
    }
    int64_t value = 0;
    return number(part, at, 2, value) && set(part, zone_hour_, value);
  }

  // ---------------------------------------------------------------------------- what was read, together

  std::optional<int64_t> fail(std::string why) {
    wrong_ = std::move(why);
    return std::nullopt;
  }

  std::optional<int64_t> timestamp() {
    const std::optional<int64_t> day = day_number();
    if (!day) return std::nullopt;
    int64_t hour = hour_.value_or(0);
    int64_t minute = minute_.value_or(0);
    int64_t second = second_.value_or(0);
    if (second_of_day_ && *second_of_day_ >= 0) {
      hour = hour_.value_or(*second_of_day_ / 3600);
      minute = minute_.value_or(*second_of_day_ / 60 % 60);
      second = second_.value_or(*second_of_day_ % 60);
    }
    if (twelve_) {
      if (hour < 1 || hour > 12) return fail(fmt::format("{} is no hour of a 12-hour clock", hour));
      hour = hour % 12 + (afternoon_ ? 12 : 0);
    }
    const int64_t zone =
        zone_sign_ * (zone_hour_.value_or(0) * 60 + zone_minute_.value_or(0)) * kMicrosPerMinute;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
        zone_hour_.value_or(0) > 15 || zone_minute_.value_or(0) > 59 || micros_.value_or(0) < 0) {
      return fail("there is no such time of day");
    }
    const int64_t micros = *day * kMicrosPerDay + hour * kMicrosPerHour +
                           minute * kMicrosPerMinute + second * kMicrosPerSecond +
                           micros_.value_or(0) - zone;
    if (micros < kTimestampMin || micros > kTimestampMax) return fail("it is out of range");
    return micros;
  }

  std::optional<int64_t> day_number() {
    if (julian_) {
      const int64_t day = *julian_ - kJulianOfEpoch;
      return day < kDaysMin || day > kDaysMax ? fail("it is out of range") : std::optional(day);
    }
    Field year = iso_year_ ? iso_year_ : year_;
    if (century_ && year && year_digits_ <= 2) {
      const int64_t in_century = *year % 100;
      year = in_century == 0 ? *century_ * 100 : (*century_ - 1) * 100 + in_century;
    } else if (century_ && !year) {
      year = (*century_ - 1) * 100 + 1;
    }
    if (!year) return fail("it has no year");
    if (*year < kYearMin || *year > kYearMax)
      return fail(fmt::format("year {} is out of range", *year));
    if (iso_week_) return iso_week_day(*year);
    if (iso_day_of_year_) {
      if (*iso_day_of_year_ < 1 || *iso_day_of_year_ > 371) return fail("there is no such day");
      return monday_of(*year, 1) + *iso_day_of_year_ - 1;
    }
    return calendar_day(*year);
  }
  std::optional<int64_t> iso_week_day(int64_t year) {
    if (*iso_week_ < 1 || *iso_week_ > 53) return fail("there is no such week");
    const int64_t weekday = iso_weekday_.value_or(1);
    if (weekday < 1 || weekday > 7) return fail("there is no such day of the week");
    return monday_of(year, *iso_week_) + weekday - 1;
  }
  std::optional<int64_t> calendar_day(int64_t year) {
    if (week_) day_of_year_ = (*week_ - 1) * 7 + 1;
    if (week_of_month_) day_ = (*week_of_month_ - 1) * 7 + 1;
    if (day_of_year_ && (!month_ || !day_)) {
      if (*day_of_year_ < 1 || *day_of_year_ > (is_leap(year) ? 366 : 365))
        return fail(fmt::format("there is no day {} in the year {}", *day_of_year_, year));
      const Civil civil = civil_of(days_of({year, 1, 1}) + *day_of_year_ - 1);
      month_ = month_.value_or(civil.month);
      day_ = day_.value_or(civil.day);
    }
    const int64_t month = month_.value_or(1);
    const int64_t day = day_.value_or(1);
    if (month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, static_cast<int32_t>(month)))
      return fail(fmt::format("there is no date with year {}, month {}, day {}", year, month, day));
    return days_of({year, static_cast<int32_t>(month), static_cast<int32_t>(day)});
  }

  const std::vector<Part>& parts_;
  std::string_view text_;
  std::string& wrong_;
  Field year_, iso_year_, century_, month_, day_, day_of_year_, iso_day_of_year_;
  Field week_, week_of_month_, iso_week_, iso_weekday_, julian_;
  Field hour_, minute_, second_, micros_, second_of_day_, zone_hour_, zone_minute_;
  int64_t zone_sign_ = 1;
  int year_digits_ = 4;
  int skipped_ = 0;  // characters of the text more than the template has
  bool after_minus_ = false;
  bool fixed_ = false;
  bool twelve_ = false;
  bool afternoon_ = false;
};

std::optional<int64_t> TimeTemplate::read(std::string_view text, std::string& wrong) const {
  return TextReader(parts_, text, wrong).read();
}

}  // namespace leat::expr
