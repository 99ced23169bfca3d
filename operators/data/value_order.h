// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How values are ordered wherever rows are sorted: as `<` has it, with NaN as the greatest number.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "operators/data/column.h"
#include "operators/data/exact_sum.h"

namespace leat {

/// A double as an integer of the same order: NaN is greatest, -0.0 equals 0.0.
inline int64_t order_of(double value) {
  if (std::isnan(value)) return std::numeric_limits<int64_t>::max();
  const auto bits = std::bit_cast<int64_t>(value + 0.0);
  return bits ^ ((bits >> 63) & std::numeric_limits<int64_t>::max());
}

/// The double that order_of made an integer of. NaN comes back as the canonical one.
inline double float_of_order(int64_t order) {
  if (order == std::numeric_limits<int64_t>::max()) return std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<double>(order ^ ((order >> 63) & std::numeric_limits<int64_t>::max()));
}

/// The number that lies `share` of the way from `from` to `to`, as continuous quantiles need it:
/// beside an infinity that infinity, NaN between the two. REQUIRES: 0 <= share < 1, from != to.
inline double blend(double from, double to, double share) {
  if (share == 0 || (std::isinf(from) && std::isfinite(to))) return from;
  if (std::isinf(from) && std::isinf(to)) return std::numeric_limits<double>::quiet_NaN();
  const double difference = to - from;
  if (std::isinf(difference) && std::isfinite(to)) return from * (1 - share) + to * share;
  return from + difference * share;
}

/// PostgreSQL compares intervals with 30 days to the month and 24 hours to the day.
inline Int128 order_of(const Interval& value) {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  return (Int128{value.months} * 30 + value.days) * kDay + value.microseconds;
}

/// -1, 0 or 1. REQUIRES: equal types; neither is NULL. Lists and structs are compared part by part,
/// a NULL in them as PostgreSQL does: equal to NULL, and greater than all else. Values of json are
/// equal.
int compare_values(const Column& a, size_t row_a, const Column& b, size_t row_b);

}  // namespace leat
