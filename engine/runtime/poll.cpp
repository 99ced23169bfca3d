// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: timers must fire in time, also when every M has gone to sleep, without a thread that
// wakes up to look; and one sleeping thread is enough to wait for all of them.
//
// Due timers of a P are run by its M in find_runnable(), or by thieves. An M that finds nothing to
// do becomes the *poller*, if timers are set or files waited for, and nobody else is: it sleeps in
// the system's poller until the earliest timer of all Ps. Then it takes an idle P and searches.
// While somebody polls sysmon looks at no timers before it goes to sleep: two threads would wake up
// for each. While all Ps are busy nobody polls; sysmon then sleeps until the earliest timer and
// asks the P that has it to give way, or fires it itself if that P cannot be asked; it collects
// files that are ready every 10 ms, as an M does before it steals.
//
// Invariants:
//   1. There is one poller at most; it has no P and is not in the idle list. start_m() may choose
//      it like an idle M, through its note, and interrupts it.
//   2. Setting a timer: make it visible (Timers::add); full fence; read poll_until_ns, then
//      idle_ps. Beginning to poll: raise idle_ps; write poll_until_ns; full fence; read the heaps.
//      Either the poller sees the timer, or it is interrupted, or a searcher is started which will
//      poll after it has found nothing.
//   3. When the poller leaves with a P it is a searcher: if it finds work it wakes the next one
//      (found_work), which becomes the next poller. So while a P is idle and a timer is set,
//      somebody polls or is about to. If all Ps become busy meanwhile nobody does, and sysmon may
//      have gone to sleep, for longer, while it was somebody else's task: so the last who polls,
//      searches, or fails to wake a searcher says so (leave_timers_to_sysmon). He writes that he
//      has stopped, and then reads the heaps and until when sysmon sleeps; who sets a timer, and
//      sysmon before it sleeps, do it the other way round (tests/model: poller_leaves).
//   4. The poller counts as asleep for deadlock detection if nothing is set that could end its
//      sleep (all_asleep). What it has been given counts as set until it is in a run queue.
//   5. Whom a timer wakes runs next, before the ring: whoever is there may have to wait for a whole
//      slice of a pair that wakes each other. But only once before the ring has its turn: else a
//      goroutine that waits for a microsecond again and again would let nobody else run. Nor may it
//      skip the ring when that is empty: only what comes from there counts as a slice, after 61 of
//      which the global queue has its turn.
//   6. A P keeps its timers when it loses its token. Its owner comes back when it likes, or is
//      nobody, and thieves look at others' timers only when they find no work: so what is due there
//      is fired by sysmon.
// Locking: `poller` under Scheduler::lock. Memory order: poll_until_ns is seq_cst, see 2.
//
// Rejected: a thread of its own for timers (a switch of threads for each); a timerfd (a system call
// for each change of the earliest); futexes with timeouts for all idle Ms (all of them wake up); a
// shared word with the earliest of all timers (written by every change of one; sysmon's walk over
// the Ps takes 10 ns for 8 of them, 2 us for 1,024, every 20 us at most, and it looks at them
// anyway).
#include <algorithm>
#include <utility>

#include "engine/check.h"
#include "engine/mutant.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/sim.h"
#include "engine/runtime/waiter.h"

