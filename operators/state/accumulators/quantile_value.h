// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Quantiles of sorted values: where they stand, and what lies between two values.
#pragma once

#include <algorithm>
#include <cstdint>

#include "operators/data/exact_sum.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/number_reader.h"

namespace leat::state {

/// The quantile lies `share` of the way from the value of number `low` to that of number `next`.
struct QuantilePlace {
  size_t low;
  size_t next;  ///< `low` when `share` is 0.
  double share;
};

/// Among `count` ascending values, numbered from 0. REQUIRES: count > 0.
QuantilePlace quantile_place(Fold fold, const FoldParameters& parameters, size_t count);

/// What lies `share` of the way from `low` to `next`, in units of 10^-`digits` of theirs; the way
/// from `low` is rounded half away from zero. False when 128 bits cannot hold it.
bool value_between(Int128 low, Int128 next, double share, unsigned digits, Int128& out);

/// Values in the type of the result. Those that went in are numbers and times as integers of the
/// same order: floats by order_of, decimals in units, dates in days. THREADS: immutable, any.
template <typename Key>
class QuantileValue {
 public:
  QuantileValue(const Type& argument, const Type& result) : argument_(argument), result_(result) {}

  /// Of a result of float64.
  double number(Key low, Key next, double share) const {
    return low == next ? number(low) : blend(number(low), number(next), share);
  }
  /// Of any other result. False when it has too many digits, which only decimals can have.
  bool units(Key low, Key next, double share, Int128& out) const {
    if (result_.is(TypeId::kDecimal)) {
      const unsigned digits = result_.scale() - unsigned{argument_.scale()};
      return value_between(low, next, share, digits, out) &&
             magnitude_of(out) < decimal_power(result_.precision());
    }
    // Of dates a timestamp: in microseconds.
    const Int128 unit = argument_.is(TypeId::kDate) && result_.is(TypeId::kTimestamp)
                            ? Int128{86'400'000'000}
                            : Int128{1};
    return value_between(low * unit, next * unit, result_.is(TypeId::kDate) ? 0 : share, 0, out);
  }

 private:
  double number(Key key) const {
    if (argument_.is(TypeId::kFloat64)) return float_of_order(static_cast<int64_t>(key));
    return static_cast<double>(key);
  }

  Type argument_;
  Type result_;
};

}  // namespace leat::state
