// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/exact_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leat {

// ------------------------------------------------------------------------------------------ adding

bool ExactSum::add_rare(double value) {
  if (std::isnan(value)) {
    meta |= kNan;
    return true;
  }
  if (std::isinf(value)) {
    meta |= value > 0 ? kPlusInfinity : kMinusInfinity;
    return true;
  }
  if (value == 0) return true;
  const FloatParts parts = FloatParts::of(value);
  // A small number may still fit, as its lowest set bits need not be low: 2^-60 does.
  const int zeros = std::countr_zero(parts.magnitude);
  if (parts.exponent >= kLowExponent || parts.exponent + zeros < kLowExponent) return false;
  const auto units = static_cast<Int128>(parts.magnitude >> (kLowExponent - parts.exponent));
  add_low(parts.negative ? -units : units);
  return true;
}

namespace {

/// Where the square of a value goes: magnitude * 2^(2 * exponent).
struct SquareParts {
  UInt128 magnitude;
  int exponent;

  static SquareParts of(double value) {
    const FloatParts parts = FloatParts::of(value);
    return {UInt128{parts.magnitude} * parts.magnitude, 2 * parts.exponent};
  }
};

}  // namespace

bool SquareSum::add(double value) {
  const SquareParts square = SquareParts::of(value);
  if (square.magnitude == 0) return true;
  // Below 2^150, so that 2^40 of them stay below the top at 2^192.
  constexpr int kExponentMax = 150 - 106;
  if (square.exponent > kExponentMax || square.exponent < kLowExponent) return false;
  add_shifted(words, square.magnitude, static_cast<unsigned>(square.exponent - kLowExponent),
              false);
  return true;
}

void SquareSum::add_integer(int64_t value) {
  const uint64_t magnitude =
      value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  add_shifted(words, UInt128{magnitude} * magnitude, static_cast<unsigned>(-kLowExponent), false);
}

void SquareSum::merge(const SquareSum& other) { add_words(words, other.words); }

void SideSum::add(double value) {
  const FloatParts parts = FloatParts::of(value);
  add_shifted(words, parts.magnitude, static_cast<unsigned>(parts.exponent - kLowExponent),
              parts.negative);
}

void SideSquareSum::add(double value) {
  const SquareParts square = SquareParts::of(value);
  add_shifted(words, square.magnitude, static_cast<unsigned>(square.exponent - kLowExponent),
              false);
}

void add_shifted(std::span<uint64_t> words, UInt128 magnitude, unsigned position, bool negative) {
  const size_t first = position / 64;
  const unsigned shift = position % 64;
  const uint64_t low = static_cast<uint64_t>(magnitude);
  const uint64_t high = static_cast<uint64_t>(magnitude >> 64);
  const std::array<uint64_t, 3> parts{low << shift,
                                      shift == 0 ? high : high << shift | low >> (64 - shift),
                                      shift == 0 ? 0 : high >> (64 - shift)};
  uint64_t carry = 0;
  for (size_t i = first; i < words.size(); ++i) {
    const uint64_t part = i - first < 3 ? parts[i - first] : 0;
    if (part == 0 && carry == 0 && i - first >= 3) return;
    if (negative) {
      const UInt128 difference = UInt128{words[i]} - part - carry;
      words[i] = static_cast<uint64_t>(difference);
      carry = static_cast<uint64_t>(difference >> 64) & 1;
    } else {
      const UInt128 sum = UInt128{words[i]} + part + carry;
      words[i] = static_cast<uint64_t>(sum);
      carry = static_cast<uint64_t>(sum >> 64);
    }
  }
}

