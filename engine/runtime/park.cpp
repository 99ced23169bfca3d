// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine that waits must become visible to those who will wake it, but not before its
// registers are saved: else two Ms run on one stack.
//
// The answer is the *commit*: who leaves records a function in its M; whoever runs next on that M,
// after the switch, calls it (run_goroutines() on g0, arrive() on a goroutine). Only then is the
// lock of the channel released, the yielding goroutine put into a queue, the dead one's stack given
// away.
//
// Invariants:
//   1. Between to_waiting and its commit a goroutine can be woken by nobody (published
//      earlier, it is resumed before its context is saved).
//   2. A switch goes straight to the next goroutine (one jump instead of two) if the choice is a
//      plain one: no request to give way, not a ghost, not the slice in which the global queue is
//      due, neither of the two is locked to a thread, and the next one has a stack or its P has a
//      cached one. Otherwise through g0, which can do
//      everything. The commits used here never fail, so any stack may run them.
//   3. m->left, commit, commit_argument, run_at_once are written by who leaves and taken by who
//      arrives; same thread.
//   4. errno and the exception state are saved before and restored after each switch, through
//      addresses which the M fetched on its own stack. Code here never reads errno or thread-local
//      storage.
// Memory order: a woken goroutine passes through a run queue, whose push releases and whose pop
// acquires.
//
// Rejected: always through g0 as Go does (two jumps; Go needs g0 because goroutine stacks are
// tiny); unlocking before the switch with a "not yet saved" flag on which wakers spin (a preempted
// sleeper stalls its waker).
#include "engine/runtime/park.h"

#include "engine/mutant.h"
#include "engine/runtime/bound_threads.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/locked_threads.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

// Fetches what `g` will look at first: the frames of its wait. It will run soon, and with thousands
// of goroutines its stack is in no cache (a ring of 10,000: a fifth faster).
void fetch_stack(const G* g) {
  constexpr int kLines = 6;
  const char* const sp = static_cast<const char*>(g->context.sp);
  for (int line = 0; line < kLines; ++line) __builtin_prefetch(sp + 64 * line, 1);
}

void record(M* m, G* g, Commit commit, void* argument) {
  m->left = g;
  m->commit = commit;
  m->commit_argument = argument;
}

void save_thread_state(G* g, M* m) {
  g->saved = {m->eh_slot->caught, m->eh_slot->uncaught, *m->errno_slot};
}

// The goroutine to switch to directly, or null: then g0 must choose. If one was chosen but cannot
// start here, it is left in m->run_at_once.
G* choose_next(M* m, P* p) {
  if (p->word.must_give_way() || m->locked != nullptr) return nullptr;
  G* next = p->queue.pop_next();
  if (next == nullptr) {
    if (p->tick.get() % kGlobalQueueInterval == 0) return nullptr;
    next = p->queue.pop();
    if (next == nullptr) return nullptr;
    p->tick.add();
    p->timer_went_first = false;  // the ring has its turn
  }
  if (next->tie.get() == ThreadTie::kNone &&
      (next->has_stack() || (next->stack_class == StackClass::kSmall && !p->stacks.empty())))
    return next;
  m->run_at_once = next;
  return nullptr;
}

void prepare_target(M* m, P* p, G* next) {
  p->switches.add();
  p->running.set(next);
  m->event(TraceKind::kStart, next);
  if (!next->has_stack()) bind_stack(p, next);
  next->runnable_to_running(m);
}

void switch_away(G* g, M* m, G* next) {
  save_thread_state(g, m);
  if (next != nullptr)
    switch_context(g->context, next->context);
  else
    switch_context(g->context, m->g0);
  arrive(g);
}

// Leaves `g` for whoever is next.
void leave(G* g, M* m, Commit commit, void* argument) {
  P* p = m->p.load(std::memory_order_relaxed);
  G* next = choose_next(m, p);
  record(m, g, commit, argument);
  if (next != nullptr) prepare_target(m, p, next);
  switch_away(g, m, next);
}

bool requeue_commit(M* m, G* left, void*) {
  P* p = m->p.load(std::memory_order_relaxed);
  left->running_to_runnable();
  m->scheduler->put_local(p, left);
  // Whoever was woken for the goroutine that runs now may have searched in vain in between.
  m->scheduler->published(p, false);
  return true;
}

bool give_way_commit(M* m, G* left, void*) {
  left->running_to_runnable();
  m->scheduler->put_global(left);
  m->scheduler->published(m->p.load(std::memory_order_relaxed), true);
  return true;
}

