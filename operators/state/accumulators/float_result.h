// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What an aggregate of finite values gives that float64 cannot hold is a fault, as in PostgreSQL,
// and no infinity.
#pragma once

#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"

namespace leat::state {

/// What is said of a result that `type` cannot hold; the call's text comes before it.
inline Error overflow_error(const Type& type) {
  return Error(code::kOutOfRange, ErrorCode::kData, fmt::format("overflows {}", to_string(type)));
}

/// Has `value` become infinite, or NaN on the way, though what it was made of was finite?
inline bool has_overflowed(double value, bool finite_values) {
  return finite_values && !std::isfinite(value) && !LEAT_MUTANT("float_sum_becomes_infinite");
}

/// Appends `value`, the result of group number `i` of `result`; NULL and a fault if it overflowed.
inline Status append_float(FixedBuilder<double>& out, const FoldResult& result, size_t i,
                           double value, bool finite_values) {
  if (!has_overflowed(value, finite_values)) return out.append(value), Status();
  result.faults.push_back({static_cast<uint32_t>(i), overflow_error(result.type)});
  return out.append_null();
}

}  // namespace leat::state
