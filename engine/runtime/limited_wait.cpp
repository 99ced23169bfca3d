// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine waits in several queues at once, with a deadline, inside a scope that may be
// cancelled. Exactly one of these ends the wait, none of them may touch it afterwards, and a plain
// wait must not become slower for it.
//
// Each queue gets a Waiter, the timer and the scope one each, all with the same Claim: the first to
// win it wakes the goroutine. What it finds then tells who that was. The others are unlinked by the
// goroutine itself.
//
// Invariants:
//   1. All Waiters become visible by the commit of the park: every lock of a queue, and the
//      scope's, is held from the moment when its Waiter is queued until the context is saved.
//   2. The commit may be overtaken: as soon as the timer is set, or the first lock is free, the
//      goroutine may be woken while the commit still gives back the others. So who was woken locks
//      each lock once before it returns (the caller the queues', end() the scope's), and the commit
//      reads nothing of this object after the last release. Only the lock of the queue in which the
//      wait was served needs no look: who served it had it after the commit.
//   3. Threads are woken for the timer's sake when all locks are free again: that takes system calls,
//      and whoever else uses a channel spins meanwhile.
//   4. A loser of the claim never dereferences it afterwards: a queue drops the Waiter, a timer
//      only leaves the state firing, for which Timers::remove() waits.
// Locking: queues in the order of their addresses, then the scope, then the timer heap.
//
// Rejected: registering with the scope before the park and looking for its cancellation afterwards
// (a wake-up before the context is saved); an ambient scope that every wait of a goroutine obeys (a
// send whose caller does not look at the status would lose its value silently).
#include "engine/runtime/limited_wait.h"

#include <algorithm>
#include <utility>

#include "engine/cancel.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

LimitedWait::LimitedWait(const WaitLimits& limits)
    : limits_{limits.scope, std::max<int64_t>(limits.until_ns, 0)}, g_(current_g()) {
  enlist(timeout_);
  enlist(cancel_);
  claim_.places = 0;  // these two are in no object's queue
  claim_.is_limited = limits.scope != nullptr || limits.until_ns != kNever;
  timer_.owner = this;
  timer_.when_ns = limits_.until_ns;
  timer_.fire = time_out;
}

void LimitedWait::enlist(Waiter& waiter) {
  waiter.g = g_;
  waiter.claim = &claim_;
  ++claim_.places;
}

bool LimitedWait::begin() { return limits_.scope == nullptr || limits_.scope->enter(&cancel_); }

void LimitedWait::time_out(TimerNode& timer, int64_t, WakeList& wakes) {
  auto* const self = static_cast<LimitedWait*>(timer.owner);
  if (self->claim_.win(&self->timeout_)) wakes.push(&self->timeout_);
}

bool LimitedWait::commit(M* m, G*, void* self) {
  auto& wait = *static_cast<LimitedWait*>(self);
  // Invariant 2: copies.
  CancelScope* const scope = wait.limits_.scope;
  void (*const release)(void*) = wait.release_;
  void* const argument = wait.argument_;
  const int64_t until_ns = wait.limits_.until_ns;
  P* const p = m->p.load(std::memory_order_relaxed);
  const bool is_earliest = until_ns != kNever && m->scheduler->add_timer(wait.timer_, p);
  if (release != nullptr) release(argument);
  if (scope != nullptr) scope->release_entry();
  if (is_earliest) {
    const bool p_will_search = current_g() == nullptr && m->run_at_once == nullptr;
    m->scheduler->timer_was_added(until_ns, p, p_will_search);
  }
  return true;
}

void LimitedWait::sleep(WaitReason reason, const char* waits_for, void (*release)(void*),
                        void* argument) {
  release_ = release;
  argument_ = argument;
  if (g_ != nullptr)
    park(g_, reason, waits_for, commit, this);
  else
    sleep_on_thread();
}

// The note keeps a wake-up that comes before the wait.
void LimitedWait::sleep_on_thread() {
  if (release_ != nullptr) release_(argument_);
  if (limits_.scope != nullptr) limits_.scope->release_entry();
  if (limits_.until_ns == kNever) return claim_.note.wait();
  if (claim_.note.wait_for(limits_.until_ns - now_ns())) return;
  if (!claim_.win(&timeout_)) claim_.note.wait();
}

WaitEnd LimitedWait::end() {
  Timers::remove(timer_);
  if (limits_.scope != nullptr) limits_.scope->leave(&cancel_);
  const Waiter* const winner = claim_.winner.load(std::memory_order_acquire);
  if (winner == &timeout_) return WaitEnd::kTimedOut;
  return winner == &cancel_ ? WaitEnd::kCancelled : WaitEnd::kServed;
}

WaitEnd wait_limited(WaitQueue& queue, SpinLock& lock, Waiter& waiter, const WaitLimits& limits,
                     WaitReason reason) {
  LimitedWait wait(limits);
  if (!wait.begin()) {
    lock.unlock();
    return WaitEnd::kCancelled;
  }
  wait.enlist(waiter);
  queue.push(&waiter);
  wait.sleep(reason, nullptr, [](void* held) { static_cast<SpinLock*>(held)->unlock(); }, &lock);
  if (wait.served() == nullptr) {
    lock.lock();
    queue.remove(&waiter);
    lock.unlock();
  }
  return wait.end();
}

WaitEnd sleep_limited(const WaitLimits& limits) {
  if (limits.scope == nullptr && limits.until_ns <= now_ns()) {
    if (G* g = current_g()) checkpoint(g);  // a loop of such sleeps must not keep the processor
    return WaitEnd::kTimedOut;
  }
  LimitedWait wait(limits);
  if (!wait.begin()) return WaitEnd::kCancelled;
  wait.sleep(WaitReason::kSleep, nullptr, nullptr, nullptr);
  return wait.end();
}

}  // namespace leat::runtime
