// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is counted of hashes, so that few bytes tell about how many different ones there were.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace leat::state {

struct HyperLogLog {
  static constexpr unsigned kIndexBits = 12;
  static constexpr size_t kRegisters = size_t{1} << kIndexBits;
  static constexpr unsigned kRankMax = 64 - kIndexBits + 1;
  /// How many registers have each value.
  using Counts = std::array<uint32_t, kRankMax + 1>;

  struct Entry {
    uint16_t index;
    uint16_t rank;
  };

  static Entry entry_of(uint64_t hash) {
    // The lowest bit set stops the count of zeros behind the index.
    const uint64_t rest = hash << kIndexBits | uint64_t{1} << (kIndexBits - 1);
    return {static_cast<uint16_t>(hash >> (64 - kIndexBits)),
            static_cast<uint16_t>(std::countl_zero(rest) + 1)};
  }

  /// Ertl's estimate from how many registers have each value.
  static double estimate(const Counts& counts) {
    constexpr auto kCount = static_cast<double>(kRegisters);
    if (counts[0] == kRegisters) return 0;
    const auto sigma = [](double x) {
      double sum = x;
      for (double power = 1, last = -1; sum != last; power += power) {
        x *= x;
        last = sum;
        sum += x * power;
      }
      return sum;
    };
    const auto tau = [](double x) {
      if (x == 0 || x == 1) return 0.0;
      double sum = 1 - x;
      for (double power = 1, last = -1; sum != last;) {
        x = std::sqrt(x);
        last = sum;
        power *= 0.5;
        sum -= (1 - x) * (1 - x) * power;
      }
      return sum / 3;
    };
    double sum = kCount * tau(1 - counts[kRankMax] / kCount);
    for (size_t rank = kRankMax - 1; rank >= 1; --rank) sum = 0.5 * (sum + counts[rank]);
    sum += kCount * sigma(counts[0] / kCount);
    constexpr double kHalfOverLn2 = 0.72134752044448170367996234050095;
    return kHalfOverLn2 * kCount * kCount / sum;
  }
};

}  // namespace leat::state
