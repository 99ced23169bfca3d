// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Exact sums of products of floats, up to four at a time: integers as wide as their values need,
// from the lowest bit of the smallest to a word above the greatest. Like ExactSum they do not
// depend on the order of adding; unlike it they have no window, but grow in an arena.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "operators/data/exact_sum.h"
#include "operators/state/arena.h"

namespace leat::state {

/// magnitude * 2^exponent, negated when `negative`; the words least significant first.
struct Product {
  std::array<uint64_t, 4> words{};
  size_t size = 0;  // words in use
  int exponent = 0;
  bool negative = false;

  /// The value of an integer, or of a finite float.
  static Product of(int64_t value);
  static Product of(double value);
  /// REQUIRES: the product has at most four words, as that of four numbers has.
  Product times(const Product& other) const;
};

/// Memory of zeros is the empty sum, which is 0. For up to 2^60 values.
struct WideSum {
  /// Word i has weight 2^(64 * i - kBias): four times the smallest exponent of a float fits.
  static constexpr int kBias = 64 * 68;

  uint64_t* words;  ///< Two's complement, least significant first.
  uint16_t low;     ///< The index of words[0].
  uint16_t size;
  uint32_t room;

  /// ERRORS of all calls: kMemory, the sum is unchanged.
  Status add(const Product& value, Arena& arena);
  Status merge(const WideSum& other, Arena& arena);

  /// The bytes of the sum, and the sum of bytes that save() made.
  std::string_view words_bytes() const {
    return {reinterpret_cast<const char*>(words), size * sizeof(uint64_t)};
  }
  Status merge_bytes(std::string_view bytes, uint16_t first, Arena& arena);

 private:
  /// Makes room for the words [begin, end).
  Status reserve(size_t begin, size_t end, Arena& arena);
};

/// An exact number at the end of an aggregation: value * 2^exponent.
struct Exact {
  BigInteger value;
  int exponent = 0;

  Exact() = default;
  explicit Exact(const WideSum& sum);
  explicit Exact(Int128 number);

  bool is_zero() const { return value.is_zero(); }
  Exact times(const Exact& other) const;
  Exact times(uint64_t factor) const;
  Exact plus(const Exact& other) const;
  Exact minus(const Exact& other) const;
  /// The power of two next to the magnitude: it is in [2^(scale - 1), 2^scale).
  int scale() const { return value.bits() + exponent; }
  /// The double nearest to this / 2^scale.
  double to_double(int scale = 0) const { return value.to_double(exponent - scale); }
  /// The double nearest to this / (a * b).
  double divided(uint64_t a, uint64_t b = 1) const;
};

}  // namespace leat::state
