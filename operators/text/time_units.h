// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How long the units of time are.
#pragma once

#include <cstdint>

namespace leat {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;
inline constexpr int64_t kSecondsPerDay = 86'400;

}  // namespace leat
