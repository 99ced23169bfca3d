// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A scope is a list of the waits that obey it and of the scopes below it. Cancelling walks down the
// tree, each lock under its parent's, claims every wait that is not over, and wakes them when no
// lock is held: after that the scopes are not touched, so those who wake up may destroy them.
#include "engine/cancel.h"

#include "engine/check.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/stack.h"

namespace leat {

CancelScope::CancelScope(CancelScope& parent) { join(parent); }

CancelScope::CancelScope(Clock::time_point deadline) { set_deadline(deadline); }

CancelScope::CancelScope(CancelScope& parent, Clock::time_point deadline) {
  join(parent);
  set_deadline(deadline);
}

CancelScope::~CancelScope() {
  runtime::Timers::remove(deadline_);
  if (parent_ != nullptr) {
    const runtime::Guard guard(parent_->lock_);
    (previous_ != nullptr ? previous_->next_ : parent_->first_child_) = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
  }
  // A cancel() from elsewhere may still hold the lock.
  const runtime::Guard guard(lock_);
  LEAT_CHECK(waiters_.empty(), "a cancel scope was destroyed while somebody waits in it");
  LEAT_CHECK(first_child_ == nullptr, "a cancel scope was destroyed before one that is below it");
}

void CancelScope::join(CancelScope& parent) {
  parent_ = &parent;
  const runtime::Guard guard(parent.lock_);
  next_ = parent.first_child_;
  if (next_ != nullptr) next_->previous_ = this;
  parent.first_child_ = this;
  cause_.store(parent.cause(), std::memory_order_release);
}

void CancelScope::set_deadline(Clock::time_point deadline) {
  runtime::G* g = runtime::current_g();
  LEAT_CHECK(g != nullptr, "a scope with a deadline belongs on a goroutine");
  deadline_.owner = this;
  deadline_.fire = deadline_passed;
  deadline_.when_ns = deadline.time_since_epoch().count();
  if (is_cancelled() || deadline_.when_ns == runtime::kNever) return;
  if (deadline_.when_ns <= runtime::now_ns()) {
    runtime::WakeList nobody;  // who could wait in a scope that is being made?
    cancel_tree(CancelCause::kDeadline, nobody);
    return;
  }
  runtime::M* m = g->m.load(std::memory_order_relaxed);
  g->scheduler->arm(deadline_, m->p.load(std::memory_order_relaxed));
}

void CancelScope::deadline_passed(runtime::TimerNode& timer, int64_t, runtime::WakeList& wakes) {
  static_cast<CancelScope*>(timer.owner)->cancel_tree(CancelCause::kDeadline, wakes);
}

void CancelScope::cancel() {
  runtime::WakeList wakes;
  cancel_tree(CancelCause::kCancelled, wakes);
  wakes.wake_all();
}

void CancelScope::cancel_tree(CancelCause cause, runtime::WakeList& wakes) {
  const runtime::Guard guard(lock_);
  if (is_cancelled()) return;
  cause_.store(cause, std::memory_order_release);
  wakes.take_all(waiters_);
  for (CancelScope* child = first_child_; child != nullptr; child = child->next_)
    child->cancel_tree(cause, wakes);
}

bool CancelScope::enter(runtime::Waiter* waiter) {
  lock_.lock();
  if (is_cancelled()) {
    lock_.unlock();
    return false;
  }
  waiters_.push(waiter);
  return true;
}

void CancelScope::leave(runtime::Waiter* waiter) {
  const runtime::Guard guard(lock_);
  waiters_.remove(waiter);
}

}  // namespace leat
