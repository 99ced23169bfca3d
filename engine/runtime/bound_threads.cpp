// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: run the same goroutines with one OS thread each, scheduled by the kernel, so that the
// two-level scheduler can be compared with it, and code that must keep its thread can run.
//
// The thread has a small stack of its own (g0) and switches to the goroutine's stack once; the
// goroutine comes back only to end. So current_g(), stack classes, errno and exceptions work as
// under the other models. There is no P.
//
// Invariants:
//   1. g->owns_thread(), g->m never changes, m->p is null.
//   2. A park runs its commit first and sleeps on the M's note afterwards: a wake-up in between is
//      kept by the note, and the context is not shared, so nobody can meet it half saved.
//   3. bound_waiting counts the goroutines which are parked, with their timers set, and not yet made
//      ready; the waker takes one off, so a goroutine that is about to run is never counted. He may
//      come before it has been counted: then the count is one too low for a moment, which only
//      hides a deadlock until then. All alive ones waiting is deadlock; it is looked for when one
//      parks and when one ends.
//   4. An M is never freed before the Scheduler, so a late waker finds its note.
// Locking: Scheduler::lock for the counts and the list of free Ms.
//
// Rejected: running the pthread directly on the goroutine's stack (a thread cannot give back the
// stack it ends on).
#include "engine/runtime/bound_threads.h"

#include <cstdlib>

#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

// Leaves the goroutine's stack for ever, without ending the goroutine. What is on it stays valid,
// as for a goroutine that is parked: others may still walk a queue in which it waits.
// (leave_context would tell AddressSanitizer that the frames are gone.)
[[noreturn]] void abandon(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  m->left = nullptr;
  switch_context(g->context, m->g0);
  std::abort();
}

}  // namespace

void Scheduler::start_bound(G* g) {
  M* m = nullptr;
  {
    const Guard guard(lock);
    if (!bound_free.empty()) {
      m = bound_free.back();
      bound_free.pop_back();
    } else {
      m = ms.emplace_back(std::make_unique<M>()).get();
      m->scheduler = this;
      m->id = static_cast<uint32_t>(ms.size());
    }
    ++bound_alive;
  }
  g->tie.set(ThreadTie::kOwnsThread);
  m->run_at_once = g;
  detach_thread(start_thread([this, m] { run_bound(m); }));
}

void Scheduler::run_bound(M* m) {
  adopt_thread_context(m->g0);
  m->errno_slot = thread_errno_slot();
  m->eh_slot = thread_eh_slot();
  const EhGlobals eh_of_thread = *m->eh_slot;
  G* g = m->run_at_once;
  m->run_at_once = nullptr;
  const StackBase stack = acquire_stack(g->stack_class);
  own_stack(stack, g->stack_class, g);
  create_context(g->context, stack, stack_bytes(g->stack_class));
  g->runnable_to_running(m);
  switch_context(m->g0, g->context);
  *m->eh_slot = eh_of_thread;
  if (m->left == nullptr) return;  // abandoned: the Scheduler's destructor takes the stack back
  m->left = nullptr;
  g->m.store(nullptr, std::memory_order_relaxed);
  destroy_context(g->context);
  release_stack(stack, g->stack_class);
  g->running_to_dead();
  exited_outside.fetch_add(1, std::memory_order_release);
  bool deadlock = false;
  {
    const Guard guard(lock);
    bound_free.push_back(m);
    --bound_alive;
    deadlock = all_asleep();
    deadlock_reported |= deadlock;
  }
  goroutines.give_shared(g);
  if (deadlock) die_of_deadlock();
}

void Scheduler::wake_bound() {
  const Guard guard(lock);  // a goroutine that parks later sees `stopping`
  goroutines.for_each([](G& g) {
    if (g.status.get() == GStatus::kWaiting) g.m.load(std::memory_order_relaxed)->note.wake();
  });
}

void park_thread(G* g, WaitReason reason, const char* waits_for, Commit commit, void* argument) {
  M* m = g->m.load(std::memory_order_relaxed);
  Scheduler* scheduler = m->scheduler;
  {
    const Guard guard(scheduler->lock);
    g->running_to_waiting(reason, waits_for);
    scheduler->set_clock(now_ns());
    g->waiting_since_ms.set(scheduler->clock_ms.load(std::memory_order_relaxed));
  }
  commit(m, g, argument);  // may set a timer, with which this is no deadlock
  bool deadlock = false;
  bool stopping = false;
  {
    const Guard guard(scheduler->lock);
    ++scheduler->bound_waiting;
    deadlock = scheduler->all_asleep();
    scheduler->deadlock_reported |= deadlock;
    stopping = scheduler->stopping.load(std::memory_order_relaxed);
  }
  if (deadlock) scheduler->die_of_deadlock();
  if (!stopping) m->note.wait();
  if (scheduler->stopping.load(std::memory_order_seq_cst)) abandon(g);
  g->runnable_to_running(m);
}

void ready_thread(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  {
    const Guard guard(g->scheduler->lock);
    --g->scheduler->bound_waiting;
    g->waiting_to_runnable();
  }
  m->note.wake();
}

LEAT_NO_TSAN void exit_thread(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  if (g->id.get() == 1) m->scheduler->request_stop();
  m->left = g;
  leave_context(g->context, m->g0);
}

}  // namespace leat::runtime
