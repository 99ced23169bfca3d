// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Patterns are those of PostgreSQL's to_char; the longest that fits is meant, in upper or lower
// case. time_template_read.cpp reads texts by them.
#include "operators/expr/kernels/time_template.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/calendar_names.h"
#include "operators/expr/kernels/number_template.h"
#include "operators/text/ascii.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (ascii_upper(c) >= 'A' && ascii_upper(c) <= 'Z') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool starts_with(std::string_view text, std::string_view name) {
  return text.size() >= name.size() &&
         std::equal(name.begin(), name.end(), text.begin(),
                    [](char a, char b) { return a == ascii_upper(b); });
}

}  // namespace

// --------------------------------------------------------------------------------------------------- templates

const TimeTemplate::Pattern* TimeTemplate::find(std::string_view text) {
  using enum Code;
  // Longest first, where one begins with another.
  static constexpr auto kPatterns = std::to_array<Pattern>({
      {"A.D.", kEra, 0, true},
      {"AD", kEra},
      {"A.M.", kMeridiem, 0, true},
      {"AM", kMeridiem},
      {"B.C.", kEra, 0, true},
      {"BC", kEra},
      {"CC", kCentury, 2},
      {"DAY", kDayName},
      {"DDD", kDayOfYear, 3},
      {"DD", kDay, 2},
      {"DY", kDayShort},
      {"D", kDayOfWeek, 1},
      {"FF1", kFraction, 1},
      {"FF2", kFraction, 2},
      {"FF3", kFraction, 3},
      {"FF4", kFraction, 4},
      {"FF5", kFraction, 5},
      {"FF6", kFraction, 6},
      {"FX", kFixed},
      {"HH24", kHour24, 2},
      {"HH12", kHour12, 2},
      {"HH", kHour12, 2},
      {"IDDD", kIsoDayOfYear, 3},
      {"ID", kIsoDayOfWeek, 1},
      {"IW", kIsoWeek, 2},
      {"IYYY", kIsoYear, 4},
      {"IYY", kIsoYear, 3},
      {"IY", kIsoYear, 2},
      {"I", kIsoYear, 1},
      {"J", kJulian, 0},
      {"MI", kMinute, 2},
      {"MM", kMonth, 2},
      {"MONTH", kMonthName},
      {"MON", kMonthShort},
      {"MS", kFraction, 3},
      {"OF", kZoneOffset},
      {"P.M.", kMeridiem, 0, true},
      {"PM", kMeridiem},
      {"Q", kQuarter, 1},
      {"RM", kRomanMonth},
      {"SSSSS", kSecondOfDay, 0},
      {"SSSS", kSecondOfDay, 0},
      {"SS", kSecond, 2},
      {"TZH", kZoneHour, 2},
      {"TZM", kZoneMinute, 2},
      {"TZ", kZone},
      {"US", kFraction, 6},
      {"WW", kWeek, 2},
      {"W", kWeekOfMonth, 1},
      {"Y,YYY", kYearComma, 4},
      {"YYYY", kYear, 4},
      {"YYY", kYear, 3},
      {"YY", kYear, 2},
      {"Y", kYear, 1},
  });
  for (const Pattern& pattern : kPatterns) {
    if (starts_with(text, pattern.name)) return &pattern;
  }
  return nullptr;
}

std::optional<TimeTemplate> TimeTemplate::parse(std::string_view text, std::string& wrong) {
  if (text.size() > kTemplateBytesMax) {
    wrong = fmt::format("a template has {} bytes at most", kTemplateBytesMax);
    return std::nullopt;
  }
  TimeTemplate result;
  while (!text.empty()) result.take(text);
  return result;
}