namespace leat::runtime {

namespace {

// Values of poll_until_ns besides a time.
constexpr int64_t kNobodyPolls = 0;

// How long files may go unwatched while all Ps are busy.
constexpr int64_t kCollectEvery_ns = 10 * kMillisecond;

}  // namespace

// -------- timers

void Scheduler::arm(TimerNode& timer, P* p) {
  const int64_t when_ns = timer.when_ns;
  if (add_timer(timer, p)) timer_was_added(when_ns, p, false);
}

bool Scheduler::add_timer(TimerNode& timer, P* p) {
  // A moment long ago: differences to it must not overflow.
  timer.when_ns = std::max<int64_t>(timer.when_ns, 0);
  Timers& heap = p != nullptr ? p->timers : ps[0].timers;
  return heap.add(timer);
}

void Scheduler::timer_was_added(int64_t when_ns, P* p, bool p_will_search) {
  if (LEAT_MUTANT("timer_wakes_nobody")) return;
  full_fence();
  const int64_t until_ns = poll_until_ns.load(std::memory_order_seq_cst);
  if (until_ns != kNobodyPolls) {
    if (when_ns < until_ns) interrupt_poller();
  } else if (p_will_search && p->queue.empty()) {
    return;  // its owner will find the timer, and poll
  } else if (idle.idle_ps() != 0) {
    wake_one();
  } else if (when_ns < sysmon_until_ns.load(std::memory_order_seq_cst)) {
    sysmon_note.wake();  // all Ps are busy
  }
}

bool Scheduler::run_timers(P& owner, P* p) {
  if (owner.timers.next_when() == kNever) return false;
  const int64_t now = now_ns();
  if (owner.timers.next_when() > now) return false;
  WakeList wakes;
  owner.timers.run_due(now, wakes);
  return ready_all(wakes, p);
}

// Does `g` run on Ps of this scheduler?
bool Scheduler::is_ours(const G* g) const {
  return g != nullptr && g->scheduler == this && !g->owns_thread();
}

bool Scheduler::ready_all(WakeList& wakes, P* p) {
  bool any = false;
  while (Waiter* waiter = wakes.pop()) {
    G* g = waiter->g;
    if (!is_ours(g)) {
      wake(waiter);
      continue;
    }
    g->waiting_to_runnable();
    // Invariant 5.
    if (!std::exchange(p->timer_went_first, true)) {
      if (G* kicked = p->queue.exchange_next(g)) put_local(p, kicked);
    } else {
      put_local(p, g);
    }
    any = true;
  }
  if (any) published(p, false);
  return any;
}

int64_t Scheduler::earliest_timer() const {
  int64_t earliest = kNever;
  for (uint32_t i = 0, count = ps.size(); i < count; ++i)
    earliest = std::min(earliest, ps[i].timers.next_when());
  return earliest;
}

int64_t Scheduler::nap_before_timer(int64_t nap_ns) {
  const int64_t now = now_ns();
  sysmon_until_ns.store(now + nap_ns, std::memory_order_seq_cst);
  full_fence();
  if (poll_until_ns.load(std::memory_order_seq_cst) != kNobodyPolls) return nap_ns;
  const int64_t left_ns = earliest_timer() - now;
  if (left_ns <= 0 || left_ns >= nap_ns) return nap_ns;
  sysmon_until_ns.store(now + left_ns, std::memory_order_seq_cst);
  return left_ns;
}

void Scheduler::leave_timers_to_sysmon() {
  if (poll_until_ns.load(std::memory_order_seq_cst) != kNobodyPolls) return;
  if (idle.idle_ps() + idle.spinning_ms() != 0) return;
  if (earliest_timer() < sysmon_until_ns.load(std::memory_order_seq_cst)) sysmon_note.wake();
}

bool Scheduler::prod_late_timers(int64_t now) {
  sysmon_until_ns.store(0, std::memory_order_seq_cst);
  bool any = false;
  if (now - files_collected_ns >= kCollectEvery_ns) {
    files_collected_ns = now;
    any = collect_files(nullptr);
  }
  if (earliest_timer() > now) return any;
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) {
    P& p = ps[i];
    if (p.timers.next_when() > now) continue;
    const uint64_t word = p.word.load();
    if (PWord::state_of(word) == PState::kRunning) {
      // An owner runs its timers on the way to its next goroutine: let it go there.
      any |= p.word.request_preempt(word);
    } else if (PWord::state_of(word) != PState::kIdle) {  // invariant 6
      WakeList wakes;
      p.timers.run_due(now, wakes);
      any |= ready_anywhere(wakes);
    }
  }
  if (poll_until_ns.load(std::memory_order_seq_cst) == kNobodyPolls && idle.wants_wake_up())
    wake_one();
  return any;
}

// -------- the poller

bool Scheduler::events_pending() const {
  return earliest_timer() != kNever || netpoll.waiters() != 0;
}

void Scheduler::watch_files() {
  if (sim::kSimulated) interrupt_poller();  // which asks for files only if somebody waits
  if (poll_until_ns.load(std::memory_order_seq_cst) == kNobodyPolls && idle.idle_ps() != 0)
    wake_one();
}

