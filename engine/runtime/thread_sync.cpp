// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: Ms, sysmon and foreign threads must wait for one another, cheaply when they need not
// wait at all.
//
// Invariants:
//   1. SpinLock and ThreadMutex are released by their last access to their own memory. Whoever gets
//      the lock next may destroy it. (ThreadMutex then calls FUTEX_WAKE with the old address, which
//      is a number to the kernel.)
//   2. Note: word is 0 (nothing) or 1 (woken); only the waiter takes it from 1 to 0. wake() before
//      wait() is not lost.
//   3. fence_all_threads() is the expensive half of a pair whose other half, on a hot path, is only
//      the order in which the compiler emits a store and a load (tokens.cpp, ghosts.cpp). Where the
//      kernel has no membarrier (a sandbox forbids it), it waits until no store can be on its way.
// Memory order: a lock acquires with acquire and releases with release. Note::wake is a release
// store which pairs with the acquire load in Note::wait: what the waker wrote before is visible to
// the woken.
//
// Rejected: a futex lock for channels (its unlock is a second atomic read-modify-write, about 5 ns
// on each channel operation, to help only when the kernel preempts a holder inside a dozen
// instructions: there the spinner gives its processor away by sched_yield instead); std::mutex and
// condition variables (two words and a lock to wake one thread, and no way to put a simulation
// underneath).
#include "engine/runtime/thread_sync.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/runtime/clock.h"

namespace leat::runtime {

#ifdef LEAT_SIM

void fence_all_threads() { full_fence(); }  // one OS thread: there are no store buffers
bool futex_wait(const std::atomic<uint32_t>& word, uint32_t expected, int64_t timeout_ns) {
  return sim::wait_for_word(word, expected, timeout_ns);
}
void futex_wake(const std::atomic<uint32_t>& word, int count) { sim::wake_word(word, count); }
void give_processor() { sim::give_processor(); }

#else

void fence_all_threads() {
  static const bool has_membarrier =
      syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  full_fence();
  if (has_membarrier && syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0)
    return;
  nap(kMillisecond);  // a store leaves its processor's buffer a thousand times sooner
}

bool futex_wait(const std::atomic<uint32_t>& word, uint32_t expected, int64_t timeout_ns) {
  timespec timeout{timeout_ns / kSecond, timeout_ns % kSecond};
  const long result = syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected,
                              timeout_ns < 0 ? nullptr : &timeout, nullptr, 0);
  return result == 0 || errno != ETIMEDOUT;
}

void futex_wake(const std::atomic<uint32_t>& word, int count) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

void give_processor() { sched_yield(); }

#endif

// Waiting grows from one look to the next. Whoever holds the lock then does several things in a row
// before its cache line goes to another core, which costs more than what the lock protects: a
// channel with four senders and four receivers on two processors passes four times as many values
// as with a look after each pause.
void SpinLock::lock_slow() {
  constexpr int kPausesFirst = 8;
  constexpr int kPausesMost = 64;    // some microseconds: many critical sections long
  constexpr int kPausesInAll = 300;  // then the holder has lost its processor: give it ours
  int pauses = kPausesFirst;
  for (int paused = 0;;) {
    if (word_.load(std::memory_order_relaxed) == 0 &&
        word_.exchange(1, std::memory_order_acquire) == 0)
      return;
    if (paused >= kPausesInAll || sim::kSimulated) {
      give_processor();
      continue;
    }
    for (int i = 0; i < pauses; ++i) cpu_relax();
    paused += pauses;
    pauses = std::min(2 * pauses, kPausesMost);
  }
}

void ThreadMutex::lock_slow() {
  constexpr int kSpins = sim::kSimulated ? 0 : 60;
  for (int spins = 0; spins < kSpins; ++spins) {
    uint32_t expected = 0;
    if (word_.compare_exchange_weak(expected, 1, std::memory_order_acquire)) return;
    cpu_relax();
  }
  while (word_.exchange(2, std::memory_order_acquire) != 0) futex_wait(word_, 2);
}

void Note::wait() {
  while (word_.load(std::memory_order_acquire) == 0) futex_wait(word_, 0);
  word_.store(0, std::memory_order_relaxed);
}

bool Note::wait_for(int64_t timeout_ns) {
  const int64_t deadline_ns = now_ns() + timeout_ns;
  while (word_.load(std::memory_order_acquire) == 0) {
    const int64_t left_ns = deadline_ns - now_ns();
    if (left_ns <= 0) return false;
    futex_wait(word_, 0, left_ns);
  }
  word_.store(0, std::memory_order_relaxed);
  return true;
}

void Note::wake() {
  word_.store(1, std::memory_order_release);
  sim::point();
  futex_wake(word_, 1);
}

}  // namespace leat::runtime
