// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: two ways lead from a clock's reading to an instant, functions and files, and around
// changes of the clocks they must not differ.
//
// Not chosen: offsets as zones ('+02:00'), which say nothing of the other half of the year.
#include "operators/expr/kernels/time_zone.h"

#include "operators/expr/kernels/calendar.h"

namespace leat::expr {

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  absl::TimeZone zone;
  if (name.empty() || !absl::LoadTimeZone({name.data(), name.size()}, &zone)) return std::nullopt;
  return TimeZone(zone);
}

int64_t TimeZone::clock_at(int64_t instant) const {
  const int64_t offset = zone_.At(absl::FromUnixMicros(instant)).offset;
  return instant + offset * kMicrosPerSecond;
}

int64_t TimeZone::instant_of(int64_t clock) const {
  const int64_t seconds = floor_divide(clock, kMicrosPerSecond);
  const absl::CivilSecond civil = absl::CivilSecond(1970) + seconds;
  const auto info = zone_.At(civil);
  const absl::Time instant = info.kind == absl::TimeZone::TimeInfo::REPEATED ? info.post : info.pre;
  return absl::ToUnixMicros(instant) + clock - seconds * kMicrosPerSecond;
}

}  // namespace leat::expr
