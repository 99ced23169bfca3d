// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The letters are those of C's strftime, in English whatever the environment says; %f are the six
// digits of microseconds, as in Python and DuckDB. Reading takes at most as many digits as writing
// writes, and fewer. Where parts stand side by side, as in %Y%m%d, those behind have as many digits
// as writing gives them.
#include "operators/expr/kernels/time_text.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/calendar_names.h"

namespace leat::expr {
namespace {

constexpr std::string_view kLetters = "YmdHMSfyjIpbBaAeuwVGgUWsz%";

struct Shorthand {
  char letter;
  std::string_view format;
};
constexpr std::array<Shorthand, 5> kShorthands = {{
    {'F', "%Y-%m-%d"},
    {'T', "%H:%M:%S"},
    {'R', "%H:%M"},
    {'D', "%m/%d/%y"},
    {'h', "%b"},
}};
constexpr size_t kShortName = 3;

/// A timestamp taken apart.
struct Moment {
  explicit Moment(int64_t at, bool is_zoned)
      : micros(at),
        zoned(is_zoned),
        day(day_of_timestamp(at)),
        time(time_of_timestamp(at)),
        civil(civil_of(day)),
        hour(time / kMicrosPerHour) {}

  int64_t micros;
  bool zoned;
  int64_t day;
  int64_t time;
  Civil civil;
  int64_t hour;
};

/// The number of the week, where week 1 begins with the year's first day `weekday` (Monday is 1).
int64_t week_from(const Moment& at, int32_t weekday) {
  const int64_t day_of_year = at.day - days_of({at.civil.year, 1, 1});
  const int64_t since = (iso_weekday(at.day) - weekday + 7) % 7;
  return (day_of_year + 7 - since) / 7;
}

void write_part(const Moment& at, char letter, std::string& out) {
  const auto append = [&](auto format, int64_t value) {
    fmt::format_to(std::back_inserter(out), format, value);
  };
  switch (letter) {
    case 'Y': return append(FMT_STRING("{:04}"), at.civil.year);
    case 'm': return append(FMT_STRING("{:02}"), at.civil.month);
    case 'd': return append(FMT_STRING("{:02}"), at.civil.day);
    case 'e': return append(FMT_STRING("{:2}"), at.civil.day);
    case 'H': return append(FMT_STRING("{:02}"), at.hour);
    case 'I': return append(FMT_STRING("{:02}"), (at.hour + 11) % 12 + 1);
    case 'p': out += at.hour < 12 ? "AM" : "PM"; return;
    case 'M': return append(FMT_STRING("{:02}"), at.time / kMicrosPerMinute % 60);
    case 'S': return append(FMT_STRING("{:02}"), at.time / kMicrosPerSecond % 60);
    case 'f': return append(FMT_STRING("{:06}"), at.time % kMicrosPerSecond);
    case 'y': return append(FMT_STRING("{:02}"), at.civil.year % 100);
    case 'j': return append(FMT_STRING("{:03}"), at.day - days_of({at.civil.year, 1, 1}) + 1);
    case 'b':
      out += kMonthNames[static_cast<size_t>(at.civil.month - 1)].substr(0, kShortName);
      return;
    case 'B': out += kMonthNames[static_cast<size_t>(at.civil.month - 1)]; return;
    case 'a':
      out += kDayNames[static_cast<size_t>(iso_weekday(at.day) - 1)].substr(0, kShortName);
      return;
    case 'A': out += kDayNames[static_cast<size_t>(iso_weekday(at.day) - 1)]; return;
    case 'u': return append(FMT_STRING("{}"), iso_weekday(at.day));
    case 'w': return append(FMT_STRING("{}"), iso_weekday(at.day) % 7);
    case 'V': return append(FMT_STRING("{:02}"), iso_week_of(at.day).week);
    case 'G': return append(FMT_STRING("{:04}"), iso_week_of(at.day).year);
    case 'g': return append(FMT_STRING("{:02}"), iso_week_of(at.day).year % 100);
    case 'U': return append(FMT_STRING("{:02}"), week_from(at, 7));
    case 'W': return append(FMT_STRING("{:02}"), week_from(at, 1));
    case 's': return append(FMT_STRING("{}"), floor_divide(at.micros, kMicrosPerSecond));
    case 'z': out += at.zoned ? "+0000" : ""; return;
    default: out += '%'; return;
  }
}

/// What reading has found so far.
struct Fields {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t micros = 0;
  int64_t offset_minutes = 0;
  std::optional<int64_t> day_of_year;
  std::optional<int64_t> epoch;
  std::optional<bool> afternoon;
};

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool skip(std::string_view wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }
  /// 1 to `most` digits.
  bool number(size_t most, int64_t& value, int64_t least = 0, int64_t largest = INT64_MAX) {
    size_t count = 0;
    value = 0;
    while (count < most && count < text_.size() && text_[count] >= '0' && text_[count] <= '9')
      value = value * 10 + (text_[count++] - '0');
    text_.remove_prefix(count);
    digits_ = count;
    return count > 0 && value >= least && value <= largest;
  }
  size_t digits() const { return digits_; }
  /// How many digits come next.
  size_t digits_ahead() const {
    return std::min(text_.find_first_not_of("0123456789"), text_.size());
  }
  /// One of `names`, whole or cut to three letters, in any case; its number from 1.
  template <size_t kCount>
  bool name(const std::array<std::string_view, kCount>& names, int64_t& value) {
    for (size_t i = 0; i < kCount; ++i) {
      for (const std::string_view candidate : {names[i], names[i].substr(0, kShortName)}) {
        if (!matches(candidate)) continue;
        text_.remove_prefix(candidate.size());
        value = static_cast<int64_t>(i) + 1;
        return true;
      }
    }
    return false;
  }
  bool matches(std::string_view wanted) const {
    return text_.size() >= wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), text_.begin(), [](char a, char b) {
             return std::tolower(static_cast<unsigned char>(a)) ==
                    std::tolower(static_cast<unsigned char>(b));
           });
  }
  bool offset(int64_t& minutes) {
    if (skip("Z")) return true;
    const int64_t sign = text_.starts_with('-') ? -1 : 1;
    if (!skip("+") && !skip("-")) return false;
    int64_t hours = 0;
    int64_t rest = 0;
    if (!number(2, hours, 0, 23)) return false;
    skip(":");
    if (!at_end() && std::isdigit(static_cast<unsigned char>(text_[0])) != 0 &&
        !number(2, rest, 0, 59))
      return false;
    minutes = sign * (hours * 60 + rest);
    return true;
  }
  /// How many digits a number of `least` to `most` has when `behind` more follow that are not its
  /// own.
  size_t width(size_t behind, size_t least, size_t most) const {
    const size_t ahead = digits_ahead();
    return std::clamp(ahead > behind ? ahead - behind : 0, least, most);
  }
  bool epoch(size_t behind, int64_t& value) {
    const bool negative = skip("-");
    if (!number(width(behind, 1, 12), value)) return false;
    if (negative) value = -value;
    return true;
  }

 private:
  std::string_view text_;
  size_t digits_ = 0;
};

