// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What approx_quantile knows of values that lie close together.
#pragma once

#include <algorithm>
#include <cstdint>

#include "operators/data/value_order.h"

namespace leat::state {

struct QuantileBucket {
  /// Bits of a float's order that do not tell buckets apart.
  static constexpr int kShift = 52 - 8;

  uint64_t count;
  int64_t low;  // order_of the value
  int64_t high;

  void merge(const QuantileBucket& other) {
    low = count == 0 ? other.low : std::min(low, other.low);
    high = count == 0 ? other.high : std::max(high, other.high);
    count += other.count;
  }
  /// The value at `rank` of the bucket's, as if they lay evenly.
  double at(uint64_t rank) const {
    const double from = float_of_order(low);
    const double to = float_of_order(high);
    if (low == high || count < 2) return from;
    const double share = static_cast<double>(rank) / static_cast<double>(count - 1);
    return rank + 1 == count ? to : from + (to - from) * share;
  }
};

}  // namespace leat::state
