// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: exports write `1.234,56 €`, `31.12.2025` and `ja`, and each of these has a second
// reading in another country.
//
// Invariants:
//  1. A number is read in the way that was declared or not at all: beside a decimal comma `1.5` is
//     no number, and `1.5` with points between thousands is not 15, as groups have three digits.
//  2. What is stripped stands around a number, never between its digits.
//  3. The result is the text that value_parser.h reads, so ranges and lost digits are judged there,
//     for all forms alike.
//
// Not chosen: rewriting whole fields before any parser (quotes and places of faults would be those
// of another text), and the locales of the C library, which say nothing of a file.
#include "operators/csv/field_format.h"

#include <algorithm>

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/text/ascii.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/stored_value.h"
#include "operators/text/time_units.h"
#include "operators/text/unicode.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
constexpr std::string_view kNarrowNoBreakSpace = "\xE2\x80\xAF";

bool take_front(std::string_view& text, std::string_view piece) {
  if (piece.empty() || !text.starts_with(piece)) return false;
  text.remove_prefix(piece.size());
  return true;
}

bool take_back(std::string_view& text, std::string_view piece) {
  if (piece.empty() || !text.ends_with(piece)) return false;
  text.remove_suffix(piece.size());
  return true;
}

using Take = bool (*)(std::string_view&, std::string_view);

/// Takes all of `strip`, and the blanks beside them, off one end.
void strip_end(std::string_view& text, const std::vector<std::string>& strip, Take take) {
  const auto takes = [&](std::string_view piece) { return take(text, piece); };
  while (takes(" ") || takes("\t") || takes(kNoBreakSpace) || takes(kNarrowNoBreakSpace) ||
         std::any_of(strip.begin(), strip.end(), takes)) {
  }
}

/// Moves the digits at the front of `text` to `out`, without the separators of thousands. False: a
/// group has another length than three.
bool take_whole_part(std::string_view& text, const std::string& separator, std::string& out) {
  size_t digits = 0;  // of the group
  bool grouped = false;
  for (;;) {
    if (!text.empty() && is_digit(text.front())) {
      out += text.front();
      text.remove_prefix(1);
      ++digits;
    } else if (take_front(text, separator)) {
      const bool is_group = grouped ? digits == kGroupDigits : digits > 0 && digits <= kGroupDigits;
      if (!is_group && !LEAT_MUTANT("groups_of_any_length")) return false;
      grouped = true;
      digits = 0;
    } else {
      return !grouped || digits == kGroupDigits || LEAT_MUTANT("groups_of_any_length");
    }
  }
}

/// `: it is out of range` and the like for a text that value_parser.h would read.
std::string_view why_no_plain_value(std::string_view text, const Type& type) {
  constexpr std::string_view kOutOfRange = ": it is out of range";
  const std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+'));
  const bool is_integer = !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
  if (type.is(TypeId::kInt64)) return is_integer ? kOutOfRange : "";
  if (type.is(TypeId::kFloat64)) {
    const bool is_number = !digits.empty() && is_digit(digits[0]) &&
                           digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    double value = 0;
    const auto [end, error] =
        fast_float::from_chars(digits.data(), digits.data() + digits.size(), value);
    return is_number && end == digits.data() + digits.size() ? kOutOfRange : "";
  }
  if (!type.is(TypeId::kDecimal)) return "";
  Int128 unscaled = 0;
  switch (parse_decimal(text, type.precision(), type.scale(), unscaled)) {
    case DecimalResult::kOutOfRange: return kOutOfRange;
    case DecimalResult::kRounded: return ": digits would be lost";
    default: return "";
  }
}

/// How numbers are written, for a message.
std::string number_form(const FieldFormat& format) {
  std::string form = fmt::format(": its decimal separator is '{}'", format.decimal_separator);
  if (!format.thousands_separator.empty())
    form += fmt::format(", '{}' is between groups of three digits", format.thousands_separator);
  return form;
}

}  // namespace

bool FieldFormat::is_plain(const Type& type) const {
  if (trim || time || zone || !words.empty()) return false;
  return !type.is_numeric() || !changes_numbers();
}

std::string_view trim_blanks(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const size_t last = text.find_last_not_of(" \t");
  return text.substr(begin, last == std::string_view::npos ? 0 : last + 1 - begin);
}

std::optional<std::string_view> plain_number(std::string_view text, const FieldFormat& format,
                                             std::string& scratch) {
  scratch.clear();
  if (!format.strip.empty()) {
    strip_end(text, format.strip, take_front);
    strip_end(text, format.strip, take_back);
  }
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    scratch += text.front();
    text.remove_prefix(1);
    if (!format.strip.empty()) strip_end(text, format.strip, take_front);
  }
  const size_t sign = scratch.size();
  if (!take_whole_part(text, format.thousands_separator, scratch)) return std::nullopt;
  const bool has_digits = scratch.size() > sign;
  if (take_front(text, format.decimal_separator)) {
    scratch += '.';
  } else if (!has_digits) {
    // A word: NaN, Infinity.
    if (text.find_first_of("0123456789.") != std::string_view::npos) return std::nullopt;
    return scratch += text;
  } else if (!text.empty() && text.front() != 'e' && text.front() != 'E') {
    return std::nullopt;
  }
  if (text.find_first_not_of("0123456789eE+-") != std::string_view::npos) return std::nullopt;
  return scratch += text;
}

std::optional<bool> truth_of(std::string_view text, const FieldFormat& format) {
  std::string lower;
  expr::append_lower(lower, text);
  for (const auto& [word, truth] : format.words) {
    if (word == lower) return truth;
  }
  return std::nullopt;
}

std::optional<int64_t> time_of(std::string_view text, const FieldFormat& format, const Type& type) {
  std::optional<int64_t> micros = format.time->format.read(text);
  if (micros && type.is(TypeId::kDate) && *micros % kMicrosPerDay != 0) return std::nullopt;
  if (micros && format.zone && !to_instant(format, *micros)) return std::nullopt;
  return micros;
}

bool to_instant(const FieldFormat& format, int64_t& micros) {
  if (!LEAT_MUTANT("zone_of_a_column_is_utc")) micros = format.zone->instant_of(micros);
  return micros >= expr::kTimestampMin && micros <= expr::kTimestampMax;
}

std::string why_no_value(std::string_view text, const Type& type, const FieldFormat& format) {
  if (format.time) {
    return fmt::format(": {} '{}'",
                       type.is(TypeId::kDate) && format.time->format.read(text)
                           ? "it has a time of day; its format is"
                           : "its format is",
                       format.time->text);
  }
  if (type.is(TypeId::kBool) && !format.words.empty()) {
    std::string words;
    for (const auto& [word, truth] : format.words)
      words += fmt::format("{}'{}'", words.empty() ? "" : ", ", word);
    return fmt::format(": its words are {}", words);
  }
  if (std::string why = why_not_stored(type, text); !why.empty()) return why;
  if (type.is_time_of_day()) {
    int64_t micros = 0;
    return parse_time_of_day_rounded(text, micros) ? ": it is finer than microseconds" : "";
  }
  // With a zone of its own, a column takes times that name theirs and times that do not.
  if (type.is(TypeId::kTimestamp)) {
    const bool zoned = format.zone ? has_zone(text) : type.is_zoned();
    return std::string(why_no_timestamp(text, zoned).reason);
  }
  if (!type.is_numeric() || !format.changes_numbers())
    return std::string(why_no_plain_value(text, type));
  std::string scratch;
  const auto number = plain_number(text, format, scratch);
  return number ? std::string(why_no_plain_value(*number, type)) : number_form(format);
}

}  // namespace leat::io
