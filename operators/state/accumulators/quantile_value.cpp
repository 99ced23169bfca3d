// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/quantile_value.h"

#include <array>

#include "engine/check.h"

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

Int128 part_of_difference(Int128 difference, double share, unsigned digits) {
  const std::array<uint64_t, 3> words{static_cast<uint64_t>(difference),
                                      static_cast<uint64_t>(difference >> 64),
                                      difference < 0 ? ~uint64_t{0} : 0};
  BigInteger part(words);
  for (; digits > 0; --digits) part.multiply(10);
  const FloatParts factor = FloatParts::of(share);
  part.multiply(factor.magnitude);
  // Twice the value, one more in the last place, and half of it: rounded.
  for (int shift = -factor.exponent - 1; shift > 0;) {
    const int step = std::min(shift, 62);
    part.divide(uint64_t{1} << step);
    shift -= step;
  }
  const std::array<uint64_t, 2> one{1, 0};
  BigInteger half(one);
  if (part.is_negative()) half.negate();
  part.add(half);
  part.divide(2);
  Int128 result = 0;
  const bool fits = part.to_int128(result);
  LEAT_CHECK(fits, "a part of a difference is greater than the difference");
  return result;
}

}  // namespace leat::state
