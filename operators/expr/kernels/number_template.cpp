// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Templates of numbers, taken apart; number_template_write.cpp and number_template_read.cpp use
// them.
#include "operators/expr/kernels/number_template.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "operators/expr/kernels/decimal_math.h"
#include "operators/text/ascii.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

/// Longest first, where one begins with another.
constexpr std::array<std::string_view, 20> kPatterns = {
    ",",  ".",  "0",  "9",  "B",  "D",  "EEEE", "FM", "G", "L",
    "MI", "PL", "PR", "RN", "SG", "SP", "S",    "TH", "V", "E",
};

bool starts_with_pattern(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (ascii_upper(text[i]) != pattern[i]) return false;
  }
  // PostgreSQL has no mixed case here, but for Th.
  const bool lower = text[0] >= 'a' && text[0] <= 'z';
  return std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(pattern.size()),
                     [&](char c) { return ascii_upper(c) == c ? !lower || c < 'A' : lower; });
}

}  // namespace

std::string_view ordinal_suffix(std::string_view digits, bool lower) {
  const char last = digits.empty() ? '0' : digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  switch (teen ? '0' : last) {
    case '1': return lower ? "st" : "ST";
    case '2': return lower ? "nd" : "ND";
    case '3': return lower ? "rd" : "RD";
    default: return lower ? "th" : "TH";
  }
}

std::string roman_numerals(int64_t number) {
  struct Numeral {
    int64_t value;
    std::string_view text;
  };
  static constexpr std::array<Numeral, 13> kNumerals = {{{1000, "M"},
                                                         {900, "CM"},
                                                         {500, "D"},
                                                         {400, "CD"},
                                                         {100, "C"},
                                                         {90, "XC"},
                                                         {50, "L"},
                                                         {40, "XL"},
                                                         {10, "X"},
                                                         {9, "IX"},
                                                         {5, "V"},
                                                         {4, "IV"},
                                                         {1, "I"}}};
  std::string text;
  for (const Numeral& numeral : kNumerals) {
    for (; number >= numeral.value; number -= numeral.value) text += numeral.text;
  }
  return text;
}

// --------------------------------------------------------------------------------------------------- templates

std::optional<NumberTemplate> NumberTemplate::parse(std::string_view text, std::string& wrong) {
  NumberTemplate result;
  if (text.size() > kTemplateBytesMax) {
    wrong = fmt::format("a template has {} bytes at most", kTemplateBytesMax);
    return std::nullopt;
  }
  while (!text.empty()) {
    if (!result.take(text, wrong)) return std::nullopt;
  }
  if (result.before_ + result.behind_ + result.shift_ > kDecimalDigitsMax) {
    wrong = fmt::format("a template has {} digits at most", kDecimalDigitsMax);
    return std::nullopt;
  }
  return result;
}

bool NumberTemplate::take(std::string_view& text, std::string& wrong) {
  for (const std::string_view pattern : kPatterns) {
    if (!starts_with_pattern(text, pattern)) continue;
    const std::string_view written = text.substr(0, pattern.size());
    const bool lower = written != pattern;
    text.remove_prefix(pattern.size());
    if (scientific_) {
      wrong = "'EEEE' must be the last pattern";
      return false;
    }
    if (!note(pattern, wrong)) return false;
    parts_.back().lower = lower;
    return true;
  }
  if (text[0] != '"') {
    if (text[0] == '\\' && text.size() > 1 && text[1] == '"') text.remove_prefix(1);
    const size_t bytes = next_character(text, 0);
    parts_.push_back({Kind::kText, false, std::string(text.substr(0, bytes))});
    text.remove_prefix(bytes);
    return true;
  }
  text.remove_prefix(1);
  while (!text.empty() && text[0] != '"') {
    if (text[0] == '\\' && text.size() > 1) text.remove_prefix(1);
    const size_t bytes = next_character(text, 0);
    parts_.push_back({Kind::kText, false, std::string(text.substr(0, bytes))});
    text.remove_prefix(bytes);
  }
  if (!text.empty()) text.remove_prefix(1);
  return true;
}

