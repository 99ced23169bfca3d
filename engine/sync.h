// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Waiting for other goroutines without passing values. All types here may also be used by OS
// threads outside the runtime, which then block.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/cancel.h"
#include "engine/runtime/waiter.h"

namespace leat {

/// Waits for a number of goroutines to be done, as Go's. May be used again once wait() has
/// returned.
class WaitGroup {
 public:
  WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  /// Expects `n` more calls of done(). REQUIRES: before a wait() that must count them.
  void add(uint32_t n);
  /// One is done. The WaitGroup may be destroyed as soon as wait() has returned. THREADS: any.
  void done();
  /// SUSPENDS until as many are done as were added.
  void wait();
  /// The same, or kCancelled. SUSPENDS
  WaitStatus wait(CancelScope& scope);

 private:
  void wake_all();
  // Counts the caller as a waiter; true: lock_ is held, and he must queue. False: nothing is
  // missing.
  bool must_wait();
  WaitStatus leave_cancelled();

  std::atomic<uint64_t> state_{0};  // missing(32) | waiters(32)
  runtime::SpinLock lock_;
  runtime::WaitQueue waiters_;  // guarded by lock_
};

/// Mutual exclusion between goroutines, first come first served. For short sections without a call
/// that SUSPENDS a std::mutex will do; this one may be held over such calls.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  /// SUSPENDS while somebody else holds it.
  void lock();
  /// The same, or kCancelled: then it is not the caller's. SUSPENDS
  WaitStatus lock(CancelScope& scope);
  bool try_lock();
  /// Hands the mutex to the one who has waited longest. REQUIRES: locked; not necessarily by the
  /// caller.
  void unlock();

 private:
  runtime::SpinLock lock_;
  bool held_ = false;           // guarded by lock_
  runtime::WaitQueue waiters_;  // guarded by lock_
};

/// A condition that becomes true once and stays so.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  /// Wakes all who wait. Further calls do nothing. THREADS: any.
  void set();
  bool is_set() const { return set_.load(std::memory_order_acquire); }
  /// SUSPENDS until set() was called.
  void wait();
  /// The same, or kCancelled. SUSPENDS
  WaitStatus wait(CancelScope& scope);

 private:
  std::atomic<bool> set_{false};
  runtime::SpinLock lock_;
  runtime::WaitQueue waiters_;  // guarded by lock_
};

}  // namespace leat