// On whatever stack follows: nothing runs on the dead one any more.
bool exit_commit(M* m, G* left, void*) {
  P* p = m->p.load(std::memory_order_relaxed);
  const StackBase stack = stack_base(left->context.sp, left->stack_class);
  destroy_context(left->context);
  if (left->stack_class == StackClass::kSmall)
    p->stacks.put(stack);
  else
    release_stack(stack, left->stack_class);
  left->running_to_dead();
  p->exited.add();
  m->scheduler->goroutines.give(p, left);
  return true;
}

void give_way(G* g, M* m) {
  m->event(TraceKind::kStop, g);
  leave_to_g0(g, give_way_commit, nullptr);
}

}  // namespace

void bind_stack(P* p, G* g) {
  if (g->has_stack()) return;
  StackBase stack = g->stack_class == StackClass::kSmall ? p->stacks.take() : nullptr;
  if (stack == nullptr) stack = acquire_stack(g->stack_class);
  own_stack(stack, g->stack_class, g);
  create_context(g->context, stack, stack_bytes(g->stack_class));
}

void arrive(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  *m->eh_slot = {g->saved.caught, g->saved.uncaught};
  *m->errno_slot = g->saved.errno_value;
  if (G* left = m->left) {
    m->left = nullptr;
    left->m.store(nullptr, std::memory_order_relaxed);
    m->commit(m, left, m->commit_argument);
  }
}

bool unlock_commit(M*, G*, void* lock) {
  static_cast<SpinLock*>(lock)->unlock();
  return true;
}

void park(G* g, WaitReason reason, const char* waits_for, Commit commit, void* argument) {
  M* m = g->m.load(std::memory_order_relaxed);
  P* p = m->p.load(std::memory_order_relaxed);
  if (p == nullptr) [[unlikely]] {
    LEAT_CHECK(g->owns_thread(), "a goroutine tried to wait inside blocking()");
    return park_thread(g, reason, waits_for, commit, argument);
  }
  g->running_to_waiting(reason, waits_for);
  g->waiting_since_ms.set(m->scheduler->clock_ms.load(std::memory_order_relaxed));
  m->event(TraceKind::kBlock, g, static_cast<uint8_t>(reason));
  p->parked.add();
  if (LEAT_MUTANT("commit_before_switch")) {
    commit(m, g, argument);
    nap(kMillisecond);  // makes the window wide enough to be hit
    commit = [](M*, G*, void*) { return true; };
  }
  leave(g, m, commit, argument);
}

void ready(G* g) {
  if (g->owns_thread()) [[unlikely]]
    return ready_thread(g);
  fetch_stack(g);
  g->waiting_to_runnable();
  G* self = current_g();
  if (self != nullptr && self->scheduler == g->scheduler) {
    M* m = self->m.load(std::memory_order_relaxed);
    m->event(TraceKind::kUnblock, g);
    if (P* p = m->p.load(std::memory_order_relaxed)) {
      G* kicked = p->queue.exchange_next(g);
      if (kicked != nullptr) m->scheduler->put_local(p, kicked);
      m->scheduler->published(p, kicked == nullptr);
      return;
    }
  }
  g->scheduler->inject(g);
}

void yield(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  P* p = m->p.load(std::memory_order_relaxed);
  if (p == nullptr) [[unlikely]] {
    LEAT_CHECK(g->owns_thread(), "a goroutine tried to yield inside blocking()");
    give_processor();
    return;
  }
  if (p->word.must_give_way()) return give_way(g, m);
  G* next = choose_next(m, p);
  if (next == nullptr && m->run_at_once == nullptr && p->queue.empty() &&
      m->scheduler->global.size() == 0)
    return;  // nobody to give way to
  m->event(TraceKind::kStop, g);
  record(m, g, requeue_commit, nullptr);
  if (next != nullptr) prepare_target(m, p, next);
  switch_away(g, m, next);
}

void checkpoint(G* g) {
  M* m = g->m.load(std::memory_order_relaxed);
  P* p = m->p.load(std::memory_order_relaxed);
  if (p != nullptr && p->word.must_give_way()) [[unlikely]]
    give_way(g, m);
}

void leave_to_g0(G* g, Commit commit, void* argument) {
  M* m = g->m.load(std::memory_order_relaxed);
  record(m, g, commit, argument);
  switch_away(g, m, nullptr);
}

LEAT_NO_TSAN void exit(G* g) {
  if (g->owns_thread()) [[unlikely]]
    exit_thread(g);
  M* m = g->m.load(std::memory_order_relaxed);
  if (g->is_locked()) [[unlikely]]
    retire_with(g, m);
  if (g->id.get() == 1) m->scheduler->request_stop();
  m->event(TraceKind::kExit, g);
  P* p = m->p.load(std::memory_order_relaxed);
  G* next = choose_next(m, p);
  record(m, g, exit_commit, nullptr);
  if (next == nullptr) leave_context(g->context, m->g0);
  prepare_target(m, p, next);
  leave_context(g->context, next->context);
}

}  // namespace leat::runtime
