// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/wide_sum.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace leat::state {

// ---------------------------------------------------------------------------------------- products

namespace {

Product product_of(uint64_t magnitude, int exponent, bool negative) {
  Product product;
  if (magnitude == 0) return product;
  // Zeros at the end would make sums wider than their values need.
  const int zeros = std::countr_zero(magnitude);
  product.words[0] = magnitude >> zeros;
  product.size = 1;
  product.exponent = exponent + zeros;
  product.negative = negative;
  return product;
}

}  // namespace

Product Product::of(int64_t value) {
  const uint64_t magnitude =
      value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  return product_of(magnitude, 0, value < 0);
}

Product Product::of(double value) {
  const FloatParts parts = FloatParts::of(value);
  return product_of(parts.magnitude, parts.exponent, parts.negative);
}

Product Product::times(const Product& other) const {
  Product result;
  if (size == 0 || other.size == 0) return result;
  result.exponent = exponent + other.exponent;
  result.negative = negative != other.negative;
  if (size == 1 && other.size == 1) {
    const UInt128 product = UInt128{words[0]} * other.words[0];
    result.words[0] = static_cast<uint64_t>(product);
    result.words[1] = static_cast<uint64_t>(product >> 64);
    result.size = result.words[1] != 0 ? 2 : 1;
    return result;
  }
  for (size_t i = 0; i < size; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < other.size; ++j) {
      const UInt128 sum = UInt128{words[i]} * other.words[j] + result.words[i + j] + carry;
      result.words[i + j] = static_cast<uint64_t>(sum);
      carry = static_cast<uint64_t>(sum >> 64);
    }
    if (carry != 0) result.words[i + other.size] = carry;
  }
  result.size = std::min(result.words.size(), size + other.size);
  while (result.size > 0 && result.words[result.size - 1] == 0) --result.size;
  return result;
}

// -------------------------------------------------------------------------------------------- sums

Status WideSum::reserve(size_t begin, size_t end, Arena& arena) {
  if (size == 0) {
    low = static_cast<uint16_t>(begin);
  } else {
    begin = std::min<size_t>(begin, low);
    end = std::max<size_t>(end, low + size_t{size});
    if (begin == low && end == low + size_t{size}) return {};
  }
  const size_t wanted = end - begin;
  const size_t shift = low - begin;
  const uint64_t sign = size > 0 && words[size - 1] >> 63 != 0 ? ~uint64_t{0} : 0;
  uint64_t* target = words;
  if (wanted > room || shift > 0) {
    // A little more than asked for: sums mostly grow upwards, word by word.
    const size_t larger = std::max(wanted + 1, size_t{room});
    LEAT_TRY_ASSIGN(char* const bytes, arena.take(larger * sizeof(uint64_t)));
    target = reinterpret_cast<uint64_t*>(bytes);
    if (size > 0) std::memcpy(target + shift, words, size * sizeof(uint64_t));
    std::fill_n(target, shift, 0);
    room = static_cast<uint32_t>(larger);
  }
  std::fill(target + shift + size, target + wanted, sign);
  words = target;
  low = static_cast<uint16_t>(begin);
  size = static_cast<uint16_t>(wanted);
  return {};
}

Status WideSum::add(const Product& value, Arena& arena) {
  if (value.size == 0) return {};
  const auto position = static_cast<unsigned>(value.exponent + kBias);
  const size_t first = position / 64;
  const unsigned shift = position % 64;
  std::array<uint64_t, 5> parts{};
  for (size_t i = 0; i < value.size; ++i) {
    parts[i] |= value.words[i] << shift;
    if (shift != 0) parts[i + 1] = value.words[i] >> (64 - shift);
  }
  const size_t count = value.size + (parts[value.size] != 0 ? 1 : 0);
  // A word above the value takes the carries of 2^60 of its kind, and the sign.
  LEAT_TRY(reserve(first, first + count + 1, arena));
  uint64_t* const at = words + (first - low);
  uint64_t* const end = words + size;
  uint64_t carry = 0;
  for (size_t i = 0; i < count || (carry != 0 && at + i < end); ++i) {
    const uint64_t part = i < count ? parts[i] : 0;
    const UInt128 sum =
        value.negative ? UInt128{at[i]} - part - carry : UInt128{at[i]} + part + carry;
    at[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64) & 1;
  }
  return {};
}

Status WideSum::merge(const WideSum& other, Arena& arena) {
  return merge_bytes(other.words_bytes(), other.low, arena);
}

Status WideSum::merge_bytes(std::string_view bytes, uint16_t first, Arena& arena) {
  const size_t count = bytes.size() / sizeof(uint64_t);
  if (count == 0) return {};
  LEAT_TRY(reserve(first, first + count, arena));
  uint64_t word = 0;
  uint64_t carry = 0;
  for (size_t i = first - size_t{low}, from = 0; i < size; ++i, ++from) {
    if (from < count) {
      std::memcpy(&word, bytes.data() + from * sizeof(word), sizeof(word));
    } else if (from == count) {
      word = word >> 63 != 0 ? ~uint64_t{0} : 0;
    }
    const UInt128 sum = UInt128{words[i]} + word + carry;
    words[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
  return {};
}

// ----------------------------------------------------------------------------------------- results

Exact::Exact(const WideSum& sum) : exponent(64 * int{sum.low} - WideSum::kBias) {
  if (sum.size > 0) value = BigInteger(std::span<const uint64_t>(sum.words, sum.size));
}

Exact::Exact(Int128 number) {
  const std::array<uint64_t, 2> parts{static_cast<uint64_t>(number),
                                      static_cast<uint64_t>(number >> 64)};
  value = BigInteger(parts);
}

Exact Exact::times(const Exact& other) const {
  Exact result;
  result.value = BigInteger::product(value, other.value);
  result.exponent = exponent + other.exponent;
  return result;
}

Exact Exact::times(uint64_t factor) const {
  Exact result = *this;
  if (!result.is_zero()) result.value.multiply(factor);
  return result;
}

Exact Exact::plus(const Exact& other) const {
  if (is_zero()) return other;
  if (other.is_zero()) return *this;
  Exact result = *this;
  Exact addend = other;
  const int lower = std::min(exponent, other.exponent);
  result.value.shift_left(static_cast<unsigned>(exponent - lower));
  addend.value.shift_left(static_cast<unsigned>(other.exponent - lower));
  result.value.add(addend.value);
  result.exponent = lower;
  return result;
}

Exact Exact::minus(const Exact& other) const {
  Exact negated = other;
  negated.value.negate();
  return plus(negated);
}

double Exact::divided(uint64_t a, uint64_t b) const {
  if (is_zero()) return 0;
  // A quotient by up to 2^128 still has more than 53 bits behind so many zeros.
  constexpr unsigned kZeros = 192;
  BigInteger quotient = value;
  quotient.shift_left(kZeros);
  bool inexact = quotient.divide(a);
  inexact = quotient.divide(b) || inexact;
  return quotient.to_double(exponent - static_cast<int>(kZeros), inexact);
}

}  // namespace leat::state
