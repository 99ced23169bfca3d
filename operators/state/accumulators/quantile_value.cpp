// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/quantile_value.h"

#include <algorithm>
#include <array>

namespace leat::state {

QuantilePlace quantile_place(Fold fold, const FoldParameters& parameters, size_t count) {
  const size_t last = count - 1;
  const auto from_start = [&](size_t rank) { return parameters.descending ? last - rank : rank; };
  if (fold == Fold::kQuantileDiscrete) {
    const size_t at = from_start(discrete_rank(parameters.fraction, count));
    return {at, at, 0};
  }
  const double place = parameters.fraction * static_cast<double>(last);
  const size_t floor = std::min(static_cast<size_t>(place), last);
  const double share = place - static_cast<double>(floor);
  if (share == 0 || floor == last) return {from_start(floor), from_start(floor), 0};
  return {from_start(floor), from_start(floor + 1), share};
}

namespace {

/// number * 10^digits.
BigInteger scaled(Int128 number, unsigned digits) {
  const std::array<uint64_t, 2> words{static_cast<uint64_t>(number),
                                      static_cast<uint64_t>(number >> 64)};
  BigInteger result(words);
  for (; digits > 0; --digits) result.multiply(10);
  return result;
}

}  // namespace

bool value_between(Int128 low, Int128 next, double share, unsigned digits, Int128& out) {
  BigInteger whole = scaled(low, digits);
  if (share == 0) return whole.to_int128(out);
  // The difference may have more bits than both.
  BigInteger part = scaled(next, digits);
  whole.negate();
  part.add(whole);
  whole.negate();
  const FloatParts factor = FloatParts::of(share);
  part.multiply(factor.magnitude);
  // Twice the value, one more in the last place, and half of it: rounded.
  for (int shift = -factor.exponent - 1; shift > 0;) {
    const int step = std::min(shift, 62);
    part.divide(uint64_t{1} << step);
    shift -= step;
  }
  BigInteger half = scaled(1, 0);
  if (part.is_negative()) half.negate();
  part.add(half);
  part.divide(2);
  part.add(whole);
  return part.to_int128(out);
}

}  // namespace leat::state
