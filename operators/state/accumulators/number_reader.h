// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Numbers of any type as float64, and where a quantile stands among values.
#pragma once

#include <algorithm>
#include <cmath>

#include "operators/data/column.h"
#include "operators/data/decimal_values.h"
#include "operators/data/exact_sum.h"

namespace leat::state {

/// Reads int64, float64 or decimal as the nearest float64. THREADS: immutable, any.
class NumberReader {
 public:
  explicit NumberReader(const Type& type) : id_(type.id()), scale_(type.scale()) {}

  /// REQUIRES: not NULL.
  double read(const Column& column, size_t row) const {
    if (id_ == TypeId::kFloat64) return column.values<double>()[row];
    if (id_ == TypeId::kInt64) return static_cast<double>(column.values<int64_t>()[row]);
    return decimal(decimal_at(column, row));
  }
  double decimal(Int128 units) const {
    if (double value = 0; divide_exactly(units, static_cast<int>(scale_), value)) return value;
    ExactSum one{};
    one.add_units(units);
    return units_mean_to_double(one, scale_);
  }

 private:
  TypeId id_;
  unsigned scale_;
};

/// The rank, from 0, of the first of `count` sorted values that `fraction` of them do not exceed.
/// REQUIRES: count > 0, 0 <= fraction <= 1.
inline uint64_t discrete_rank(double fraction, uint64_t count) {
  const double rank = std::ceil(fraction * static_cast<double>(count));
  return std::clamp<uint64_t>(static_cast<uint64_t>(rank), 1, count) - 1;
}

}  // namespace leat::state
