// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sums whose bits do not depend on the order of adding. A sum is an integer, scaled by a fixed
// power of two, wide enough to hold every partial sum exactly; integer addition is associative, and
// rounding happens once, at the end.
//
// Nearly all values fit a window of 192 bits (ExactSum: 2^-88 up to 2^62 with room for 2^40 values)
// that costs three additions. What does not fit goes to a SideSum as wide as float64 itself, which
// few groups ever get. Squares, for variances, have a wider window of their own.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/check.h"

namespace leat {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// What the bits of a float64 stand for: (-1)^negative * magnitude * 2^exponent. REQUIRES: the
/// value is finite.
struct FloatParts {
  uint64_t magnitude;
  int exponent;
  bool negative;

  static FloatParts of(double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    const auto field = static_cast<int>((bits >> 52) & 0x7FF);
    const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
    return {field == 0 ? fraction : fraction | uint64_t{1} << 52, (field == 0 ? 1 : field) - 1075,
            bits >> 63 != 0};
  }
};

/// The sum of many numbers and how many they are. Memory of zeros is the empty sum.
struct ExactSum {
  static constexpr int kLowExponent = -88;
  static constexpr uint64_t kNan = uint64_t{1} << 63;
  static constexpr uint64_t kPlusInfinity = uint64_t{1} << 62;
  static constexpr uint64_t kMinusInfinity = uint64_t{1} << 61;
  static constexpr uint64_t kFlags = kNan | kPlusInfinity | kMinusInfinity;

  uint64_t words[3];  ///< Two's complement, least significant first.
  uint64_t meta;      ///< Flags of values that are not finite, and the count of values.

  uint64_t count() const { return meta & ~kFlags; }
  /// Are all the values finite?
  bool is_finite() const { return (meta & kFlags) == 0; }

  /// Adds `value` and counts it. False when it does not fit the window: then add it to a SideSum
  /// (it is counted).
  bool add(double value) {
    ++meta;
    const auto bits = std::bit_cast<uint64_t>(value);
    // The lowest bit of the 53 has weight 2^(field - 1075).
    const unsigned position = static_cast<unsigned>((bits >> 52) & 0x7FF) - (1075 + kLowExponent);
    if (position > kPositionMax) [[unlikely]]
      return add_rare(value);
    const auto sign = static_cast<int64_t>(bits) >> 63;
    const auto magnitude =
        static_cast<int64_t>((bits & ((uint64_t{1} << 52) - 1)) | uint64_t{1} << 52);
    const int64_t mantissa = (magnitude ^ sign) - sign;
    if (position < 64) [[likely]] {
      add_low(Int128{mantissa} << position);
    } else {
      add_high(Int128{mantissa} << (position - 64));
    }
    return true;
  }

  /// Adds the integer `value` at the lowest bit (the sum then counts in units, not in 2^-88) and
  /// counts it.
  void add_units(Int128 value) {
    ++meta;
    add_low(value);
  }
  /// As add_units, with half of the work, for sums of nothing else: 2^40 of such values fit 128
  /// bits. Before such a sum is used, after whichever merges, spread_sign() has to follow.
  void add_short_units(int64_t value) {
    ++meta;
    const UInt128 low = (UInt128{words[1]} << 64 | words[0]) + static_cast<UInt128>(Int128{value});
    words[0] = static_cast<uint64_t>(low);
    words[1] = static_cast<uint64_t>(low >> 64);
  }
  void spread_sign() { words[2] = words[1] >> 63 != 0 ? ~uint64_t{0} : 0; }
  /// Adds the integer `value` at its place in the window of floats, and counts it.
  void add_integer(int64_t value) {
    ++meta;
    add_high(Int128{value} << (-kLowExponent - 64));
  }

  void merge(const ExactSum& other) {
    UInt128 low = UInt128{words[0]} + other.words[0];
    words[0] = static_cast<uint64_t>(low);
    low = UInt128{words[1]} + other.words[1] + static_cast<uint64_t>(low >> 64);
    words[1] = static_cast<uint64_t>(low);
    words[2] += other.words[2] + static_cast<uint64_t>(low >> 64);
    meta = (meta | (other.meta & kFlags)) + other.count();
  }

 private:
  /// Values below 2^62: 2^40 of them stay below the sign bit at 2^103.
  static constexpr unsigned kPositionMax = 61 - 52 - kLowExponent;