void TimeTemplate::take(std::string_view& text) {
  Part part{Code::kText};
  std::string_view ahead = text;
  while (starts_with(ahead, "FM") || starts_with(ahead, "TM")) {
    part.fill = part.fill || ascii_upper(ahead[0]) == 'F';
    ahead.remove_prefix(2);
  }
  if (const Pattern* const pattern = find(ahead)) {
    const std::string_view written = ahead.substr(0, pattern->name.size());
    part.code = pattern->code;
    part.digits = pattern->digits;
    part.dots = pattern->dots;
    part.letters = is_lower(written[0])                         ? Case::kLower
                   : written.size() > 1 && is_lower(written[1]) ? Case::kCapital
                                                                : Case::kUpper;
    part.text = written;
    ahead.remove_prefix(written.size());
    if (starts_with(ahead, "TH")) {
      part.ordinal = is_lower(ahead[0]) ? Ordinal::kLower : Ordinal::kUpper;
      ahead.remove_prefix(2);
    } else if (starts_with(ahead, "SP")) {
      ahead.remove_prefix(2);
    }
    parts_.push_back(std::move(part));
    text = ahead;
    return;
  }
  const bool quoted = text[0] == '"';
  if (quoted) text.remove_prefix(1);
  do {
    if (quoted && (text.empty() || text[0] == '"')) break;
    if (text[0] == '\\' && text.size() > 1 && (quoted || text[1] == '"')) text.remove_prefix(1);
    const size_t bytes = next_character(text, 0);
    const bool separates = !quoted && !is_alphanumeric(text[0]);
    parts_.push_back({separates ? Code::kSeparator : Code::kText, 0, false, Case::kUpper, false,
                      Ordinal::kNone, std::string(text.substr(0, bytes))});
    text.remove_prefix(bytes);
  } while (quoted);
  if (quoted && !text.empty()) text.remove_prefix(1);
}

std::string TimeTemplate::why_unreadable() const {
  bool iso = false;
  bool gregorian = false;
  for (const Part& part : parts_) {
    switch (part.code) {
      case Code::kZone:
      case Code::kZoneOffset: return fmt::format("'{}' is only for writing", part.text);
      case Code::kIsoYear:
      case Code::kIsoWeek:
      case Code::kIsoDayOfWeek:
      case Code::kIsoDayOfYear: iso = true; break;
      case Code::kYear:
      case Code::kYearComma:
      case Code::kMonth:
      case Code::kMonthName:
      case Code::kMonthShort:
      case Code::kRomanMonth:
      case Code::kDay:
      case Code::kDayOfYear:
      case Code::kDayOfWeek:
      case Code::kWeek:
      case Code::kWeekOfMonth:
      case Code::kCentury: gregorian = true; break;
      default: break;
    }
  }
  return iso && gregorian ? "years, weeks and days of ISO weeks do not go together with others"
                          : "";
}

std::string_view TimeTemplate::why_not_of_intervals() const {
  for (const Part& part : parts_) {
    switch (part.code) {
      case Code::kEra:
      case Code::kMonthName:
      case Code::kMonthShort:
      case Code::kDayName:
      case Code::kDayShort:
      case Code::kDayOfWeek:
      case Code::kIsoDayOfWeek:
      case Code::kZone:
      case Code::kZoneHour:
      case Code::kZoneMinute:
      case Code::kZoneOffset: return part.text;
      default: break;
    }
  }
  return {};
}

// ------------------------------------------------------------------------------------------------------- writing

/// A timestamp or an interval taken apart.
struct TimeTemplate::Moment {
  explicit Moment(int64_t micros)
      : days(day_of_timestamp(micros)),
        time(time_of_timestamp(micros)),
        civil(civil_of(days)),
        day_of_year(days - days_of({civil.year, 1, 1}) + 1),
        iso(iso_week_of(days)) {}
  explicit Moment(const Interval& interval) : time(interval.microseconds), is_interval(true) {
    civil.year = interval.months / 12;
    civil.month = interval.months % 12;
    civil.day = interval.days;
    day_of_year = int64_t{interval.months} * 30 + interval.days;
    iso = {civil.year, static_cast<int32_t>((day_of_year - 1) / 7 + 1)};
  }

  int64_t hour() const { return time / kMicrosPerHour; }
  int64_t hour12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }

  int64_t days = 0;
  int64_t time = 0;
  Civil civil;
  int64_t day_of_year = 0;
  IsoWeek iso{};
  bool is_interval = false;
};

