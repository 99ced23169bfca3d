// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What shall happen at a certain time: one heap per P. The Scheduler decides who looks at them
// (engine/runtime/poll.cpp).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/runtime/thread_sync.h"

namespace leat::runtime {

class Timers;
class WakeList;

/// A moment that never comes.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

/// `duration_ns` after `now_ns`, or kNever if that cannot be expressed.
constexpr int64_t saturating_add(int64_t now_ns, int64_t duration_ns) {
  int64_t sum = 0;
  return __builtin_add_overflow(now_ns, duration_ns, &sum) ? kNever : sum;
}

/// One alarm, in the memory of who set it. Whoever sets and removes it does so from one thread at a
/// time; that it fires meanwhile does no harm.
struct TimerNode {
  int64_t when_ns = 0;
  int64_t period_ns = 0;  // 0: once
  /// Called without a lock on some thread; adds whom to wake to `wakes`. May not wait.
  void (*fire)(TimerNode& timer, int64_t now_ns, WakeList& wakes) = nullptr;
  void* owner = nullptr;

  std::atomic<Timers*> heap{nullptr};  // the one it is in, or which is firing it
  size_t index = 0;                    // GUARDED BY the lock of `heap`
};

/// A heap with four children per node. THREADS: any.
class Timers {
 public:
  /// When the earliest is due; kNever if there is none.
  int64_t next_when() const { return next_when_ns_.load(std::memory_order_seq_cst); }

  /// Adds `timer`, which is in no heap. True: it is now the earliest. It may have fired, and be
  /// gone, when this returns.
  bool add(TimerNode& timer);

  /// Takes `timer` out. False: it was in no heap, because it has fired. While it fires on another
  /// thread this waits: afterwards nobody touches it.
  static bool remove(TimerNode& timer);

  /// Fires all that are due, the earliest first. Those that are periodic are set anew, missed
  /// periods are left out. The caller must wake `wakes`.
  void run_due(int64_t now_ns, WakeList& wakes);

 private:
  struct Entry {
    int64_t when_ns;
    TimerNode* timer;
  };

  static constexpr size_t kChildren = 4;
  static constexpr size_t kFiring = std::numeric_limits<size_t>::max();
  static constexpr size_t kBatch = 32;

  // REQUIRES: lock_.
  void insert(TimerNode& timer);
  void erase(size_t index);
  void place(size_t index, Entry entry);
  void sift_up(size_t index, Entry entry);
  void sift_down(size_t index, Entry entry);
  void publish();
  size_t take_due(int64_t now_ns, TimerNode** batch);
  void finish(TimerNode& timer, int64_t now_ns);

  SpinLock lock_;
  std::vector<Entry> heap_;  // GUARDED BY lock_
  std::atomic<int64_t> next_when_ns_{kNever};
};

}  // namespace leat::runtime