  void add_low(Int128 addend) {
    UInt128 low = UInt128{words[1]} << 64 | words[0];
    low += static_cast<UInt128>(addend);
    const uint64_t carry = low < static_cast<UInt128>(addend) ? 1 : 0;
    words[0] = static_cast<uint64_t>(low);
    words[1] = static_cast<uint64_t>(low >> 64);
    words[2] += static_cast<uint64_t>(addend >> 127) + carry;
  }
  void add_high(Int128 addend) {
    UInt128 high = UInt128{words[2]} << 64 | words[1];
    high += static_cast<UInt128>(addend);
    words[1] = static_cast<uint64_t>(high);
    words[2] = static_cast<uint64_t>(high >> 64);
  }
  bool add_rare(double value);
};
static_assert(sizeof(ExactSum) == 32);

/// The sum of the squares of many numbers. Memory of zeros is the empty sum.
struct SquareSum {
  static constexpr int kLowExponent = -192;

  uint64_t words[6];  ///< Least significant first; squares are not negative.

  /// Adds the square of `value`. False when it does not fit: then add it to a SideSquareSum.
  /// REQUIRES: `value` is finite.
  bool add(double value);
  void add_integer(int64_t value);
  void merge(const SquareSum& other);
};

/// Adds `magnitude` * 2^position, negated when `negative`, to the two's complement integer `words`.
void add_shifted(std::span<uint64_t> words, UInt128 magnitude, unsigned position, bool negative);
/// Adds integer `other` to `words`. REQUIRES: equal sizes.
void add_words(std::span<uint64_t> words, std::span<const uint64_t> other);

/// The full range of float64, for sums of 2^40 values.
struct SideSum {
  static constexpr int kLowExponent = -1074;
  std::array<uint64_t, 34> words;
  void add(double value);
};

/// The full range of squares of float64.
struct SideSquareSum {
  static constexpr int kLowExponent = -2148;
  std::array<uint64_t, 68> words;
  void add(double value);
};

/// An integer of bounded size, for the arithmetic at the end of an aggregation.
class BigInteger {
 public:
  static constexpr size_t kWordsMax = 160;

  BigInteger() = default;
  /// The value of a two's complement integer.
  explicit BigInteger(std::span<const uint64_t> twos_complement);

  bool is_zero() const { return size_ == 0; }
  bool is_negative() const { return negative_; }
  /// Bits of the magnitude; 0 of zero.
  int bits() const {
    if (size_ == 0) return 0;
    return static_cast<int>(64 * size_) - std::countl_zero(words_[size_ - 1]);
  }
  void negate() { negative_ = !negative_ && size_ != 0; }
  void add(const BigInteger& other);
  void shift_left(unsigned bits);
  void multiply(uint64_t factor);
  static BigInteger product(const BigInteger& a, const BigInteger& b);
  /// Divides by `divisor`, towards zero; returns whether anything was left over.
  bool divide(uint64_t divisor);
  /// The double nearest to this * 2^exponent, ties to even; `inexact`: a little more than this in
  /// magnitude.
  double to_double(int exponent, bool inexact = false) const;
  /// The value when it fits.
  bool to_int128(Int128& value) const;

 private:
  void trim();
  void add_magnitude(const BigInteger& other);
  /// REQUIRES: |this| >= |other|.
  void subtract_magnitude(const BigInteger& other);
  static int compare_magnitudes(const BigInteger& a, const BigInteger& b);

  bool negative_ = false;
  size_t size_ = 0;  // words in use; the highest is not zero
  std::array<uint64_t, kWordsMax> words_;
};

/// The sum rounded to nearest even; `side` may be null. An infinity or NaN among the values decides
/// the result as addition would.
double sum_to_double(const ExactSum& sum, const SideSum* side);
/// The sum divided by the count, rounded once. REQUIRES: count() > 0.
double mean_to_double(const ExactSum& sum, const SideSum* side);
/// As mean_to_double for a sum of units (add_units) of 10^-scale.
double units_mean_to_double(const ExactSum& sum, unsigned scale);
/// The sum of units of 10^-`scale` in units of 10^-(`scale` + `digits`). False when it does not
/// fit.
bool sum_units(const ExactSum& sum, unsigned digits, Int128& units);
/// As sum_units, the sum divided by the count and rounded half away from zero. REQUIRES: count() >
/// 0.
bool mean_units(const ExactSum& sum, unsigned digits, Int128& units);
/// The variance: the sum of squared deviations divided by count() - `less`, computed exactly and
/// rounded once. `side` and `side_squares` may be null. REQUIRES: count() > less.
double variance_to_double(const ExactSum& sum, const SquareSum& squares, const SideSum* side,
                          const SideSquareSum* side_squares, unsigned less);

}  // namespace leat
