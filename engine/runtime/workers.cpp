// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: OS threads (Ms) must appear when a P has work and nobody to run it, sleep when there is
// none, and be used again rather than created.
//
// Invariants:
//   1. An M sleeps on its own note, is in the idle list exactly while it has no P and nobody has
//      chosen it, and is woken by who took it out of the list after setting next_p.
//   2. If nobody is in the idle list the poller (engine/runtime/poll.cpp) is chosen instead, under
//      the lock, before another thread is made.
//   3. A P that was taken out of the idle list is given to an M at once; between the two its word
//      is kIdle, so that all_asleep() (which wants every P in the list) cannot be true.
//   4. After `stopping` no M goes to sleep: request_stop() empties the idle list under the lock
//      under which an M enters it.
// Locking: lists under Scheduler::lock; threads are created without it.
//
// Rejected: a condition variable for all Ms (wakes them through one mutex); a fixed pool (a blocked
// M must be replaced).
#include <unistd.h>

#include <string>
#include <utility>

#include "engine/check.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

void Scheduler::run_thread(M* m) {
  adopt_thread_context(m->g0);
  m->errno_slot = thread_errno_slot();
  m->eh_slot = thread_eh_slot();
  sharpen_timed_waits();
  const EhGlobals eh_of_thread = *m->eh_slot;
  m->thread_id.set(gettid());
  clockid_t cpu_clock = CLOCK_MONOTONIC;
  pthread_getcpuclockid(pthread_self(), &cpu_clock);
  m->cpu_clock.set(cpu_clock);
  m->take_p(std::exchange(m->next_p, nullptr));
  run_goroutines(m);
  *m->eh_slot = eh_of_thread;
}

P* Scheduler::take_idle_p() {
  P* p = idle.pop_p();
  if (p != nullptr && sysmon_sleeps) {
    sysmon_sleeps = false;
    set_clock(now_ns());  // it has stood still meanwhile
    sysmon_note.wake();
  }
  return p;
}

void Scheduler::wake_one() {
  if (!idle.begin_first_spinning()) return;
  P* p = nullptr;
  {
    const Guard guard(lock);
    if (!stopping.load(std::memory_order_relaxed)) p = take_idle_p();
    if (p == nullptr) {
      idle.end_spinning();
      idle.set_need_spinning();
    }
  }
  p != nullptr ? start_m(p, true) : leave_timers_to_sysmon();
}

void Scheduler::start_m(P* p, bool spinning) {
  M* m = nullptr;
  bool is_new = false;
  std::optional<pthread_t> ended;
  {
    const Guard guard(lock);
    m = idle.pop_m();
    if (m == nullptr && poller != nullptr && poller->next_p == nullptr) {
      poller->next_p = p;
      poller->spinning = spinning;
      interrupt_poller();
      return;
    }
    if (m == nullptr && (m = take_ended_m()) != nullptr) {
      is_new = true;
      ended = std::exchange(m->thread, std::nullopt);
    }
    if (m == nullptr) {
      is_new = true;
      m = ms.emplace_back(std::make_unique<M>()).get();
      m->scheduler = this;
      m->id = static_cast<uint32_t>(ms.size());
      m->trace = trace.add_thread("M" + std::to_string(m->id));
      m->random = (seed + m->id) * 0x9e3779b97f4a7c15ULL | 1;
    }
  }
  m->next_p = p;
  m->spinning = spinning;
  if (!is_new) return m->note.wake();
  if (ended) join_thread(*ended);
  keep_thread(m->thread, start_thread([this, m] { run_thread(m); }));
}

bool Scheduler::stop_m(M* m) {
  bool deadlock = false;
  bool polls = false;
  {
    const Guard guard(lock);
    if (stopping.load(std::memory_order_relaxed)) return false;
    polls = poller == nullptr && events_pending();
    if (polls)
      poller = m;
    else
      idle.push_m(m);
    deadlock = all_asleep();
    deadlock_reported |= deadlock;
  }
  if (deadlock) die_of_deadlock();
  return polls ? poll(m) : wait_for_p(m);
}

bool Scheduler::wait_for_p(M* m) {
  m->note.wait();
  if (m->next_p == nullptr) return false;
  m->take_p(std::exchange(m->next_p, nullptr));
  return true;
}

void Scheduler::inject(G* g) {
  if (config.model == ThreadModel::kKernel) return start_bound(g);
  P* p = nullptr;
  {
    const Guard guard(lock);
    global.push(g);
    if (!stopping.load(std::memory_order_relaxed)) p = take_idle_p();
  }
  if (p != nullptr) start_m(p, false);
}

}  // namespace leat::runtime
