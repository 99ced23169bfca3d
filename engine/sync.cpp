// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/sync.h"

#include <utility>

#include "engine/check.h"

namespace leat {

namespace {

constexpr uint64_t kOneMissing = uint64_t{1} << 32;

WaitStatus wait_in(runtime::WaitQueue& queue, runtime::SpinLock& lock, runtime::Waiter& waiter,
                   CancelScope& scope, runtime::WaitReason reason) {
  const runtime::WaitEnd end =
      runtime::wait_limited(queue, lock, waiter, {.scope = &scope}, reason);
  return end == runtime::WaitEnd::kServed ? WaitStatus::kOk : WaitStatus::kCancelled;
}

}  // namespace

void WaitGroup::add(uint32_t n) { state_.fetch_add(n * kOneMissing, std::memory_order_relaxed); }

// The count of missing ones and of waiters is one word, so that the last done() knows from one
// operation whether anybody waits. If nobody does, it touches nothing more: a wait() that comes now
// returns at once, and its caller may destroy the WaitGroup.
void WaitGroup::done() {
  const uint64_t before = state_.fetch_sub(kOneMissing, std::memory_order_acq_rel);
  runtime::sim::point();
  LEAT_CHECK(before >= kOneMissing, "WaitGroup::done was called more often than was added");
  if (before >> 32 == 1 && static_cast<uint32_t>(before) != 0) wake_all();
}

void WaitGroup::wake_all() {
  lock_.lock();
  state_.store(0, std::memory_order_release);
  runtime::WakeList wakes;
  wakes.take_all(waiters_);
  lock_.unlock();
  wakes.wake_all();
}

bool WaitGroup::must_wait() {
  if (state_.load(std::memory_order_acquire) == 0) return false;
  lock_.lock();
  uint64_t state = state_.load(std::memory_order_acquire);
  do {
    if (state == 0) {
      lock_.unlock();
      return false;
    }
    if (state >> 32 == 0) return true;  // the last done() is about to wake everybody
  } while (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel,
                                         std::memory_order_acquire));
  return true;
}

WaitStatus WaitGroup::wait(CancelScope& scope) {
  if (scope.is_cancelled()) return WaitStatus::kCancelled;
  if (!must_wait()) return WaitStatus::kOk;
  runtime::Waiter waiter;
  const WaitStatus status =
      wait_in(waiters_, lock_, waiter, scope, runtime::WaitReason::kWaitGroup);
  return status == WaitStatus::kCancelled ? leave_cancelled() : status;
}

// If the last done() came first, it clears the count and wakes all; we wait for that, since the
// caller may use the group again when we return.
WaitStatus WaitGroup::leave_cancelled() {
  lock_.lock();
  uint64_t state = state_.load(std::memory_order_acquire);
  while (state >> 32 != 0) {
    if (!state_.compare_exchange_weak(state, state - 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire))
      continue;
    lock_.unlock();
    return WaitStatus::kCancelled;
  }
  if (state == 0) {
    lock_.unlock();
    return WaitStatus::kOk;
  }
  runtime::Waiter waiter;
  waiters_.push(&waiter);
  runtime::wait_and_unlock(waiter, lock_, runtime::WaitReason::kWaitGroup, nullptr);
  return WaitStatus::kOk;
}

void WaitGroup::wait() {
  if (!must_wait()) return;
  runtime::Waiter waiter;
  waiters_.push(&waiter);
  runtime::wait_and_unlock(waiter, lock_, runtime::WaitReason::kWaitGroup, nullptr);
}

void Mutex::lock() {
  lock_.lock();
  if (!held_) {
    held_ = true;
    lock_.unlock();
    return;
  }
  runtime::Waiter waiter;
  waiters_.push(&waiter);
  runtime::wait_and_unlock(waiter, lock_, runtime::WaitReason::kMutex, nullptr);
}

WaitStatus Mutex::lock(CancelScope& scope) {
  if (scope.is_cancelled()) return WaitStatus::kCancelled;
  lock_.lock();
  if (!held_) {
    held_ = true;
    lock_.unlock();
    return WaitStatus::kOk;
  }
  runtime::Waiter waiter;
  return wait_in(waiters_, lock_, waiter, scope, runtime::WaitReason::kMutex);
}

bool Mutex::try_lock() {
  const runtime::Guard guard(lock_);
  return !std::exchange(held_, true);
}

void Mutex::unlock() {
  lock_.lock();
  LEAT_CHECK(held_, "Mutex::unlock was called on a free mutex");
  runtime::Waiter* next = waiters_.pop();
  if (next == nullptr) held_ = false;
  lock_.unlock();
  if (next != nullptr) runtime::wake(next);
}

void Event::set() {
  lock_.lock();
  set_.store(true, std::memory_order_release);
  runtime::WakeList wakes;
  wakes.take_all(waiters_);
  lock_.unlock();
  wakes.wake_all();
}

void Event::wait() {
  // Always through the lock: who returns from here may destroy the event, and set() may still hold
  // it.
  lock_.lock();
  if (set_.load(std::memory_order_relaxed)) {
    lock_.unlock();
    return;
  }
  runtime::Waiter waiter;
  waiters_.push(&waiter);
  runtime::wait_and_unlock(waiter, lock_, runtime::WaitReason::kEvent, nullptr);
}

WaitStatus Event::wait(CancelScope& scope) {
  if (scope.is_cancelled()) return WaitStatus::kCancelled;
  lock_.lock();
  if (set_.load(std::memory_order_relaxed)) {
    lock_.unlock();
    return WaitStatus::kOk;
  }
  runtime::Waiter waiter;
  return wait_in(waiters_, lock_, waiter, scope, runtime::WaitReason::kEvent);
}

}  // namespace leat