bool read_fraction(FieldReader& reader, int64_t& micros) {
  if (!reader.number(6, micros)) return false;
  for (size_t digits = reader.digits(); digits < 6; ++digits) micros *= 10;
  return true;
}

/// `behind`: how many digits of other parts follow without anything between.
bool read_part(FieldReader& reader, char letter, size_t behind, Fields& fields) {
  int64_t ignored = 0;
  switch (letter) {
    case 'Y':
      return reader.number(behind == 0 ? 6 : reader.width(behind, 4, 6), fields.year, kYearMin,
                           kYearMax);
    case 'y':
      if (!reader.number(2, fields.year)) return false;
      fields.year += fields.year < 69 ? 2000 : 1900;  // POSIX
      return true;
    case 'm': return reader.number(2, fields.month, 1, 12);
    case 'd':
    case 'e':
      while (letter == 'e' && reader.skip(" ")) {
      }
      return reader.number(2, fields.day, 1, 31);
    case 'H': return reader.number(2, fields.hour, 0, 23);
    case 'I': return reader.number(2, fields.hour, 1, 12);
    case 'M': return reader.number(2, fields.minute, 0, 59);
    case 'S': return reader.number(2, fields.second, 0, 59);
    case 'f': return read_fraction(reader, fields.micros);
    case 'p':
      if (!reader.matches("am") && !reader.matches("pm")) return false;
      fields.afternoon = reader.matches("pm");
      return reader.skip("am") || reader.skip("AM") || reader.skip("pm") || reader.skip("PM");
    case 'j': fields.day_of_year = 0; return reader.number(3, *fields.day_of_year, 1, 366);
    case 'b':
    case 'B': return reader.name(kMonthNames, fields.month);
    case 'a':
    case 'A': return reader.name(kDayNames, ignored);
    case 'u':
    case 'w': return reader.number(1, ignored, 0, 7);
    case 's': fields.epoch = 0; return reader.epoch(behind, *fields.epoch);
    case 'z': return reader.offset(fields.offset_minutes);
    case '%': return reader.skip("%");
    default: return false;
  }
}