void add_words(std::span<uint64_t> words, std::span<const uint64_t> other) {
  uint64_t carry = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const UInt128 sum = UInt128{words[i]} + other[i] + carry;
    words[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
}

// ------------------------------------------------------------------------------------ big integers

BigInteger::BigInteger(std::span<const uint64_t> twos_complement) : size_(twos_complement.size()) {
  LEAT_CHECK(size_ > 0 && size_ <= kWordsMax, "an integer of more words than a sum can have");
  negative_ = twos_complement.back() >> 63 != 0;
  uint64_t carry = 1;
  for (size_t i = 0; i < size_; ++i) {
    words_[i] = twos_complement[i];
    if (!negative_) continue;
    words_[i] = ~words_[i] + carry;
    carry = carry != 0 && words_[i] == 0 ? 1 : 0;
  }
  trim();
}

void BigInteger::trim() {
  while (size_ > 0 && words_[size_ - 1] == 0) --size_;
  if (size_ == 0) negative_ = false;
}

int BigInteger::compare_magnitudes(const BigInteger& a, const BigInteger& b) {
  if (a.size_ != b.size_) return a.size_ < b.size_ ? -1 : 1;
  for (size_t i = a.size_; i-- > 0;) {
    if (a.words_[i] != b.words_[i]) return a.words_[i] < b.words_[i] ? -1 : 1;
  }
  return 0;
}

void BigInteger::add_magnitude(const BigInteger& other) {
  const size_t size = std::max(size_, other.size_);
  LEAT_CHECK(size < kWordsMax, "the arithmetic of an aggregate outgrew its integers");
  uint64_t carry = 0;
  for (size_t i = 0; i < size; ++i) {
    const UInt128 sum =
        UInt128{i < size_ ? words_[i] : 0} + (i < other.size_ ? other.words_[i] : 0) + carry;
    words_[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
  words_[size] = carry;
  size_ = size + 1;
}

void BigInteger::subtract_magnitude(const BigInteger& other) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < size_; ++i) {
    const UInt128 difference =
        UInt128{words_[i]} - (i < other.size_ ? other.words_[i] : 0) - borrow;
    words_[i] = static_cast<uint64_t>(difference);
    borrow = static_cast<uint64_t>(difference >> 64) & 1;
  }
}

void BigInteger::add(const BigInteger& other) {
  if (other.is_zero()) return;
  if (negative_ == other.negative_ || is_zero()) {
    negative_ = other.negative_;
    add_magnitude(other);
  } else if (compare_magnitudes(*this, other) >= 0) {
    subtract_magnitude(other);
  } else {
    BigInteger larger = other;
    larger.subtract_magnitude(*this);
    *this = larger;
  }
  trim();
}

void BigInteger::shift_left(unsigned bits) {
  if (is_zero()) return;
  const size_t whole = bits / 64;
  const unsigned shift = bits % 64;
  LEAT_CHECK(size_ + whole + 1 <= kWordsMax, "the arithmetic of an aggregate outgrew its integers");
  words_[size_ + whole] = 0;
  for (size_t i = size_; i-- > 0;) {
    if (shift != 0) words_[i + whole + 1] |= words_[i] >> (64 - shift);
    words_[i + whole] = words_[i] << shift;
  }
  std::fill_n(words_.begin(), whole, 0);
  size_ += whole + 1;
  trim();
}

void BigInteger::multiply(uint64_t factor) {
  uint64_t carry = 0;
  for (size_t i = 0; i < size_; ++i) {
    const UInt128 product = UInt128{words_[i]} * factor + carry;
    words_[i] = static_cast<uint64_t>(product);
    carry = static_cast<uint64_t>(product >> 64);
  }
  LEAT_CHECK(size_ < kWordsMax, "the arithmetic of an aggregate outgrew its integers");
  words_[size_++] = carry;
  trim();
}

BigInteger BigInteger::product(const BigInteger& a, const BigInteger& b) {
  BigInteger result;
  LEAT_CHECK(a.size_ + b.size_ <= kWordsMax, "the arithmetic of an aggregate outgrew its integers");
  result.size_ = a.size_ + b.size_;
  result.negative_ = a.negative_ != b.negative_;
  std::fill_n(result.words_.begin(), result.size_, 0);
  for (size_t i = 0; i < a.size_; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b.size_; ++j) {
      const UInt128 sum = UInt128{a.words_[i]} * b.words_[j] + result.words_[i + j] + carry;
      result.words_[i + j] = static_cast<uint64_t>(sum);
      carry = static_cast<uint64_t>(sum >> 64);
    }
    result.words_[i + b.size_] = carry;
  }
  result.trim();
  return result;
}