bool Scheduler::collect_files(P* p) {
  if (netpoll.waiters() == 0 || poll_until_ns.load(std::memory_order_seq_cst) != kNobodyPolls)
    return false;
  WakeList wakes;
  netpoll.collect(wakes);
  return p != nullptr ? ready_all(wakes, p) : ready_anywhere(wakes);
}

// Makes goroutines runnable for one who owns no P. True: there were some.
bool Scheduler::ready_anywhere(WakeList& wakes) {
  if (wakes.empty()) return false;
  {
    const Guard guard(lock);
    push_all(wakes);
  }
  wakes.wake_all();
  if (idle.wants_wake_up()) wake_one();
  return true;
}

#ifdef LEAT_SIM

// The system knows the real time and files, not virtual threads: files are asked again and again.
void Scheduler::wait_for_events(int64_t timeout_ns, WakeList& wakes) {
  constexpr int64_t kAskEvery_ns = 20 * kMicrosecond;
  const int64_t until_ns = saturating_add(now_ns(), timeout_ns);
  for (;;) {
    if (netpoll.waiters() != 0) netpoll.collect(wakes);
    const int64_t left_ns = until_ns - now_ns();
    if (!wakes.empty() || left_ns <= 0) return;
    if (netpoll.waiters() == 0 && until_ns == kNever) return sim_poll_note.wait();
    const int64_t nap_ns = netpoll.waiters() != 0 ? std::min(left_ns, kAskEvery_ns) : left_ns;
    if (sim_poll_note.wait_for(nap_ns)) return;
  }
}

void Scheduler::interrupt_poller() { sim_poll_note.wake(); }

#else

void Scheduler::wait_for_events(int64_t timeout_ns, WakeList& wakes) {
  netpoll.wait(timeout_ns, wakes);
}

void Scheduler::interrupt_poller() { netpoll.interrupt(); }

#endif

bool Scheduler::poll(M* m) {
  WakeList wakes;
  AfterPoll after = AfterPoll::kPollAgain;
  while (after == AfterPoll::kPollAgain) {
    poll_until_ns.store(kNever, std::memory_order_seq_cst);
    full_fence();
    const int64_t until_ns = earliest_timer();
    poll_until_ns.store(until_ns, std::memory_order_seq_cst);
    wait_for_events(until_ns == kNever ? kNever : std::max<int64_t>(until_ns - now_ns(), 0), wakes);
    after = end_poll(m, wakes);
  }
  if (after == AfterPoll::kStop) return false;
  if (after == AfterPoll::kSleep) return wait_for_p(m);
  m->take_p(std::exchange(m->next_p, nullptr));
  if (!m->spinning) {
    m->spinning = true;
    idle.begin_spinning();
  }
  ready_all(wakes, m->p.load(std::memory_order_relaxed));
  return true;
}

Scheduler::AfterPoll Scheduler::end_poll(M* m, WakeList& wakes) {
  bool deadlock = false;
  {
    const Guard guard(lock);
    poll_until_ns.store(kNobodyPolls, std::memory_order_seq_cst);
    full_fence();
    if (stopping.load(std::memory_order_relaxed)) {
      poller = nullptr;
      return AfterPoll::kStop;
    }
    const bool has_work = !wakes.empty() || earliest_timer() <= now_ns();
    if (m->next_p == nullptr && has_work) m->next_p = take_idle_p();
    if (m->next_p == nullptr && !has_work && events_pending()) return AfterPoll::kPollAgain;
    poller = nullptr;
    if (m->next_p != nullptr) return AfterPoll::kHasP;
    push_all(wakes);  // all Ps are busy: one of them will take these
    idle.push_m(m);
    deadlock = all_asleep();
    deadlock_reported |= deadlock;
  }
  wakes.wake_all();
  if (deadlock) die_of_deadlock();
  leave_timers_to_sysmon();
  return AfterPoll::kSleep;
}

// Leaves those in `wakes` that do not run on Ps: to be woken without the lock, which that may take.
// REQUIRES: lock.
void Scheduler::push_all(WakeList& wakes) {
  WakeList others;
  while (Waiter* waiter = wakes.pop()) {
    if (!is_ours(waiter->g)) {
      others.push(waiter);
      continue;
    }
    waiter->g->waiting_to_runnable();
    global.push(waiter->g);
  }
  wakes = others;
}

}  // namespace leat::runtime
