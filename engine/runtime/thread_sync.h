// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How OS threads wait for each other: three futex-based types, smallest first. Goroutines never use
// them to wait for goroutines (that is park/ready); no thread may hold one of these locks over a
// context switch, except a SpinLock whose release is the commit of a park (engine/runtime/park.h).
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/runtime/sanitizer.h"
#include "engine/runtime/sim.h"

namespace leat::runtime {

/// Tells the processor that this is a spin loop.
inline void cpu_relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

/// Lets other OS threads run, one of which holds what the caller spins for.
void give_processor();

/// Orders everything before it against everything after it, stores against later loads too.
inline void full_fence() {
  sim::point();
#if LEAT_TSAN
  std::atomic<int> word{0};
  word.fetch_add(1, std::memory_order_seq_cst);  // TSan does not know fences
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// As if every other thread of the process passed a full_fence() now: what one stored before, the
/// caller sees afterwards; what it loads afterwards is as new as what the caller stored before.
/// Takes some microseconds. THREADS: any.
void fence_all_threads();

/// Sleeps while `word == expected`. Returns false if `timeout_ns` (negative: none) passed first; a
/// spurious return is possible. THREADS: any.
bool futex_wait(const std::atomic<uint32_t>& word, uint32_t expected, int64_t timeout_ns = -1);

/// Wakes up to `count` sleepers of `word`, which need not exist any more. THREADS: any.
void futex_wake(const std::atomic<uint32_t>& word, int count);

/// A lock for a few instructions: one word, released by one store. After the store the lock may be
/// gone: nothing is touched any more, so the next holder may destroy it. THREADS: any.
class SpinLock {
 public:
  void lock() {
    sim::point();
    if (word_.exchange(1, std::memory_order_acquire) != 0) [[unlikely]]
      lock_slow();
  }
  void unlock() {
    word_.store(0, std::memory_order_release);
    sim::point();
  }
  bool is_locked() const { return word_.load(std::memory_order_relaxed) != 0; }

 private:
  void lock_slow();

  std::atomic<uint32_t> word_{0};
};

/// A lock that puts waiters to sleep. THREADS: any OS thread, but never over a context switch.
class ThreadMutex {
 public:
  void lock() {
    sim::point();
    uint32_t expected = 0;
    if (!word_.compare_exchange_strong(expected, 1, std::memory_order_acquire)) lock_slow();
  }
  bool try_lock() {
    uint32_t expected = 0;
    return word_.compare_exchange_strong(expected, 1, std::memory_order_acquire);
  }
  void unlock() {
    if (word_.exchange(0, std::memory_order_release) == 2) futex_wake(word_, 1);
    sim::point();
  }
  bool is_locked() const { return word_.load(std::memory_order_relaxed) != 0; }

 private:
  void lock_slow();

  std::atomic<uint32_t> word_{0};  // 0 free, 1 held, 2 held and somebody sleeps
};

/// A one-shot signal from one thread to another: wake() may come before wait(). One waiter at a
/// time.
class Note {
 public:
  /// Sleeps until wake(), then resets the note. Only its owner may call this.
  void wait();
  /// Like wait() for at most `timeout_ns`. Returns true (and resets) if woken.
  bool wait_for(int64_t timeout_ns);
  /// Wakes the waiter, or lets its next wait() pass. The note may be gone when this returns.
  /// THREADS: any.
  void wake();

 private:
  std::atomic<uint32_t> word_{0};
};

/// Holds a lock for a scope.
template <typename Lock>
class [[nodiscard]] Guard {
 public:
  explicit Guard(Lock& lock) : lock_(lock) { lock_.lock(); }
  ~Guard() { lock_.unlock(); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  Lock& lock_;
};

}  // namespace leat::runtime
