// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/limited_wait.h"

#include <atomic>

#include "engine/cancel.h"
#include "engine/runtime/clock.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

class LimitedWaitTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(LimitedWaitTest);

struct Place {
  SpinLock lock;
  WaitQueue queue;

  WaitEnd wait(const WaitLimits& limits) {
    Waiter waiter;
    lock.lock();
    return wait_limited(queue, lock, waiter, limits, WaitReason::kEvent);
  }
  bool serve() {
    lock.lock();
    Waiter* waiter = queue.pop();
    lock.unlock();
    if (waiter != nullptr) wake(waiter);
    return waiter != nullptr;
  }
};

TEST_P(LimitedWaitTest, EndsByTheFirstThatHappens) {
  run([] {
    Place place;
    CancelScope scope;
    EXPECT_EQ(place.wait({.until_ns = now_ns() + kMillisecond}), WaitEnd::kTimedOut);
    EXPECT_TRUE(place.queue.empty());
    go([&] { test::wait_for([&] { return place.serve(); }); });
    EXPECT_EQ(place.wait({.scope = &scope, .until_ns = now_ns() + 3600 * kSecond}),
              WaitEnd::kServed);
    go([&] { scope.cancel(); });
    EXPECT_EQ(place.wait({.scope = &scope}), WaitEnd::kCancelled);
    EXPECT_TRUE(place.queue.empty());
    EXPECT_EQ(place.wait({.scope = &scope}), WaitEnd::kCancelled) << "at once";
    EXPECT_FALSE(place.lock.is_locked());
  });
}

// All three at the same moment, many times: one of them wins, and whoever served knows it.
TEST_P(LimitedWaitTest, ServedTimedOutAndCancelledExcludeEachOther) {
  run([] {
    for (int round = 0; round < test::rounds(3000); ++round) {
      Place place;
      CancelScope scope;
      std::atomic<int> served = 0, ended = 0;
      go([&] {
        served = place.serve() ? 1 : 0;
        ++ended;
      });
      go([&] {
        scope.cancel();
        ++ended;
      });
      const WaitEnd end = place.wait({.scope = &scope, .until_ns = now_ns() + round % 20 * 100});
      test::wait_for([&] { return ended == 2; });
      ASSERT_EQ(served == 1, end == WaitEnd::kServed) << "round " << round;
      ASSERT_TRUE(place.queue.empty());
    }
  });
}

}  // namespace
}  // namespace leat::runtime
