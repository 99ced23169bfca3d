// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Decimals as integers: a value times 10^scale, of at most 38 digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace leat {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

inline constexpr int kDecimalDigitsMax = 38;
/// So many digits fit 64 bits with a sign, whatever they are.
inline constexpr int kShortDecimalDigits = 18;
/// So many fit 64 bits without a sign.
inline constexpr int kWordDigits = 19;

inline constexpr std::array<Int128, kDecimalDigitsMax + 1> kDecimalPowers = [] {
  std::array<Int128, kDecimalDigitsMax + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();
/// 10^digits. REQUIRES: 0 <= digits <= 38.
inline Int128 decimal_power(int digits) { return kDecimalPowers[static_cast<size_t>(digits)]; }

inline constexpr std::array<uint64_t, 20> kShortPowers = [] {
  std::array<uint64_t, 20> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();
/// As decimal_power, in 64 bits. REQUIRES: 0 <= digits <= 19.
inline uint64_t short_power(int digits) { return kShortPowers[static_cast<size_t>(digits)]; }

inline Int128 magnitude_of(Int128 value) { return value < 0 ? -value : value; }

/// The float64 nearest to value / 10^scale where one division finds it, because a float64 holds
/// both operands exactly; else false.
inline bool divide_exactly(Int128 value, int scale, double& out) {
  constexpr int64_t kIntegerMax = int64_t{1} << 53;
  constexpr int kPowerMax = 19;  // 10^22 would do, but has more than 64 bits
  if (value > kIntegerMax || value < -kIntegerMax || scale > kPowerMax) return false;
  out = static_cast<double>(static_cast<int64_t>(value)) / static_cast<double>(short_power(scale));
  return true;
}

}  // namespace leat
