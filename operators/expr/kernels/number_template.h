// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// PostgreSQL's templates of numbers, `9G999D99`, for to_char and to_number. A template is taken
// apart once. As a process has no locale, D is a point, G a comma, and L a space.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/text/value_format.h"

namespace leat::expr {

/// Templates are short; a longer one is a mistake.
inline constexpr size_t kTemplateBytesMax = 4096;

/// A number as its digits, ready to be laid out.
struct NumberDigits {
  bool negative = false;
  std::string text;  ///< `digits[.digits]`, or a name such as NaN.
};

/// THREADS: immutable, any.
class NumberTemplate {
 public:
  /// nullopt with what is wrong in `wrong`.
  static std::optional<NumberTemplate> parse(std::string_view text, std::string& wrong);

  /// Appends the number value / 10^scale, rounded half away from zero.
  void write_decimal(Int128 value, int scale, std::string& out) const;
  void write_float(double value, std::string& out) const;

  /// The number that `text` writes, as digits with an optional sign and point, for a cast; nullopt
  /// when it has no digits.
  std::optional<std::string> read(std::string_view text) const;

  /// How many digits a number read has before and behind the point.
  int digits_before() const { return before_ + shift_; }
  int digits_behind() const { return behind_ + shift_; }
  /// Why no number can be read by it; empty when one can.
  std::string_view why_unreadable() const;

 private:
  enum class Kind : uint8_t {
    kDigit,     // 9
    kZero,      // 0
    kPoint,     // . D
    kComma,     // , G
    kCurrency,  // L
    kMinus,     // MI
    kPlus,      // PL
    kSign,      // SG
    kRoman,     // RN
    kOrdinal,   // TH
    kText,      // stands for itself
    kSettings,  // FM S PR V B EEEE: known from the flags
  };
  struct Part {
    Kind kind;
    bool lower = false;
    std::string text;
  };
  enum class Anchor : uint8_t { kNone, kFront, kBack };
  class Writer;
  class TextReader;

  /// Takes one pattern or character off `text`; false with `wrong`.
  bool take(std::string_view& text, std::string& wrong);
  bool note(std::string_view pattern, std::string& wrong);
  void add_digit(bool zero);
  bool add_point(std::string& wrong);
  bool add_sign(std::string_view pattern, std::string& wrong);
  bool add_exponent(std::string& wrong);
  /// The text of the number with `behind_` digits behind the point.
  NumberDigits digits_of(Int128 value, int scale) const;
  NumberDigits digits_of(double value) const;
  void lay_out(NumberDigits digits, std::string& out) const;
  void write_roman(std::optional<int64_t> number, std::string& out) const;
  std::string hashes() const;

  std::vector<Part> parts_;
  int before_ = 0;
  int behind_ = 0;
  int shift_ = 0;       // digits behind V
  int zero_first_ = 0;  // place of the first 0, from 1
  int zero_last_ = 0;
  int sign_digits_ = 0;  // how many digits stand before S
  Anchor anchor_ = Anchor::kNone;
  bool point_ = false;
  bool zeros_ = false;
  bool fill_ = false;
  bool brackets_ = false;
  bool minus_ = false;
  bool plus_ = false;
  bool locale_sign_ = false;
  bool roman_ = false;
  bool multiplied_ = false;
  bool scientific_ = false;
};

/// `st`, `nd`, `rd` or `th` for a number that ends with these digits.
std::string_view ordinal_suffix(std::string_view digits, bool lower);
/// Roman numerals of 1 to 3999.
std::string roman_numerals(int64_t number);

}  // namespace leat::expr
