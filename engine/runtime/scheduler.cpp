// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which goroutine runs next on this M, so that none starves, caches stay warm, and no P
// idles beside work.
//
// The order of find_runnable is Go's, and the conditions here and in hand_off() must agree:
//   - the own timers that are due (engine/runtime/poll.cpp)
//   - every 61st slice the global queue
//   - the own run_next, then the own ring
//   - the global queue
//   - files that are ready
//   - steal; in the last pass also the due timers of other Ps, and run_next
//   - give up the P, look once more, sleep
//
// Invariants:
//   1. An M runs goroutines only with a P. An idle P has an empty queue.
//   2. The 61 rule: the global queue is looked at although the ring is never empty, so two
//      goroutines that respawn each other cannot starve it.
//   3. A run_next goroutine inherits the slice of who made it ready: a pair that wakes each other
//      shares one slice of 10 ms and is then asked to give way like anybody else.
//   4. A request to give way is acknowledged in keep_p() (and only there) before `stopping` is read:
//      shutdown sets `stopping` first and requests after, so it cannot be lost.
//   5. A thief takes half of a ring, oldest first. It takes run_next only after a nap during which
//      the victim made no switch at all: a victim that switches consumes its own run_next, and
//      pairs stay together.
//   6. The queue of a ghost is emptied by who makes it one, and by its owner after each push
//      (ghosts.cpp): thieves and last looks pass ghosts over, or they would look for ever at what
//      they may not take.
// Memory order: see run_queue.h and idle.cpp.
//
// Rejected: one shared queue (contended; loses locality); stealing run_next at once (tears
// ping-pong pairs apart; Go sleeps 3 us for that, but then takes whatever it finds).
#include "engine/runtime/scheduler.h"

#include <algorithm>
#include <utility>

#include "engine/mutant.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/park.h"

