// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From one value of a series to the next.
#pragma once

#include <optional>
#include <string_view>

#include "operators/data/type.h"

namespace leat::expr {

/// By what a series goes on. THREADS: immutable, any.
struct SeriesStep {
  Interval interval;  ///< Of dates and timestamps.
  int64_t whole = 0;  ///< Of whole numbers.
  bool descending = false;

  /// The value behind `value`, in days, microseconds or whole numbers as `type` has them; nullopt
  /// when there is none.
  std::optional<int64_t> after(int64_t value, TypeId type) const;
  bool is_past(int64_t value, int64_t stop) const {
    return descending ? value < stop : value > stop;
  }
};

/// Sets `step` by `interval`; what is wrong with it for a series of `type`, empty when nothing is.
std::string_view set_step(const Interval& interval, TypeId type, SeriesStep& step);
/// The same for whole numbers.
std::string_view set_step(int64_t whole, SeriesStep& step);

}  // namespace leat::expr