bool BigInteger::divide(uint64_t divisor) {
  uint64_t remainder = 0;
  for (size_t i = size_; i-- > 0;) {
    const UInt128 dividend = UInt128{remainder} << 64 | words_[i];
    words_[i] = static_cast<uint64_t>(dividend / divisor);
    remainder = static_cast<uint64_t>(dividend % divisor);
  }
  trim();
  return remainder != 0;
}

bool BigInteger::to_int128(Int128& value) const {
  if (size_ > 2) return false;
  const UInt128 magnitude = UInt128{size_ > 1 ? words_[1] : 0} << 64 | (size_ > 0 ? words_[0] : 0);
  if (magnitude >> 127 != 0) return false;
  value = negative_ ? -static_cast<Int128>(magnitude) : static_cast<Int128>(magnitude);
  return true;
}

namespace {

/// value * 2^exponent. REQUIRES: value is an integer of at most 53 bits, or 2^53.
double scaled(uint64_t value, int exponent) {
  // Exact as a product, since neither factor nor the result is subnormal; ldexp takes ten times as
  // long.
  if (exponent >= -1022 && exponent <= 1023 - 54) {
    const auto power = std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
    return static_cast<double>(value) * power;
  }
  return std::ldexp(static_cast<double>(value), exponent);
}

/// The double nearest to `words` (least significant first, the highest not zero) * 2^exponent.
double round_to_double(const uint64_t* words, size_t size, int exponent, bool inexact) {
  if (size == 0) return 0;
  const auto bits = static_cast<int>(64 * size) - std::countl_zero(words[size - 1]);
  // The result's lowest bit: 53 below the top, but never below 2^-1074.
  const int drop = std::max(bits - 53, -1074 - exponent);
  if (drop <= 0) {
    // At most 53 bits: exact, whatever `inexact` says, as callers extend their quotients to more
    // bits than that.
    return scaled(words[0], exponent);
  }
  const auto word = static_cast<size_t>(drop / 64);
  const auto shift = static_cast<unsigned>(drop % 64);
  uint64_t kept = word < size ? words[word] >> shift : 0;
  if (shift != 0 && word + 1 < size) kept |= words[word + 1] << (64 - shift);
  const auto half_at = static_cast<size_t>((drop - 1) / 64);
  const unsigned half_bit = static_cast<unsigned>(drop - 1) % 64;
  const bool half = half_at < size && ((words[half_at] >> half_bit) & 1) != 0;
  bool rest = inexact;
  if (half_at < size) rest = rest || (words[half_at] & ((uint64_t{1} << half_bit) - 1)) != 0;
  for (size_t i = 0; i < std::min(half_at, size) && !rest; ++i) rest = words[i] != 0;
  if (half && (rest || (kept & 1) != 0)) ++kept;
  return scaled(kept, drop + exponent);
}

}  // namespace

double BigInteger::to_double(int exponent, bool inexact) const {
  const double magnitude = round_to_double(words_.data(), size_, exponent, inexact);
  return negative_ ? -magnitude : magnitude;
}

// ----------------------------------------------------------------------------------------- results

namespace {

/// Is the sum of the values not finite? Then it is `result`.
bool not_finite(const ExactSum& sum, double& result) {
  const uint64_t flags = sum.meta & ExactSum::kFlags;
  if (flags == 0) return false;
  if (flags == ExactSum::kPlusInfinity) {
    result = std::numeric_limits<double>::infinity();
  } else if (flags == ExactSum::kMinusInfinity) {
    result = -std::numeric_limits<double>::infinity();
  } else {
    result = std::numeric_limits<double>::quiet_NaN();
  }
  return true;
}

/// The whole sum as an integer; `exponent` is set to its scale.
BigInteger whole_sum(const ExactSum& sum, const SideSum* side, int& exponent) {
  BigInteger total(sum.words);
  exponent = ExactSum::kLowExponent;
  if (side == nullptr) return total;
  total.shift_left(static_cast<unsigned>(ExactSum::kLowExponent - SideSum::kLowExponent));
  total.add(BigInteger(side->words));
  exponent = SideSum::kLowExponent;
  return total;
}

BigInteger whole_squares(const SquareSum& squares, const SideSquareSum* side, int& exponent) {
  // One word more, as the window has no sign bit.
  std::array<uint64_t, 7> words{};
  std::copy(std::begin(squares.words), std::end(squares.words), words.begin());
  BigInteger total(words);
  exponent = SquareSum::kLowExponent;
  if (side == nullptr) return total;
  total.shift_left(static_cast<unsigned>(SquareSum::kLowExponent - SideSquareSum::kLowExponent));
  total.add(BigInteger(side->words));
  exponent = SideSquareSum::kLowExponent;
  return total;
}

/// A quotient by up to 2^90 still has more than 53 bits after this many zeros were appended.
constexpr unsigned kQuotientBits = 192;

}  // namespace

