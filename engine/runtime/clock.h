// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Time as the runtime sees it. Nothing else in engine/ reads a clock or sleeps, so that a
// simulation can own time.
#pragma once

#include <cstdint>

namespace leat::runtime {

inline constexpr int64_t kMicrosecond = 1'000;
inline constexpr int64_t kMillisecond = 1'000'000;
inline constexpr int64_t kSecond = 1'000'000'000;

/// Nanoseconds of a clock that only goes forward (CLOCK_MONOTONIC). THREADS: any.
int64_t now_ns();

/// Blocks the calling OS thread for about `duration_ns`; the kernel adds its timer slack (50 us).
/// THREADS: any.
void nap(int64_t duration_ns);

/// Lets timed waits of the calling thread end when they should, not up to 50 us later. THREADS:
/// any.
void sharpen_timed_waits();

}  // namespace leat::runtime