int64_t TimeTemplate::number_of(const Part& part, const Moment& at) {
  constexpr std::array<int64_t, 7> kPowers = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000};
  const auto last_digits = [&](int64_t year) {
    return part.digits == 4 ? year : year % kPowers[static_cast<size_t>(part.digits)];
  };
  switch (part.code) {
    case Code::kHour12: return at.hour12();
    case Code::kHour24: return at.hour();
    case Code::kMinute: return at.time / kMicrosPerMinute % 60;
    case Code::kSecond: return at.time / kMicrosPerSecond % 60;
    case Code::kFraction:
      return at.time % kMicrosPerSecond / kPowers[static_cast<size_t>(6 - part.digits)];
    case Code::kSecondOfDay: return at.time / kMicrosPerSecond;
    case Code::kYear: return last_digits(at.civil.year);
    case Code::kIsoYear: return last_digits(at.iso.year);
    case Code::kMonth: return at.civil.month;
    case Code::kDayOfYear: return at.day_of_year;
    case Code::kIsoDayOfYear:
      return at.is_interval ? at.day_of_year : (at.iso.week - 1) * 7 + iso_weekday(at.days);
    case Code::kDay: return at.civil.day;
    case Code::kDayOfWeek: return iso_weekday(at.days) % 7 + 1;
    case Code::kIsoDayOfWeek: return iso_weekday(at.days);
    case Code::kWeekOfMonth: return (at.civil.day - 1) / 7 + 1;
    case Code::kWeek: return (at.day_of_year - 1) / 7 + 1;
    case Code::kIsoWeek: return at.iso.week;
    case Code::kCentury: return at.is_interval ? at.civil.year / 100 : (at.civil.year + 99) / 100;
    case Code::kJulian: return at.days + kJulianOfEpoch;
    case Code::kQuarter: return (at.civil.month - 1) / 3 + 1;
    default: return 0;  // zones: UTC
  }
}

std::string TimeTemplate::name_of(const Part& part, const Moment& at) {
  const auto month = static_cast<size_t>(at.civil.month - 1);
  const auto weekday = static_cast<size_t>(iso_weekday(at.days) - 1);
  switch (part.code) {
    case Code::kMeridiem:
      if (part.dots) return at.hour() % 24 >= 12 ? "P.M." : "A.M.";
      return at.hour() % 24 >= 12 ? "PM" : "AM";
    case Code::kEra: return part.dots ? "A.D." : "AD";
    case Code::kMonthName: return std::string(kMonthNames[month]);
    case Code::kMonthShort: return std::string(kMonthNames[month].substr(0, 3));
    case Code::kRomanMonth: return at.civil.month == 0 ? "" : roman_numerals(at.civil.month);
    case Code::kDayName: return std::string(kDayNames[weekday]);
    case Code::kDayShort: return std::string(kDayNames[weekday].substr(0, 3));
    default: return "UTC";
  }
}

int TimeTemplate::width_of(const Part& part) {
  switch (part.code) {
    case Code::kMonthName:
    case Code::kDayName: return 9;
    case Code::kRomanMonth: return 4;
    default: return 0;
  }
}

void TimeTemplate::write_part(const Part& part, const Moment& at, std::string& out) {
  switch (part.code) {
    case Code::kText:
    case Code::kSeparator: out += part.text; return;
    case Code::kFixed: return;
    case Code::kMeridiem:
    case Code::kEra:
    case Code::kMonthName:
    case Code::kMonthShort:
    case Code::kRomanMonth:
    case Code::kDayName:
    case Code::kDayShort:
    case Code::kZone: {
      std::string name = name_of(part, at);
      const bool short_word = part.code == Code::kMeridiem || part.code == Code::kEra ||
                              part.code == Code::kRomanMonth || part.code == Code::kZone;
      for (size_t i = 0; i < name.size(); ++i) {
        const bool lower = part.letters == Case::kLower ||
                           (!short_word && part.letters == Case::kCapital && i > 0);
        name[i] = lower ? ascii_lower(name[i]) : ascii_upper(name[i]);
      }
      const auto width = static_cast<size_t>(width_of(part));
      if (!part.fill && name.size() < width) name.append(width - name.size(), ' ');
      out += name;
      return;
    }
    case Code::kZoneOffset:
    case Code::kZoneHour: out += "+00"; return;
    case Code::kYearComma:
      out += fmt::format("{},{:03}", at.civil.year / 1000, std::abs(at.civil.year % 1000));
      break;
    default: {
      const int64_t number = number_of(part, at);
      const bool pads = !part.fill || part.code == Code::kFraction;
      const bool is_day = part.code == Code::kDay || part.code == Code::kDayOfYear;
      const int sign = number < 0 && !is_day ? 1 : 0;
      const int width = pads && part.digits > 0 ? part.digits + sign : 0;
      out += fmt::format("{:0{}}", number, width);
    }
  }
  if (part.ordinal != Ordinal::kNone) out += ordinal_suffix(out, part.ordinal == Ordinal::kLower);
}

void TimeTemplate::write(int64_t micros, std::string& out) const {
  const Moment at(micros);
  for (const Part& part : parts_) write_part(part, at, out);
}

void TimeTemplate::write(const Interval& interval, std::string& out) const {
  const Moment at(interval);
  for (const Part& part : parts_) write_part(part, at, out);
}

}  // namespace leat::expr
