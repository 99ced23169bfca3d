// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Time zones by name, from the system's tzdata: what a clock in one shows, and when it shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <absl/time/time.h>

namespace leat::expr {

/// What to do about a zone that there is not.
inline constexpr std::string_view kZoneHint =
    "use a name of the IANA database, such as 'Europe/Berlin' or 'UTC'";

/// THREADS: immutable, any.
class TimeZone {
 public:
  /// The zone called `name`; nullopt: there is none. The system's files are read once.
  static std::optional<TimeZone> find(std::string_view name);

  /// What a clock in the zone shows at `instant`, both in microseconds since 1970 (UTC).
  int64_t clock_at(int64_t instant) const;
  /// When a clock in the zone shows `clock`. A time that the clock skips is read with the offset
  /// before the jump, one that it shows twice as the second: PostgreSQL's choices.
  int64_t instant_of(int64_t clock) const;

 private:
  explicit TimeZone(absl::TimeZone zone) : zone_(zone) {}

  absl::TimeZone zone_;
};

}  // namespace leat::expr
