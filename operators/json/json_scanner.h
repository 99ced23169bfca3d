// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Walks the text of one JSON value and checks all of it against RFC 8259. Text is UTF-8 that was
// checked before; here is the grammar: exactly the values of the standard, no comments, no trailing
// commas, no NaN. Lone surrogates (`"\ud800"`) are refused, since no UTF-8 text is their value.
// Values may be nested kJsonDepthMax deep. A line feed ends a line of JSON lines: there it is the
// one character that the standard takes for white space and the scanner does not, so that a value
// ends with its line and nobody has to look for the line's end first.
//
// A scanner reads single bytes only before its end, and up to 32 bytes past it in blocks that are
// then not looked at: text in a Buffer has that room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "operators/text/byte_scan.h"
#include "operators/text/value_parser.h"

namespace leat::io {

inline constexpr size_t kJsonDepthMax = 1024;

/// What a line feed outside of strings is: the end of the value, or white space.
enum class LineFeeds : uint8_t { kEnd, kAreSpace };

/// A number as it was read. The value is mantissa / 10^fraction if `digits` is at most 19 and there
/// is no exponent.
struct JsonNumber {
  uint64_t mantissa = 0;
  uint32_t digits = 0;    ///< Before and after the point.
  uint32_t fraction = 0;  ///< Digits after the point.
  bool negative = false;
  bool has_point = false;
  bool has_exponent = false;

  bool is_integer() const { return !has_point && !has_exponent; }
};

/// THREADS: one. Every function that reads takes the position to read from and returns the position
/// behind what it read, or null after noting what is wrong and where.
class JsonScanner {
 public:
  JsonScanner() = default;
  explicit JsonScanner(std::string_view text, LineFeeds line_feeds = LineFeeds::kEnd)
      : end_(text.data() + text.size()), feeds_are_space_(line_feeds == LineFeeds::kAreSpace) {}

  const char* end() const { return end_; }
  /// The byte at `at`, or 0 at the end.
  char peek(const char* at) const { return at < end_ ? *at : '\0'; }

  const char* skip_space(const char* at) const {
    while (at < end_ && static_cast<uint8_t>(*at) <= ' ' && is_space(*at)) [[unlikely]]
      ++at;
    return at;
  }

  /// `at` is behind the opening quote; returns the position of the closing quote. `escaped` tells
  /// whether there are backslashes.
  const char* string(const char* at, bool& escaped) {
    escaped = false;
    for (const char* block = at; block < end_; block += 16) {
      const size_t special = first_marked(special_bytes(load16(block)));
      if (special == 16) continue;
      const char* const found = block + special;
      if (*found == '"' && found < end_) [[likely]]
        return found;
      return string_slow(found, escaped);
    }
    return fault(end_, "the string does not end");
  }

  /// A number. REQUIRES: `at` is at a digit or a minus sign.
  [[gnu::always_inline]] const char* number(const char* at, JsonNumber& number) {
    number = JsonNumber();
    number.negative = *at == '-';
    at += number.negative;
    const char* const begin = at;
    at = digits(at, number);
    if (at == nullptr) [[unlikely]]
      return nullptr;
    if (*begin == '0' && at != begin + 1) [[unlikely]]
      return fault(begin, "a number cannot begin with 0");
    if (peek(at) == '.') {
      number.has_point = true;
      const uint32_t before = number.digits;
      at = digits(at + 1, number);
      if (at == nullptr) [[unlikely]]
        return nullptr;
      number.fraction = number.digits - before;
    }
    return (peek(at) | 0x20) == 'e' ? exponent(at, number) : at;
  }

  /// Any value.
  const char* skip_value(const char* at) {
    const char c = peek(at);
    if (c == '"') {
      bool escaped = false;
      const char* const quote = string(at + 1, escaped);
      return quote == nullptr ? nullptr : quote + 1;
    }
    return is_number_start(c) ? skip_number(at) : skip_other(at);
  }
  static bool is_number_start(char c) { return (c >= '0' && c <= '9') || c == '-'; }

  /// `word` is true, false or null.
  const char* literal(const char* at, std::string_view word) {
    if (static_cast<size_t>(end_ - at) < word.size() || std::string_view(at, word.size()) != word) {
      return fault(at, "here should be a value");
    }
    return at + word.size();
  }

  /// Notes what is wrong at `at`; null. `what` points to a literal.
  const char* fault(const char* at, const char* what) {
    fault_at_ = at < end_ ? at : end_;
    fault_ = what;
    return nullptr;
  }
  const char* fault_at() const { return fault_at_; }
  const char* fault() const { return fault_; }

  /// Which of the 16 bytes at `block` ends the plain part of a string; negative: none.
  static intptr_t first_special(const char* block) {
    return hn::FindFirstTrue(Bytes16(), special_bytes(load16(block)));
  }

 private:
  bool is_space(char c) const {
    return c == ' ' || c == '\t' || c == '\r' || (c == '\n' && feeds_are_space_);
  }
  static Mask16 special_bytes(Vec16 bytes) {
    const Bytes16 tag;
    const Mask16 control = hn::Eq(hn::Min(bytes, hn::Set(tag, uint8_t{0x1F})), bytes);
    return hn::Or(control, hn::Or(hn::Eq(bytes, hn::Set(tag, uint8_t{'"'})),
                                  hn::Eq(bytes, hn::Set(tag, uint8_t{'\\'}))));
  }
  const char* string_slow(const char* at, bool& escaped);
  const char* escape(const char* at);
  const char* exponent(const char* at, JsonNumber& number);
  const char* skip_number(const char* at);
  const char* skip_other(const char* at);
  const char* skip_nested(const char* at);
  const char* key(const char* at);

  // At least one digit. Up to eight at a time, which are joined without a loop over them.
  [[gnu::always_inline]] const char* digits(const char* at, JsonNumber& number) {
    static constexpr uint64_t kPowers[] = {1,       10,        100,        1000,       10'000,
                                           100'000, 1'000'000, 10'000'000, 100'000'000};
    const char* const begin = at;
    for (;;) {
      const uint64_t word = swar::load8(at) ^ 0x3030303030303030;
      const uint64_t others = ((word + 0x7676767676767676) | word) & swar::kHighBits;
      size_t count = others == 0 ? 8 : static_cast<size_t>(__builtin_ctzll(others)) / 8;
      if (static_cast<size_t>(end_ - at) < count) [[unlikely]]
        count = static_cast<size_t>(end_ - at);
      if (count == 0) [[unlikely]]
        break;
      number.mantissa =
          number.mantissa * kPowers[count] + swar::join_digits(word << (64 - 8 * count));
      at += count;
      if (count < 8) [[likely]]
        break;
    }
    if (at == begin) [[unlikely]]
      return fault(at, "here should be a digit");
    number.digits += static_cast<uint32_t>(at - begin);
    return at;
  }

  const char* end_ = nullptr;
  bool feeds_are_space_ = false;
  const char* fault_at_ = nullptr;
  const char* fault_ = "";
};

/// Writes what the inside of a JSON string, checked by JsonScanner::string, stands for to `out`;
/// returns the end. REQUIRES: room for raw.size() bytes.
char* json_unescape(std::string_view raw, char* out);

}  // namespace leat::io
