// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Ending waits from outside: a scope that waits are told to obey, as Go's context.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "engine/runtime/limited_wait.h"
#include "engine/time.h"

namespace leat {

/// How a wait ended that need not end well.
enum class WaitStatus : uint8_t {
  kOk,
  kCancelled,  ///< By the scope; what was waited for did not happen.
};

enum class CancelCause : uint8_t { kNone, kCancelled, kDeadline };

/// Waits that are given a scope end with kCancelled once it is cancelled; those that are given none
/// go on. Scopes form a tree: cancelling one cancels those below it. A cancelled scope stays so.
/// Nothing is thrown, and nothing is lost: a value whose send was cancelled is still the sender's.
class CancelScope {
 public:
  CancelScope() = default;
  /// Cancelled with `parent`, which must outlive it. THREADS: any.
  explicit CancelScope(CancelScope& parent);
  /// Cancels itself at `deadline`. REQUIRES: on a goroutine.
  explicit CancelScope(Clock::time_point deadline);
  CancelScope(CancelScope& parent, Clock::time_point deadline);
  /// REQUIRES: nobody waits in it.
  ~CancelScope();
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;

  /// Ends all waits in this scope and in those below. Further calls do nothing. Whoever is woken
  /// may destroy the scope. THREADS: any.
  void cancel();

  bool is_cancelled() const { return cause() != CancelCause::kNone; }
  /// Why it is cancelled: the first reason stays.
  CancelCause cause() const { return cause_.load(std::memory_order_acquire); }

 private:
  friend class runtime::LimitedWait;

  // Queues `waiter` and keeps lock_ until release_entry(). False: cancelled.
  bool enter(runtime::Waiter* waiter);
  void release_entry() { lock_.unlock(); }
  void leave(runtime::Waiter* waiter);

  void join(CancelScope& parent);
  void set_deadline(Clock::time_point deadline);
  void cancel_tree(CancelCause cause, runtime::WakeList& wakes);
  static void deadline_passed(runtime::TimerNode& timer, int64_t now_ns, runtime::WakeList& wakes);

  runtime::SpinLock lock_;
  std::atomic<CancelCause> cause_{CancelCause::kNone};
  runtime::WaitQueue waiters_;  // guarded by lock_
  CancelScope* parent_ = nullptr;
  CancelScope* first_child_ = nullptr;  // guarded by lock_
  CancelScope* previous_ = nullptr;     // siblings; guarded by the parent's lock_
  CancelScope* next_ = nullptr;
  runtime::TimerNode deadline_;
};

}  // namespace leat