/// How many digits a part is written with; 0: none, or not so many each time.
size_t digits_of(char letter) {
  switch (letter) {
    case 'Y': return 4;
    case 'f': return 6;
    case 'j': return 3;
    case 'u':
    case 'w': return 1;
    case 'm':
    case 'd':
    case 'e':
    case 'H':
    case 'I':
    case 'M':
    case 'S':
    case 'y': return 2;
    default: return 0;
  }
}

std::optional<int64_t> timestamp_of(const Fields& fields) {
  if (fields.epoch) return *fields.epoch * kMicrosPerSecond + fields.micros;
  int64_t day = 0;
  if (fields.day_of_year) {
    if (*fields.day_of_year == 366 && !is_leap(fields.year)) return std::nullopt;
    day = days_of({fields.year, 1, 1}) + *fields.day_of_year - 1;
  } else {
    const auto month = static_cast<int32_t>(fields.month);
    if (fields.day > days_in_month(fields.year, month)) return std::nullopt;
    day = days_of({fields.year, month, static_cast<int32_t>(fields.day)});
  }
  int64_t hour = fields.hour;
  if (fields.afternoon) {
    if (hour < 1 || hour > 12) return std::nullopt;
    hour = hour % 12 + (*fields.afternoon ? 12 : 0);
  }
  return day * kMicrosPerDay + hour * kMicrosPerHour +
         (fields.minute - fields.offset_minutes) * kMicrosPerMinute +
         fields.second * kMicrosPerSecond + fields.micros;
}

}  // namespace

std::optional<TimeFormat> TimeFormat::parse(std::string_view text, std::string& wrong) {
  TimeFormat format;
  if (!format.append(text, wrong)) return std::nullopt;
  return format;
}

bool TimeFormat::append(std::string_view text, std::string& wrong) {
  while (!text.empty()) {
    const size_t percent = text.find('%');
    if (percent != 0) {
      parts_.push_back({0, std::string(text.substr(0, percent))});
      text.remove_prefix(std::min(percent, text.size()));
      continue;
    }
    const bool bare = text.size() > 2 && text[1] == '-';
    if (bare) text.remove_prefix(1);
    const char letter = text.size() < 2 ? '\0' : text[1];
    const auto shorthand = std::find_if(kShorthands.begin(), kShorthands.end(),
                                        [&](const Shorthand& one) { return one.letter == letter; });
    if (shorthand != kShorthands.end()) {
      if (!append(shorthand->format, wrong)) return false;
    } else if (letter == '\0' || kLetters.find(letter) == std::string_view::npos) {
      wrong = bare ? "%" : "";
      wrong += text.substr(0, 2);
      return false;
    } else {
      parts_.push_back({letter, {}, bare});
    }
    text.remove_prefix(2);
  }
  return true;
}

void TimeFormat::write(int64_t micros, bool zoned, std::string& out) const {
  const Moment at(micros, zoned);
  for (const Part& part : parts_) {
    if (part.letter == 0) {
      out += part.text;
      continue;
    }
    const size_t begin = out.size();
    write_part(at, part.letter, out);
    if (!part.bare) continue;
    const size_t first = out.find_first_not_of("0 ", begin);
    out.erase(begin, std::min(first, out.size() - 1) - begin);
  }
}

size_t TimeFormat::digits_behind(size_t part) const {
  size_t digits = 0;
  for (size_t i = part + 1; i < parts_.size(); ++i) {
    const std::string& text = parts_[i].text;
    const size_t here = parts_[i].letter != 0
                            ? digits_of(parts_[i].letter)
                            : std::min(text.find_first_not_of("0123456789"), text.size());
    digits += here;
    if (here == 0 || (parts_[i].letter == 0 && here < text.size())) break;
  }
  return digits;
}

std::optional<int64_t> TimeFormat::read(std::string_view text) const {
  FieldReader reader(text);
  Fields fields;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    const bool ok = part.letter == 0 ? reader.skip(part.text)
                                     : read_part(reader, part.letter, digits_behind(i), fields);
    if (!ok) return std::nullopt;
  }
  if (!reader.at_end()) return std::nullopt;
  const std::optional<int64_t> micros = timestamp_of(fields);
  return micros && *micros >= kTimestampMin && *micros <= kTimestampMax ? micros : std::nullopt;
}

}  // namespace leat::expr
