// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/waiter.h"

#include <thread>

#include <gtest/gtest.h>

#include "engine/runtime.h"

namespace leat::runtime {
namespace {

TEST(WaitQueueTest, FirstInFirstOut) {
  WaitQueue queue;
  Waiter waiters[3];
  EXPECT_EQ(queue.pop(), nullptr);
  for (int round = 0; round < 2; ++round) {
    for (Waiter& waiter : waiters) queue.push(&waiter);
    EXPECT_FALSE(queue.empty());
    for (Waiter& waiter : waiters) EXPECT_EQ(queue.pop(), &waiter);
    EXPECT_TRUE(queue.empty());
  }
}

TEST(WaitQueueTest, RemoveTakesOutAnyOne) {
  for (size_t gone = 0; gone < 3; ++gone) {
    WaitQueue queue;
    Waiter waiters[3];
    for (Waiter& waiter : waiters) queue.push(&waiter);
    queue.remove(&waiters[gone]);
    queue.remove(&waiters[gone]);  // it is not in any more
    for (size_t i = 0; i < 3; ++i) {
      if (i == gone) continue;
      EXPECT_EQ(queue.pop(), &waiters[i]);
    }
    EXPECT_TRUE(queue.empty());
    queue.push(&waiters[gone]);
    EXPECT_EQ(queue.pop(), &waiters[gone]);
  }
}

TEST(WaitQueueTest, DropsThoseWhoseWaitIsOver) {
  WaitQueue here, there;
  Claim claim;
  Waiter first, second, both[2];
  for (Waiter& waiter : both) waiter.claim = &claim;
  here.push(&first);
  here.push(&both[0]);
  here.push(&second);
  there.push(&both[1]);
  EXPECT_EQ(here.pop(), &first);
  EXPECT_EQ(there.pop(), &both[1]);
  EXPECT_EQ(claim.winner, &both[1]);
  EXPECT_EQ(here.pop(), &second) << "the one in between was served elsewhere";
  EXPECT_FALSE(both[0].queued);
}

TEST(WakeListTest, TakesAllInOrder) {
  WaitQueue queue;
  Waiter waiters[3];
  for (Waiter& waiter : waiters) queue.push(&waiter);
  WakeList wakes;
  EXPECT_TRUE(wakes.empty());
  wakes.take_all(queue);
  EXPECT_TRUE(queue.empty());
  for (Waiter& waiter : waiters) EXPECT_EQ(wakes.pop(), &waiter);
  EXPECT_EQ(wakes.pop(), nullptr);
}

// Waits in `queue` until somebody takes it out and wakes it.
void wait_in(WaitQueue& queue, SpinLock& lock) {
  lock.lock();
  Waiter waiter;
  queue.push(&waiter);
  wait_and_unlock(waiter, lock, WaitReason::kEvent, nullptr);
}

Waiter* pop_when_there(WaitQueue& queue, SpinLock& lock) {
  for (;;) {
    lock.lock();
    Waiter* waiter = queue.pop();
    lock.unlock();
    if (waiter != nullptr) return waiter;
    std::this_thread::yield();
  }
}

TEST(WaiterTest, AThreadWakesAGoroutineAndAnotherThread) {
  WaitQueue queue;
  SpinLock lock;
  std::thread waker([&] {
    wake(pop_when_there(queue, lock));
    wake(pop_when_there(queue, lock));
  });
  std::thread sleeper([&] { wait_in(queue, lock); });
  Runtime runtime({.procs = 2, .foreign_wakeups = true});
  runtime.run([&] { wait_in(queue, lock); });
  sleeper.join();
  waker.join();
}

}  // namespace
}  // namespace leat::runtime
