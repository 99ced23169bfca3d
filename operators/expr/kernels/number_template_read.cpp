// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// As lenient as PostgreSQL: places take what digits there are, and other characters of the template
// take one character of the text, whatever it is, unless a number can have it.
#include "operators/expr/kernels/number_template.h"
#include "operators/text/ascii.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {}  // namespace

/// Takes a text apart by the places of a template.
class NumberTemplate::TextReader {
 public:
  TextReader(const NumberTemplate& format, std::string_view text) : format_(format), text_(text) {}

  std::optional<std::string> read() {
    for (const Part& part : format_.parts_) {
      if (text_.empty()) break;
      read(part);
    }
    if (!has_digits_) return std::nullopt;
    if (digits_.ends_with('.')) digits_.pop_back();
    return (sign_ == '-' ? "-" : "") + (digits_.starts_with('.') ? "0" + digits_ : digits_);
  }

 private:
  void read(const Part& part) {
    switch (part.kind) {
      case Kind::kDigit:
      case Kind::kZero:
      case Kind::kPoint: return place(part.kind != Kind::kPoint);
      case Kind::kComma:
        if ((!digits_.empty() || !format_.fill_) && text_[0] == ',') text_.remove_prefix(1);
        return;
      case Kind::kCurrency:
      case Kind::kText: return skip(1);
      case Kind::kOrdinal: return skip(2);
      case Kind::kMinus: return sign("-");
      case Kind::kPlus: return sign("+");
      case Kind::kSign: return sign("+-");
      case Kind::kRoman:
      case Kind::kSettings: return;
    }
  }
  /// Skips up to `count` characters that cannot be part of a number.
  void skip(size_t count) {
    constexpr std::string_view kOfNumbers = "0123456789.,+-";
    for (; count > 0 && !text_.empty(); --count) {
      if (kOfNumbers.find(text_[0]) != std::string_view::npos) return;
      text_.remove_prefix(next_character(text_, 0));
    }
  }
  void sign(std::string_view signs) {
    if (signs.find(text_[0]) == std::string_view::npos) return skip(1);
    sign_ = text_[0];
    text_.remove_prefix(1);
  }

  void place(bool is_digit_place) {
    if (text_[0] == ' ') text_.remove_prefix(1);
    if (text_.empty()) return;
    if (sign_ == ' ' && is_digit_place && !has_digits_) sign_in_front();
    if (text_.empty()) return;
    bool read = false;
    if (is_digit(text_[0])) {
      if (has_point_ && behind_ == format_.behind_) return;
      digits_ += text_[0];
      if (has_point_) ++behind_;
      has_digits_ = read = true;
    } else if (format_.point_ && !has_point_ && text_[0] == '.') {
      digits_ += '.';
      has_point_ = read = true;
    }
    if (sign_ == ' ' && has_digits_) sign_behind(read);
    if (!text_.empty()) text_.remove_prefix(next_character(text_, 0));
  }
  void sign_in_front() {
    const bool bracket = format_.brackets_ && text_[0] == '<';
    if (format_.locale_sign_ && format_.anchor_ != Anchor::kFront) return;
    if (text_[0] != '-' && text_[0] != '+' && !bracket) return;
    sign_ = text_[0] == '+' ? '+' : '-';
    text_.remove_prefix(1);
  }
  void sign_behind(bool read) {
    const auto is_sign = [](char c) { return c == '-' || c == '+'; };
    if (format_.locale_sign_) {
      if (!read || text_.size() < 2 || !is_sign(text_[1])) return;
      sign_ = text_[1];
      text_.remove_prefix(1);
    } else if (!read && !format_.plus_ && !format_.minus_ && is_sign(text_[0])) {
      sign_ = text_[0];
    }
  }

  const NumberTemplate& format_;
  std::string_view text_;
  std::string digits_;
  int behind_ = 0;
  char sign_ = ' ';
  bool has_digits_ = false;
  bool has_point_ = false;
};

std::optional<std::string> NumberTemplate::read(std::string_view text) const {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::optional<std::string> digits = TextReader(*this, text).read();
  if (!digits || shift_ == 0) return digits;
  // V: the last digits stand behind the point.
  const size_t begin = digits->starts_with('-') ? 1 : 0;
  const auto shift = static_cast<size_t>(shift_);
  if (digits->size() - begin <= shift)
    digits->insert(begin, shift + 1 - (digits->size() - begin), '0');
  digits->insert(digits->size() - shift, ".");
  return digits;
}

}  // namespace leat::expr
