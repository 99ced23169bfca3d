// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Columns of money are read at the price of floats only if no digit costs a branch: numbers of
// different lengths, with the point now here and now there, come in no order that a processor could
// foresee.
//
// So up to 16 characters are taken at once: one shuffle closes the gap of the point and moves what
// is left to the right end, where unused bytes are leading zeros, and three rounds of products of
// neighbours make a number of them, in 64 bits. One comparison finds what is no digit, a second
// point among it, and one more that the value has too many digits; then, and for longer text,
// exponents and plus signs, the text is read digit by digit, which gives the same value or says
// what is wrong.
//
// A table of 16 x 17 shuffles by length and point would save three instructions and cost 4 KiB of
// the first cache. Reading the digits into a float64 and scaling it is not exact.
#include "operators/text/decimal_parser.h"

#include <algorithm>
#include <array>
#include <bit>

#include "operators/text/ascii.h"
#include "operators/text/byte_scan.h"
#include "operators/text/value_parser.h"

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace leat::io {
namespace {

constexpr size_t kPlainMax = 16;

// -------------------------------------------------------------------------------- digits at once

/// The number that 16 digits from 0 to 9 stand for.
[[gnu::always_inline]] inline uint64_t join(Vec16 digits) {
#if defined(__SSE4_1__)
  const __m128i pairs = _mm_maddubs_epi16(digits.raw, _mm_set1_epi16(1 << 8 | 10));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  const __m128i packed = _mm_packus_epi32(fours, fours);
  const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(1 << 16 | 10'000));
  const auto halves = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return (halves & 0xFFFF'FFFF) * short_power(8) + (halves >> 32);
#else
  const hn::FixedTag<uint64_t, 2> words;
  const auto halves = hn::BitCast(words, digits);
  const auto last = hn::UpperHalf(hn::Half<decltype(words)>(), halves);
  return swar::join_digits(hn::GetLane(halves)) * short_power(8) +
         swar::join_digits(hn::GetLane(last));
#endif
}

/// A number without sign and exponent: its digits, how many they are, and how many of them stand
/// behind the point.
struct PlainDigits {
  uint64_t number;
  unsigned count;
  unsigned behind;
};

/// False when `text` is not digits with at most one point. REQUIRES: 1 <= length <= 16, 16 readable
/// bytes.
[[gnu::always_inline]] inline bool read_plain(const char* text, unsigned length, PlainDigits& out) {
  alignas(16) static constexpr std::array<int8_t, 16> kIndices{0, 1, 2,  3,  4,  5,  6,  7,
                                                               8, 9, 10, 11, 12, 13, 14, 15};
  const Bytes16 bytes;
  const hn::FixedTag<int8_t, 16> places;
  const Vec16 chars = load16(text);
  std::array<uint8_t, 2> bits;
  hn::StoreMaskBits(bytes, hn::Eq(chars, hn::Set(bytes, uint8_t{'.'})), bits.data());
  const uint32_t points = std::bit_cast<uint16_t>(bits);
  // The end of the text counts as a point, too.
  const auto point = static_cast<unsigned>(std::countr_zero(points | 1U << length));
  const unsigned count = length - (point < length ? 1 : 0);
  // Digit i of 16 comes from `count` places before the end, one later from the point on. Places
  // before the beginning are negative and give zeros.
  const auto from = hn::Add(hn::Load(places, kIndices.data()),
                            hn::Set(places, static_cast<int8_t>(count - kPlainMax)));
  const auto past = hn::Gt(from, hn::Set(places, static_cast<int8_t>(point - 1)));
  const auto shuffle = hn::Sub(from, hn::VecFromMask(places, past));
  const Vec16 digits = hn::TableLookupBytesOr0(hn::Sub(chars, hn::Set(bytes, uint8_t{'0'})),
                                               hn::BitCast(bytes, shuffle));
  const Vec16 nine = hn::Set(bytes, uint8_t{9});
  out = {join(digits), count, count - point};
  return count != 0 && hn::AllTrue(bytes, hn::Eq(hn::Max(digits, nine), nine));
}

// ----------------------------------------------------------------------------- digit by digit

/// A number as an integer of up to 38 digits and a power of ten.
struct LongDigits {
  Int128 number = 0;  // its magnitude
  int exponent = 0;
  bool negative = false;
  bool lost = false;     // nonzero digits did not fit into `number`
  bool half_up = false;  // the first digit that did not fit is 5 or more
};

/// Reads the exponent at the end of a number, if any. Returns false when the text is no exponent.
bool read_exponent(std::string_view text, int& exponent) {
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 5) return false;
  int number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    number = number * 10 + (c - '0');
  }
  exponent += negative ? -number : number;
  return true;
}

/// Where the reading of a number stands.
struct Place {
  std::string_view text;
  size_t at = 0;
  size_t digits = 0;
  bool after_point = false;

  /// The next digit, past the point; -1 when there is none.
  int next() {
    if (at < text.size() && text[at] == '.' && !after_point) {
      after_point = true;
      ++at;
    }
    if (at == text.size() || !is_digit(text[at])) return -1;
    ++digits;
    return text[at++] - '0';
  }
};

bool read_long(std::string_view text, LongDigits& out) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    out.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Place place{text};
  uint64_t head = 0;  // as many digits as 64 bits hold, which is all of most numbers
  int digit = 0;
  while (head < short_power(kShortDecimalDigits) && (digit = place.next()) >= 0) {
    head = head * 10 + static_cast<uint64_t>(digit);
    out.exponent -= place.after_point;
  }
  out.number = head;
  while (out.number < decimal_power(37) && digit >= 0 && (digit = place.next()) >= 0) {
    out.number = out.number * 10 + digit;
    out.exponent -= place.after_point;
  }
  for (bool first = true; digit >= 0 && (digit = place.next()) >= 0; first = false) {
    if (first) out.half_up = digit >= 5;
    out.lost = out.lost || digit != 0;
    out.exponent += !place.after_point;
  }
  return place.digits > 0 && read_exponent(text.substr(place.at), out.exponent);
}

/// `number` without its last `digits` digits, rounded half away from zero; tells whether they were
/// zeros. REQUIRES: 0 < digits, 0 <= number < 10^38.
bool drop_digits(Int128& number, int digits) {
  if (digits > kDecimalDigitsMax) {
    const bool was_zero = number == 0;
    number = 0;
    return was_zero;
  }
  const Int128 power = decimal_power(digits);
  const Int128 rest = number % power;
  number = number / power + (rest >= power / 2);
  return rest == 0;
}

template <typename Unscaled>
DecimalResult parse_long(std::string_view text, uint8_t precision, uint8_t scale,
                         Unscaled& unscaled) {
  LongDigits digits;
  if (!read_long(text, digits)) return DecimalResult::kNotANumber;
  const int shift = digits.exponent + scale;
  Int128 result = digits.number;
  bool exact = !digits.lost;
  if (shift < 0) {
    exact = drop_digits(result, -shift) && exact;
  } else if (result != 0) {
    if (shift > precision) return DecimalResult::kOutOfRange;
    if (digits.half_up && shift == 0) ++result;
    if (result >= decimal_power(precision - shift)) return DecimalResult::kOutOfRange;
    result *= decimal_power(shift);
  }
  if (result >= decimal_power(precision)) return DecimalResult::kOutOfRange;
  unscaled = static_cast<Unscaled>(digits.negative ? -result : result);
  return exact ? DecimalResult::kExact : DecimalResult::kRounded;
}

template <typename Unscaled>
[[gnu::always_inline]] inline DecimalResult parse_padded(std::string_view text, uint8_t precision,
                                                         uint8_t scale, Unscaled& unscaled) {
  const bool negative = *text.data() == '-';
  const size_t length = text.size() - negative;
  PlainDigits digits;
  if (length - 1 >= kPlainMax ||
      !read_plain(text.data() + negative, static_cast<unsigned>(length), digits)) [[unlikely]] {
    return parse_long(text, precision, scale, unscaled);
  }
  // Digits to be dropped make this a large number.
  const unsigned power = scale - digits.behind;
  if (power > kWordDigits - digits.count) [[unlikely]]
    return parse_long(text, precision, scale, unscaled);
  const uint64_t value = digits.number * short_power(static_cast<int>(power));
  if (value >= short_power(std::min<int>(precision, kShortDecimalDigits))) [[unlikely]]
    return parse_long(text, precision, scale, unscaled);
  // Signs come as they like, so they are applied without a branch.
  const int64_t sign = -int64_t{negative};
  unscaled = (static_cast<int64_t>(value) ^ sign) - sign;
  return DecimalResult::kExact;
}

template <typename Unscaled>
DecimalResult parse_anywhere(std::string_view text, uint8_t precision, uint8_t scale,
                             Unscaled& unscaled) {
  if (text.empty() || text.size() > kPlainMax + 1)
    return parse_long(text, precision, scale, unscaled);
  std::array<char, 32> padded{};
  std::copy(text.begin(), text.end(), padded.begin());
  return parse_padded({padded.data(), text.size()}, precision, scale, unscaled);
}

}  // namespace

DecimalResult parse_decimal(std::string_view text, uint8_t precision, uint8_t scale,
                            Int128& unscaled) {
  return parse_anywhere(text, precision, scale, unscaled);
}
DecimalResult parse_decimal(std::string_view text, uint8_t precision, uint8_t scale,
                            int64_t& unscaled) {
  return parse_anywhere(text, precision, scale, unscaled);
}

DecimalResult parse_decimal_padded(std::string_view text, uint8_t precision, uint8_t scale,
                                   Int128& unscaled) {
  return parse_padded(text, precision, scale, unscaled);
}
DecimalResult parse_decimal_padded(std::string_view text, uint8_t precision, uint8_t scale,
                                   int64_t& unscaled) {
  return parse_padded(text, precision, scale, unscaled);
}

}  // namespace leat::io
