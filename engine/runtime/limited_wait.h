// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A wait that several may end: partners in more than one queue, a deadline, a cancelled scope.
#pragma once

#include <cstdint>

#include "engine/runtime/timers.h"
#include "engine/runtime/waiter.h"

namespace leat {

class CancelScope;

namespace runtime {

/// What else may end a wait.
struct WaitLimits {
  CancelScope* scope = nullptr;
  int64_t until_ns = kNever;
};

enum class WaitEnd : uint8_t { kServed, kTimedOut, kCancelled };

/// Lives on the stack of who waits. In this order: begin(), enlist() a Waiter for each queue and
/// push it, sleep(), take the Waiters out of their queues, end().
class LimitedWait {
 public:
  explicit LimitedWait(const WaitLimits& limits);
  LimitedWait(const LimitedWait&) = delete;
  LimitedWait& operator=(const LimitedWait&) = delete;

  /// Enters the scope, which stays locked until the caller sleeps. REQUIRES: the locks of all
  /// queues. False: it is cancelled; nothing has happened.
  bool begin();

  /// Makes `waiter` one of this wait's.
  void enlist(Waiter& waiter);

  /// Sleeps until somebody wins the claim. `release(argument)` gives back the locks of the queues,
  /// once others may see the waiters. SUSPENDS; on an OS thread outside the runtime blocks.
  void sleep(WaitReason reason, const char* waits_for, void (*release)(void*), void* argument);

  /// Afterwards nobody knows this object any more. REQUIRES: since sleep() returned the caller has
  /// held each lock that it released, once, and its Waiters are in no queue; but it may leave out
  /// the lock of the queue in which it was served.
  WaitEnd end();

  /// After sleep(): the Waiter that a partner found and took out of its queue; null if the wait was
  /// not served.
  Waiter* served() const {
    Waiter* const winner = claim_.winner.load(std::memory_order_acquire);
    return winner == &timeout_ || winner == &cancel_ ? nullptr : winner;
  }

 private:
  static bool commit(M* m, G* left, void* self);
  static void time_out(TimerNode& timer, int64_t now_ns, WakeList& wakes);
  void sleep_on_thread();

  const WaitLimits limits_;
  G* const g_;
  void (*release_)(void*) = nullptr;
  void* argument_ = nullptr;
  Claim claim_;
  TimerNode timer_;
  Waiter timeout_;
  Waiter cancel_;
};

/// Waits in one queue, whose `lock` the caller holds; it is released. SUSPENDS
WaitEnd wait_limited(WaitQueue& queue, SpinLock& lock, Waiter& waiter, const WaitLimits& limits,
                     WaitReason reason);

/// Waits for nothing but the limits. SUSPENDS
WaitEnd sleep_limited(const WaitLimits& limits);

}  // namespace runtime
}  // namespace leat