namespace leat::runtime {

namespace {

constexpr uint32_t kFromGlobalMax = RunQueue::capacity() / 2;
constexpr int kStealPasses = 4;
constexpr int64_t kNapBeforeRunNext_ns = 3 * kMicrosecond;

bool has_own_queue(const P& p) {
  const PState state = p.word.state();
  return state == PState::kRunning || state == PState::kBlocking;
}

}  // namespace

// -------- the loop of an M

void Scheduler::run_goroutines(M* m) {
  bool inherits_slice = false;
  for (;;) {
    G* g = m->locked;
    if (g != nullptr) [[unlikely]] {
      if (!wait_for_locked(m)) return;
    } else {
      if (m->p.load(std::memory_order_relaxed) == nullptr && !stop_m(m)) return;
      g = std::exchange(m->run_at_once, nullptr);
      if (g == nullptr) g = find_runnable(m, &inherits_slice);
      if (g == nullptr) return;
      if (g->is_locked()) [[unlikely]] {
        hand_to_locked(m, g);
        continue;
      }
    }
    for (bool again = true; again; inherits_slice = true) {
      execute(m, g, inherits_slice);
      g = m->left;  // not always the one that was started: goroutines switch among themselves
      m->left = nullptr;
      if (!g->is_locked()) g->m.store(nullptr, std::memory_order_relaxed);
      again = !m->commit(m, g, m->commit_argument);
    }
  }
}

void Scheduler::execute(M* m, G* g, bool inherits_slice) {
  P* p = m->p.load(std::memory_order_relaxed);
  if (!inherits_slice) p->tick.add();
  p->switches.add();
  p->running.set(g);
  bind_stack(p, g);
  m->event(TraceKind::kStart, g);
  g->runnable_to_running(m);
  switch_context(m->g0, g->context);
}

// -------- finding work

G* Scheduler::find_runnable(M* m, bool* inherits_slice) {
  do {
    *inherits_slice = false;
    if (!keep_p(m)) continue;
    P* p = m->p.load(std::memory_order_relaxed);
    if (stopping.load(std::memory_order_seq_cst)) return nullptr;
    run_timers(*p, p);
    G* g = nullptr;
    if (p->tick.get() % kGlobalQueueInterval == 0 && global.size() != 0) g = take_from_global(p, 1);
    if (g == nullptr && (g = p->queue.pop_next()) != nullptr) *inherits_slice = true;
    if (g == nullptr && (g = p->queue.pop()) != nullptr) p->timer_went_first = false;
    if (g == nullptr && global.size() != 0) g = take_from_global(p, kFromGlobalMax);
    if (g == nullptr && collect_files(p) && (g = p->queue.pop_next()) == nullptr)
      g = p->queue.pop();
    if (g == nullptr) g = steal(m);
    if (g != nullptr) {
      found_work(m);
      return g;
    }
  } while (sleep_until_work(m));
  return nullptr;
}

// Answers what others wrote into the word of m's P. False: `m` has none any more.
bool Scheduler::keep_p(M* m) {
  P* p = m->p.load(std::memory_order_relaxed);
  if (p->word.must_give_way()) {
    if (p->word.acknowledge_preempt()) {
      // Whoever is first in line would inherit the slice that just ended.
      if (G* next = p->queue.pop_next()) put_local(p, next);
    } else if (!settle_ghost(m)) {
      return false;
    }
  }
  return surplus.load(std::memory_order_relaxed) == 0 || !surrender(m);
}

// Takes one goroutine to run and moves a fair share of the rest to p's ring.
G* Scheduler::take_from_global(P* p, uint32_t max) {
  const Guard guard(lock);
  const uint32_t count = std::min({global.size(), global.size() / procs + 1, max});
  return global.take(count, [p](G* g) {
    const bool has_room = p->queue.push(g);
    LEAT_CHECK(has_room, "work was fetched for a ring that is not empty");
  });
}

void Scheduler::put_local(P* p, G* g) {
  constexpr uint32_t kHalf = RunQueue::capacity() / 2;
  for (;;) {
    if (p->queue.push(g)) break;
    G* half[kHalf];
    if (!p->queue.take_half(half)) continue;  // a thief made room
    for (uint32_t i = 0; i + 1 < kHalf; ++i) half[i]->next = half[i + 1];
    half[kHalf - 1]->next = g;
    g->next = nullptr;
    const Guard guard(lock);
    global.push_chain(half[0], g, kHalf + 1);
    return;
  }
  if (p->word.is_ghost()) [[unlikely]]
    evacuate(*p);
}

void Scheduler::put_global(G* g) {
  const Guard guard(lock);
  global.push(g);
}

// A search has succeeded: if it was the only one, another must go on searching (there may be more).
void Scheduler::found_work(M* m) {
  P* p = m->p.load(std::memory_order_relaxed);
  if (p->word.is_ghost()) [[unlikely]]
    evacuate(*p);  // more than one was found
  if (!m->spinning) return;
  m->spinning = false;
  idle.end_spinning();
  published(p, true);
  leave_timers_to_sysmon();
}

// -------- stealing

G* Scheduler::steal(M* m) {
  if (ps.size() == 1) return nullptr;
  if (!m->spinning) {
    // At most half of the busy Ps are matched by searchers: more only fight for the same queues.
    if (2 * idle.spinning_ms() + idle.idle_ps() >= tokens) return nullptr;
    m->spinning = true;
    idle.begin_spinning();
  }
  for (int pass = 0; pass + 1 < kStealPasses; ++pass)
    if (G* g = steal_pass(m)) return g;
  if (G* g = steal_timers(m)) return g;
  return steal_run_next(m);
}

// Runs what is due on Ps whose owners are busy, or idle.
G* Scheduler::steal_timers(M* m) {
  P* thief = m->p.load(std::memory_order_relaxed);
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) {
    if (&ps[i] == thief || !run_timers(ps[i], thief)) continue;
    if (G* g = thief->queue.pop_next()) return g;
    if (G* g = thief->queue.pop()) return g;
  }
  return nullptr;
}

