// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/series_step.h"

#include "operators/expr/kernels/calendar.h"

namespace leat::expr {

std::optional<int64_t> SeriesStep::after(int64_t value, TypeId type) const {
  if (type == TypeId::kInt64) {
    int64_t next = 0;
    return __builtin_add_overflow(value, whole, &next) ? std::nullopt : std::optional(next);
  }
  if (type == TypeId::kTimestamp) return add_interval(value, interval);
  int64_t micros = 0;
  if (__builtin_mul_overflow(value, kMicrosPerDay, &micros)) return std::nullopt;
  const std::optional<int64_t> next = add_interval(micros, interval);
  return next ? std::optional(*next / kMicrosPerDay) : std::nullopt;
}

std::string_view set_step(const Interval& interval, TypeId type, SeriesStep& step) {
  step.interval = interval;
  const bool down = interval.months < 0 || interval.days < 0 || interval.microseconds < 0;
  const bool up = interval.months > 0 || interval.days > 0 || interval.microseconds > 0;
  step.descending = down;
  if (up == down) return up ? "this step goes both ways" : "this step is zero";
  if (type == TypeId::kDate && interval.microseconds != 0)
    return "a series of dates goes by whole days";
  return {};
}

std::string_view set_step(int64_t whole, SeriesStep& step) {
  step.whole = whole;
  step.descending = whole < 0;
  return whole == 0 ? "this step is zero" : "";
}

}  // namespace leat::expr