double sum_to_double(const ExactSum& sum, const SideSum* side) {
  double result = 0;
  if (not_finite(sum, result)) return result;
  int exponent = 0;
  const BigInteger total = whole_sum(sum, side, exponent);
  return total.to_double(exponent);
}

double mean_to_double(const ExactSum& sum, const SideSum* side) {
  double result = 0;
  if (not_finite(sum, result)) return result;
  int exponent = 0;
  BigInteger total = whole_sum(sum, side, exponent);
  total.shift_left(kQuotientBits);
  const bool inexact = total.divide(sum.count());
  return total.to_double(exponent - static_cast<int>(kQuotientBits), inexact);
}

double units_mean_to_double(const ExactSum& sum, unsigned scale) {
  BigInteger total(sum.words);
  total.shift_left(2 * kQuotientBits);
  bool inexact = total.divide(sum.count());
  for (unsigned left = scale; left > 0;) {
    const unsigned digits = std::min(left, 19u);
    uint64_t power = 1;
    for (unsigned i = 0; i < digits; ++i) power *= 10;
    inexact = total.divide(power) || inexact;
    left -= digits;
  }
  return total.to_double(-static_cast<int>(2 * kQuotientBits), inexact);
}

bool sum_units(const ExactSum& sum, unsigned digits, Int128& units) {
  const auto high = static_cast<uint64_t>(static_cast<int64_t>(sum.words[1]) >> 63);
  if (digits == 0 && sum.words[2] == high) {
    units = static_cast<Int128>(UInt128{sum.words[1]} << 64 | sum.words[0]);
    return true;
  }
  BigInteger total(sum.words);
  for (; digits > 0; --digits) total.multiply(10);
  return total.to_int128(units);
}

bool mean_units(const ExactSum& sum, unsigned digits, Int128& units) {
  BigInteger total(sum.words);
  for (; digits > 0; --digits) total.multiply(10);
  const std::array<uint64_t, 2> count{sum.count(), 0};
  BigInteger half(count);
  if (total.is_negative()) half.negate();
  total.shift_left(1);
  total.add(half);
  total.divide(sum.count());
  total.divide(2);
  return total.to_int128(units);
}

double variance_to_double(const ExactSum& sum, const SquareSum& squares, const SideSum* side,
                          const SideSquareSum* side_squares, unsigned less) {
  if ((sum.meta & ExactSum::kFlags) != 0) return std::numeric_limits<double>::quiet_NaN();
  int sum_exponent = 0;
  int exponent = 0;
  const BigInteger total = whole_sum(sum, side, sum_exponent);
  // n * sum(x^2) - sum(x)^2 is n times the sum of squared deviations.
  BigInteger deviations = whole_squares(squares, side_squares, exponent);
  deviations.multiply(sum.count());
  BigInteger squared_sum = BigInteger::product(total, total);
  const int squared_exponent = 2 * sum_exponent;
  if (squared_exponent > exponent)
    squared_sum.shift_left(static_cast<unsigned>(squared_exponent - exponent));
  if (squared_exponent < exponent) {
    deviations.shift_left(static_cast<unsigned>(exponent - squared_exponent));
    exponent = squared_exponent;
  }
  squared_sum.negate();
  deviations.add(squared_sum);
  deviations.shift_left(kQuotientBits);
  bool inexact = deviations.divide(sum.count());
  inexact = deviations.divide(sum.count() - less) || inexact;
  return deviations.to_double(exponent - static_cast<int>(kQuotientBits), inexact);
}

}  // namespace leat
