// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine is about to block its OS thread. Most such calls return within microseconds
// and must cost next to nothing; one that really blocks must not take its P (and the goroutines
// queued there) with it.
//
// enter_blocking() leaves the P behind in state kBlocking, one CAS, no lock, no wake-up. If the
// call is short, exit_blocking() takes it back by another CAS. Meanwhile sysmon may win that CAS
// and hand the P, with its whole queue, to another M.
//
// Invariants:
//   1. Between the two calls m->p is null: everything that needs a P sees that there is none
//      (ready() goes through the global queue, park() refuses).
//   2. The P is taken back only if its word is exactly the one that was left: a P that was taken,
//      used and left in kBlocking by somebody else meanwhile has another epoch.
//   3. A ghost (ghosts.cpp) has no token that others could use, so it is not left behind but kept:
//      nobody takes it.
//   4. A goroutine that finds no P is published (global queue) only on g0, after its context is
//      saved; looking for an idle P and queueing are one decision under Scheduler::lock, as going
//      idle is: so a goroutine cannot be queued while a P goes idle unseen.
//   5. The end of a blocking call is a scheduling point: a request to give way, which the call does
//      not drop, is answered there. So a loop of short calls is preempted like one that computes.
//   6. Whoever gets a P here reads `stopping` afterwards, since he does not come through
//      find_runnable(): shutdown can ask only a P that runs (invariant 2 of lifecycle.cpp).
// Memory order: PWord.
//
// Rejected: handing the P over at once on entry (a futex wake-up per call, 50 times the cost of a
// short call); Go 1.26's scheme that leaves the P wired and moves the goroutine's status (needs a
// lock bit in every G).
#include "engine/runtime/handoff.h"

#include "engine/check.h"
#include "engine/runtime/park.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

// Puts the request of a shutdown into `p`, which the caller has just got: at that moment it may
// have gone unasked.
void look_for_stop(const Scheduler& scheduler, P& p) {
  if (scheduler.stopping.load(std::memory_order_seq_cst)) [[unlikely]]
    p.word.request_preempt(p.word.load());
}

// On g0, without a P.
bool exit_without_p_commit(M* m, G* g, void*) {
  Scheduler* scheduler = m->scheduler;
  P* p = nullptr;
  {
    const Guard guard(scheduler->lock);
    g->blocking_to_runnable();
    if (!scheduler->stopping.load(std::memory_order_relaxed)) p = scheduler->take_idle_p();
    if (p == nullptr) scheduler->global.push(g);
  }
  if (p == nullptr) return true;  // run_goroutines() goes to sleep
  m->take_p(p);
  p->tick.add();  // a slice begins, as if it had come through a queue
  look_for_stop(*scheduler, *p);
  return false;
}

}  // namespace

void enter_blocking(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  if (m->scheduler->config.model != ThreadModel::kMpg)
    return;  // no other M could take the processor
  P* p = m->p.load(std::memory_order_relaxed);
  LEAT_CHECK(p != nullptr, "blocking() was called inside blocking()");
  g->running_to_blocking();
  p->blocking_calls.add();
  m->event(TraceKind::kSyscall, g);
  m->left_p = p;
  m->p.store(nullptr, std::memory_order_relaxed);
  m->left_word = p->word.running_to_blocking();
}

void exit_blocking(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  if (m->scheduler->config.model != ThreadModel::kMpg) return checkpoint(g);
  P* p = m->left_p;
  const bool is_ghost = PWord::state_of(m->left_word) == PState::kGhost;
  if (is_ghost || p->word.blocking_to_running(m->left_word)) [[likely]] {
    m->p.store(p, std::memory_order_relaxed);
    m->event(TraceKind::kReturn, g);
    g->blocking_to_running();
    look_for_stop(*m->scheduler, *p);
    if (p->word.must_give_way()) [[unlikely]]
      checkpoint(g);
    return;
  }
  m->event(TraceKind::kRequeue, g);
  leave_to_g0(g, exit_without_p_commit, nullptr);
}

// The conditions are those of find_runnable(): whoever would find work there must be started here.
void Scheduler::hand_off(P* p) {
  if (!p->queue.empty() || global.size() != 0 || surplus.load() != 0) {
    start_m(p, false);
    return;
  }
  // No work for it, but somebody must be looking while it is not in the idle list.
  if (idle.spinning_ms() + idle.idle_ps() == 0 && idle.begin_first_spinning()) {
    start_m(p, true);
    return;
  }
  bool deadlock = false;
  {
    const Guard guard(lock);
    if (global.size() == 0 && surplus.load(std::memory_order_relaxed) == 0) {
      idle.push_p(p);
      p = nullptr;
      deadlock = all_asleep();
      deadlock_reported |= deadlock;
    }
  }
  if (deadlock) die_of_deadlock();
  if (p != nullptr) start_m(p, false);
  // A submitter that saw no idle P asked for a searcher; timers and files must not wait for a P.
  else if (idle.need_spinning() || events_pending())
    wake_one();
}

}  // namespace leat::runtime
