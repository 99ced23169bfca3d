// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/thread_sync.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/clock.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

template <typename Lock>
void count_under_lock() {
  Lock lock;
  int64_t plain = 0;
  const int count = test::rounds(200'000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < count; ++k) {
        const Guard guard(lock);
        ++plain;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(plain, 4 * count);
  EXPECT_FALSE(lock.is_locked());
}

TEST(SpinLockTest, Excludes) { count_under_lock<SpinLock>(); }
TEST(ThreadMutexTest, Excludes) { count_under_lock<ThreadMutex>(); }

TEST(NoteTest, WakeBeforeWaitIsKept) {
  Note note;
  note.wake();
  note.wait();
  EXPECT_FALSE(note.wait_for(0)) << "wait() resets it";
}

TEST(NoteTest, PingPong) {
  Note a, b;
  std::thread other([&] {
    for (int i = 0; i < 5000; ++i) {
      a.wait();
      b.wake();
    }
  });
  for (int i = 0; i < 5000; ++i) {
    a.wake();
    b.wait();
  }
  other.join();
}

TEST(NoteTest, WaitForEndsByItself) {
  Note note;
  const int64_t before = now_ns();
  EXPECT_FALSE(note.wait_for(2 * kMillisecond));
  EXPECT_GE(now_ns() - before, 2 * kMillisecond);
  note.wake();
  EXPECT_TRUE(note.wait_for(kSecond));
}

// The pair of tokens.cpp and ghosts.cpp: one side stores and loads without a fence. They may not
// both miss what the other stored.
TEST(FenceAllThreads, OneOfTwoSeesTheOther) {
  for (int i = 0; i < test::rounds(2000); ++i) {
    std::atomic<int> work = 0, taken = 0, go_on = 0;
    bool owner_saw = false;
    std::thread owner([&] {
      ++go_on;
      while (go_on != 2) cpu_relax();
      work.store(1, std::memory_order_relaxed);
      std::atomic_signal_fence(std::memory_order_seq_cst);
      owner_saw = taken.load(std::memory_order_relaxed) == 1;
    });
    while (go_on != 1) cpu_relax();
    ++go_on;
    taken.store(1, std::memory_order_relaxed);
    fence_all_threads();
    const bool taker_saw = work.load(std::memory_order_relaxed) == 1;
    owner.join();
    ASSERT_TRUE(owner_saw || taker_saw) << "in round " << i;
  }
}

TEST(Futex, DoesNotSleepOnAnotherValue) {
  const std::atomic<uint32_t> word{1};
  EXPECT_TRUE(futex_wait(word, 0));
  EXPECT_FALSE(futex_wait(word, 1, kMillisecond));
}

}  // namespace
}  // namespace leat::runtime
