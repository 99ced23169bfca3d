// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a program in which every goroutine waits for another should say so instead of hanging.
//
// Invariants:
//   1. Deadlock is a state, seen under Scheduler::lock: every token lies in an idle P, every M sleeps
//      (in the idle list, as the poller with nothing to wait for, or with the parked goroutine that
//      owns it or is locked to it), the global queue is empty, no timer is set. Then no goroutine runs, none is in a
//      blocking call (its M would not be idle), none is runnable (idle.cpp: no work beside an idle
//      P), so nobody is left to wake one.
//   2. It is looked for after each step that can complete the state: an M goes to sleep, a P is put
//      into the idle list by sysmon, a goroutine that owns its thread parks or ends. A P or M in
//      somebody's hands is in no list.
//   3. It is reported once. With RuntimeConfig::foreign_wakeups never: threads we do not know may
//      still send.
// Locking: Scheduler::lock to decide; the report is made without it, nothing can move any more.
//
// Rejected: Go's arithmetic over five M counters (each new kind of M must remember to adjust it).
#include <cstdio>
#include <cstdlib>

#include "engine/runtime/dump.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

bool Scheduler::all_asleep() const {
  const size_t asleep = idle.idle_ms() + (poller != nullptr ? 1 : 0) + locked_waiting +
                        ended_ms.size() + static_cast<size_t>(bound_waiting) + bound_free.size();
  return idle.idle_ps() == tokens.load(std::memory_order_relaxed) && asleep == ms.size() &&
         global.size() == 0 && !events_pending() && !config.foreign_wakeups && !deadlock_reported &&
         !stopping.load(std::memory_order_relaxed);
}

void Scheduler::die_of_deadlock() {
  const DeadlockReport report{list_goroutines()};
  if (config.on_deadlock) {
    config.on_deadlock(report);
  } else {
    std::fputs("fatal error: all goroutines are asleep - deadlock!\n\n", stderr);
    for (const GoroutineInfo& goroutine : report.goroutines) print_goroutine(stderr, goroutine);
  }
  std::fflush(stdout);
  std::fflush(stderr);
  std::_Exit(2);
}

}  // namespace leat::runtime