bool NumberTemplate::note(std::string_view pattern, std::string& wrong) {
  const auto add = [&](Kind kind) {
    parts_.push_back({kind, false, {}});
    return true;
  };
  if (pattern == "9" || pattern == "0") {
    if (brackets_) {
      wrong = fmt::format("'{}' must stand before 'PR'", pattern);
      return false;
    }
    add_digit(pattern == "0");
    return add(pattern == "0" ? Kind::kZero : Kind::kDigit);
  }
  if (pattern == "." || pattern == "D") return add_point(wrong) && add(Kind::kPoint);
  if (pattern == "," || pattern == "G") return add(Kind::kComma);
  if (pattern == "L") return add(Kind::kCurrency);
  if (pattern == "TH") return add(Kind::kOrdinal);
  if (pattern == "RN") {
    roman_ = true;
    return add(Kind::kRoman);
  }
  if (pattern == "MI") return add_sign(pattern, wrong) && add(Kind::kMinus);
  if (pattern == "PL") return add_sign(pattern, wrong) && add(Kind::kPlus);
  if (pattern == "SG") return add_sign(pattern, wrong) && add(Kind::kSign);
  if (pattern == "S" || pattern == "PR") return add_sign(pattern, wrong) && add(Kind::kSettings);
  if (pattern == "EEEE") return add_exponent(wrong) && add(Kind::kSettings);
  if (pattern == "V") {
    if (point_) {
      wrong = "'V' and a decimal point do not go together";
      return false;
    }
    multiplied_ = true;
  }
  if (pattern == "FM") fill_ = true;
  if (pattern == "SP" || pattern == "E") {
    wrong = fmt::format("'{}' is no pattern of numbers", pattern);
    return false;
  }
  return add(Kind::kSettings);
}

void NumberTemplate::add_digit(bool zero) {
  if (zero) {
    if (!zeros_ && !point_) {
      zeros_ = true;
      zero_first_ = before_ + 1;
    }
    ++(point_ ? behind_ : before_);
    zero_last_ = before_ + behind_;
  } else if (multiplied_) {
    ++shift_;
  } else {
    ++(point_ ? behind_ : before_);
  }
}

bool NumberTemplate::add_point(std::string& wrong) {
  if (point_) wrong = "there are two decimal points";
  if (multiplied_) wrong = "'V' and a decimal point do not go together";
  point_ = true;
  return wrong.empty();
}

bool NumberTemplate::add_sign(std::string_view pattern, std::string& wrong) {
  const bool is_locale = pattern == "S";
  const bool clashes = locale_sign_ || (is_locale && (plus_ || minus_ || brackets_)) ||
                       (pattern == "PR" && (plus_ || minus_));
  if (clashes) {
    wrong = fmt::format("'{}' does not go together with another sign", pattern);
    return false;
  }
  if (is_locale) {
    locale_sign_ = true;
    anchor_ = point_ ? Anchor::kBack : Anchor::kFront;
    sign_digits_ = before_;
  }
  minus_ = minus_ || pattern == "MI" || pattern == "SG";
  plus_ = plus_ || pattern == "PL" || pattern == "SG";
  brackets_ = brackets_ || pattern == "PR";
  return true;
}

bool NumberTemplate::add_exponent(std::string& wrong) {
  if (fill_ || locale_sign_ || brackets_ || minus_ || plus_ || roman_ || multiplied_) {
    wrong = "'EEEE' goes together with digits and a decimal point only";
    return false;
  }
  scientific_ = true;
  return true;
}

std::string_view NumberTemplate::why_unreadable() const {
  if (roman_) return "'RN' is only for writing";
  if (scientific_) return "'EEEE' is only for writing";
  return before_ + behind_ + shift_ == 0 ? "there is no place for a digit" : "";
}

}  // namespace leat::expr
