// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the scheduler needs a clock (time slices, sysmon) and short sleeps (a thief before it
// takes a run_next slot), and a simulation must be able to take both over. Invariants:
//   1. now_ns() never goes back, also not across threads.
//   2. nap() sleeps at least as long as asked unless a signal interrupts it; no caller relies on
//      more.
// Locking: none.
// Rejected: std::chrono::steady_clock (the same call, but its type leaks into every signature); the
// time stamp counter (10 ns cheaper, but it needs calibration and a check that it is invariant;
// nothing here reads time on a hot path).
#include "engine/runtime/clock.h"

#include <sys/prctl.h>
#include <time.h>

#include "engine/runtime/sim.h"

namespace leat::runtime {

#ifdef LEAT_SIM

int64_t now_ns() { return sim::now_ns(); }
void nap(int64_t duration_ns) { sim::nap(duration_ns); }
void sharpen_timed_waits() {}

#else

int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

void nap(int64_t duration_ns) {
  const timespec duration{duration_ns / kSecond, duration_ns % kSecond};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, nullptr);
}

void sharpen_timed_waits() { prctl(PR_SET_TIMERSLACK, kMicrosecond, 0, 0, 0); }

#endif

}  // namespace leat::runtime
