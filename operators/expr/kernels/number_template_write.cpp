// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The number is rounded to as many digits behind the point as the template has places, and then
// laid into the places from the left; a number with more digits before the point than there are
// places becomes `#`s. The text is PostgreSQL's byte for byte, but for 9.996 as '9.99EEEE', which
// is
// 1.00e+01 here.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/number_template.h"

namespace leat::expr {
namespace {

constexpr int kFloatDigits = 15;
constexpr int kRomanWidth = 15;
constexpr int64_t kRomanMax = 3999;

}  // namespace

std::string NumberTemplate::hashes() const {
  std::string text(static_cast<size_t>(before_ + shift_ + behind_ + 1), '#');
  text[static_cast<size_t>(before_ + shift_)] = '.';
  return text;
}

NumberDigits NumberTemplate::digits_of(Int128 value, int scale) const {
  NumberDigits digits;
  // `shift_` moves the point, so that there are fewer digits behind it.
  int have = scale - shift_;
  if (have > behind_) {
    value = divide_rounded(value, std::min(have - behind_, kDecimalDigitsMax));
    have = behind_;
  }
  digits.negative = value < 0;
  std::string text = decimal_text(magnitude_of(value), 0);
  if (text == "0") text.clear();
  text.append(static_cast<size_t>(behind_ - have), '0');
  const auto behind = static_cast<size_t>(behind_);
  if (text.size() <= behind) text.insert(0, behind + 1 - text.size(), '0');
  if (behind > 0) text.insert(text.size() - behind, ".");
  const size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
  digits.text = text.substr(text[first] == '.' ? first - 1 : first);
  return digits;
}

NumberDigits NumberTemplate::digits_of(double value) const {
  value *= std::pow(10.0, shift_);
  NumberDigits digits;
  if (std::isnan(value)) {
    digits.text = "NaN";
    return digits;
  }
  digits.negative = value < 0;
  value = std::fabs(value);
  if (std::isinf(value)) {
    digits.text = "Infinity";
    return digits;
  }
  // A float64 has 15 digits that mean something.
  const auto before = static_cast<int>(fmt::format("{:.0f}", value).size());
  const int behind = before >= kFloatDigits ? 0 : std::min(behind_, kFloatDigits - before);
  digits.text = fmt::format("{:.{}f}", value, behind);
  return digits;
}

void NumberTemplate::write_decimal(Int128 value, int scale, std::string& out) const {
  if (roman_) {
    const Int128 number = divide_rounded(value, scale);
    return write_roman(number > 0 && number <= kRomanMax
                           ? std::optional(static_cast<int64_t>(number))
                           : std::nullopt,
                       out);
  }
  if (!scientific_) return lay_out(digits_of(value, scale), out);
  const bool negative = value < 0;
  value = magnitude_of(value);
  auto count = static_cast<int>(decimal_text(value, 0).size());
  int exponent = value == 0 ? 0 : count - 1 - scale;
  if (count > behind_ + 1) {
    value = divide_rounded(value, count - behind_ - 1);
    if (static_cast<int>(decimal_text(value, 0).size()) > behind_ + 1) {  // 9.99 became 10.0
      value /= 10;
      ++exponent;
    }
    count = behind_ + 1;
  }
  std::string text = decimal_text(value, 0);
  text.append(static_cast<size_t>(behind_ + 1 - count), '0');
  if (behind_ > 0) text.insert(1, ".");
  out += fmt::format("{}{}e{}{:02}", negative ? "-" : " ", text, exponent < 0 ? '-' : '+',
                     std::abs(exponent));
}

void NumberTemplate::write_float(double value, std::string& out) const {
  if (roman_) {
    const double number = std::rint(value);
    return write_roman(number >= 1 && number <= static_cast<double>(kRomanMax)
                           ? std::optional(static_cast<int64_t>(number))
                           : std::nullopt,
                       out);
  }
  if (!scientific_) return lay_out(digits_of(value), out);
  if (!std::isfinite(value)) {
    std::string text(static_cast<size_t>(before_ + behind_ + 6), '#');
    text[0] = ' ';
    text[static_cast<size_t>(before_) + 1] = '.';
    out += text;
    return;
  }
  out += fmt::format("{}{:.{}e}", std::signbit(value) ? "" : " ", value, behind_);
}

void NumberTemplate::write_roman(std::optional<int64_t> number, std::string& out) const {
  std::string numerals = number ? roman_numerals(*number) : std::string(kRomanWidth, '#');
  for (const Part& part : parts_) {
    if (part.kind == Kind::kText) out += part.text;
    if (part.kind != Kind::kRoman) continue;
    if (!fill_) out.append(kRomanWidth - std::min<size_t>(kRomanWidth, numerals.size()), ' ');
    for (const char c : numerals)
      out += part.lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
}

/// Lays digits into the places of a template, one after the other.
class NumberTemplate::Writer {
 public:
  Writer(const NumberTemplate& format, NumberDigits digits, std::string& out)
      : format_(format), out_(out), negative_(digits.negative), text_(std::move(digits.text)) {
    const int places = format.before_ + format.shift_;
    const size_t point = text_.find('.');
    const auto length = static_cast<int>(point == std::string::npos ? text_.size() : point);
    spaces_ = std::max(0, places - length);
    if (length > places) text_ = format.hashes();
    brackets_ = format.brackets_ && (negative_ || !format.fill_);
    anchor_ = format.anchor_;
    zero_first_ = std::max(0, format.zero_first_ - 1);
    if (format.plus_ || format.minus_) {
      signed_ = format.minus_;
    } else {
      signed_ = !negative_ && format.fill_ && !format.locale_sign_;
      if (anchor_ == Anchor::kFront && places == format.sign_digits_) anchor_ = Anchor::kBack;
    }
    last_place_ = format.behind_ + places - 1;
    if (format.fill_ && format.point_) find_last();
    if (!signed_ && spaces_ == 0) ++last_place_;
  }

  void write() {
    for (const Part& part : format_.parts_) write(part);
  }

 private:
  /// With FM, zeros at the end are left out, but for those a 0 asks for.
  void find_last() {
    const size_t point = text_.find('.');
    if (point == std::string::npos) return;
    last_ = text_.find_last_not_of('0');
    const int asked = format_.zero_last_ - spaces_;
    if (asked > 0) {
      last_ = std::max(*last_, std::min(text_.size() - 1, static_cast<size_t>(asked)));
    }
  }

  bool ends_at_point() const { return last_ && text_[*last_] == '.'; }
  /// `.1` is written for 0.1 unless a 0 asks for it.
  bool hides_zero() const {
    return !format_.zeros_ && at_ == 0 && text_[0] == '0' && format_.behind_ != 0;
  }

  void write(const Part& part) {
    switch (part.kind) {
      case Kind::kDigit:
      case Kind::kZero:
      case Kind::kPoint: return place(part.kind);
      case Kind::kComma:
        if (inside_) {
          out_ += ',';
        } else if (!format_.fill_) {
          out_ += ' ';
        }
        return;
      case Kind::kCurrency: out_ += ' '; return;
      case Kind::kMinus: return sign(negative_ ? '-' : ' ', negative_);
      case Kind::kPlus: return sign(negative_ ? ' ' : '+', !negative_);
      case Kind::kSign: out_ += negative_ ? '-' : '+'; return;
      case Kind::kOrdinal:
        if (text_[0] != '#' && !negative_ && !format_.point_)
          out_ += ordinal_suffix(text_, part.lower);
        return;
      case Kind::kText: out_ += part.text; return;
      case Kind::kRoman:
      case Kind::kSettings: return;
    }
  }
  void sign(char c, bool visible) {
    if (visible || !format_.fill_) out_ += c;
  }

  void place(Kind kind) {
    inside_ = false;
    sign_in_front();
    if (place_ < spaces_ && (!format_.zeros_ || zero_first_ > place_)) {
      if (!format_.fill_) out_ += ' ';
    } else if (place_ < spaces_) {
      out_ += '0';
      inside_ = true;
    } else {
      digit(kind);
      if (at_ < text_.size()) ++at_;
    }
    int end = last_place_ + (spaces_ > 0 ? 1 : 0) + (format_.point_ ? 1 : 0);
    if (last_ && *last_ == at_) end = place_;
    if (place_ + 1 == end) sign_behind();
    ++place_;
  }

  void digit(Kind kind) {
    if (at_ < text_.size() && text_[at_] == '.') {
      out_ += '.';
    } else if (last_ && at_ > *last_ && kind != Kind::kZero) {
      return;
    } else if (hides_zero()) {
      if (!format_.fill_) {
        out_ += ' ';
      } else if (ends_at_point()) {
        out_ += '0';
      }
    } else if (at_ < text_.size()) {
      out_ += text_[at_];
      inside_ = true;
    }
  }

  void sign_in_front() {
    if (signed_ || (place_ < spaces_ && !(format_.zeros_ && zero_first_ == place_))) return;
    if (hides_zero() && !ends_at_point()) return;
    if (format_.locale_sign_) {
      if (anchor_ != Anchor::kFront) return;
      out_ += negative_ ? '-' : '+';
    } else if (brackets_) {
      out_ += negative_ ? '<' : ' ';
    } else if (negative_) {
      out_ += '-';
    } else if (!format_.fill_) {
      out_ += ' ';
    }
    signed_ = true;
  }

  void sign_behind() {
    if (signed_ && brackets_) {
      out_ += negative_ ? '>' : ' ';
    } else if (format_.locale_sign_ && anchor_ == Anchor::kBack) {
      out_ += negative_ ? '-' : '+';
    }
  }

  const NumberTemplate& format_;
  std::string& out_;
  bool negative_;
  std::string text_;
  std::optional<size_t> last_;  // the last character of text_ to be written
  size_t at_ = 0;               // the next character of text_
  int place_ = 0;
  int spaces_ = 0;  // places in front of the number
  int last_place_ = 0;
  int zero_first_ = 0;
  Anchor anchor_ = Anchor::kNone;
  bool brackets_ = false;
  bool signed_ = false;  // was the sign written, or is none needed?
  bool inside_ = false;  // was the last place a digit?
};

void NumberTemplate::lay_out(NumberDigits digits, std::string& out) const {
  Writer(*this, std::move(digits), out).write();
}

}  // namespace leat::expr