// Looks into every other ring once, in an order of its own.
G* Scheduler::steal_pass(M* m) {
  P* thief = m->p.load(std::memory_order_relaxed);
  const uint32_t count = ps.size();
  uint32_t at = static_cast<uint32_t>(m->next_random() % count);
  const uint32_t stride = kStrides[m->next_random() % kStrides.size()];
  for (uint32_t i = 0; i < count; ++i, at = (at + stride) % count) {
    P& victim = ps[at];
    if (&victim == thief || !has_own_queue(victim)) continue;
    if (G* g = victim.queue.steal_into(thief->queue)) {
      thief->steals.add();
      m->event(TraceKind::kSteal, g);
      return g;
    }
  }
  return nullptr;
}

G* Scheduler::steal_run_next(M* m) {
  P* thief = m->p.load(std::memory_order_relaxed);
  struct Seen {
    G* next;
    uint64_t switches;
  };
  const uint32_t count = ps.size();
  const auto seen = std::make_unique<Seen[]>(count);
  bool any = false;
  for (uint32_t i = 0; i < count; ++i) {
    if (!has_own_queue(ps[i])) continue;
    seen[i] = {ps[i].queue.next(), ps[i].switches.get()};
    any |= seen[i].next != nullptr;
  }
  if (any) nap(kNapBeforeRunNext_ns);
  if (G* g = steal_pass(m)) return g;
  for (uint32_t i = 0; i < count && any; ++i) {
    P& victim = ps[i];
    if (&victim == thief || seen[i].next == nullptr || seen[i].switches != victim.switches.get())
      continue;
    if (victim.queue.steal_next(seen[i].next)) {
      thief->steals.add();
      m->event(TraceKind::kSteal, seen[i].next);
      return seen[i].next;
    }
  }
  return nullptr;
}

// -------- nothing found

// Gives up the P and sleeps. True: `m` has a P again and must search. False: stop.
bool Scheduler::sleep_until_work(M* m) {
  if (P* p = m->p.load(std::memory_order_relaxed)) {
    const Guard guard(lock);
    if (stopping.load(std::memory_order_relaxed)) return false;
    if (global.size() != 0) return true;
    if (p->word.is_ghost() || surplus.load(std::memory_order_relaxed) != 0)
      return true;  // keep_p() sees to it
    LEAT_CHECK(p->queue.empty(), "a processor went idle with work in its queue");
    idle.push_p(m->drop_p());
    if (!m->spinning && idle.need_spinning()) {  // invariant 3 of idle.cpp
      m->take_p(take_idle_p());
      m->spinning = true;
      idle.begin_spinning();
      return true;
    }
  }
  if (m->spinning) {
    const bool skips_recheck = LEAT_MUTANT("no_recheck_before_park");
    if (skips_recheck) nap(kMillisecond);  // makes the window wide enough to be hit
    m->spinning = false;
    idle.end_spinning();
    full_fence();
    if (!skips_recheck && recheck(m)) return true;
  }
  return stop_m(m);
}

// The last look of a searcher that has given up its P (invariant 2 of idle.cpp).
bool Scheduler::recheck(M* m) {
  if (!has_queued_work()) return false;
  const Guard guard(lock);
  P* p = take_idle_p();
  if (p == nullptr) {
    idle.set_need_spinning();  // whoever goes idle next must search
    return false;
  }
  m->take_p(p);
  m->spinning = true;
  idle.begin_spinning();
  return true;
}

bool Scheduler::has_queued_work() {
  if (global.size() != 0) return true;
  for (uint32_t i = 0, count = ps.size(); i < count; ++i)
    if (has_own_queue(ps[i]) && !ps[i].queue.empty()) return true;
  return false;
}

}  // namespace leat::runtime
