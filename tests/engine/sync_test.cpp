// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/sync.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;

class SyncTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(SyncTest);

TEST_P(SyncTest, WaitGroupWaitsForAll) {
  run([] {
    for (int round = 0; round < rounds(500); ++round) {
      WaitGroup done;
      std::atomic<int> count = 0;
      done.add(10);
      for (int i = 0; i < 10; ++i) {
        go([&] {
          ++count;
          done.done();
        });
      }
      done.wait();
      ASSERT_EQ(count, 10);
    }
  });
}

TEST_P(SyncTest, WaitGroupWithNothingMissingDoesNotWait) {
  run([] {
    WaitGroup done;
    done.wait();
    done.add(1);
    done.done();
    done.wait();
  });
}

TEST_P(SyncTest, WaitGroupWakesEveryWaiter) {
  run([] {
    WaitGroup work, woken;
    work.add(1);
    woken.add(20);
    for (int i = 0; i < 20; ++i) {
      go([&] {
        work.wait();
        woken.done();
      });
    }
    yield();
    work.done();
    woken.wait();
  });
}

TEST_P(SyncTest, WaitGroupMayBeDestroyedWhenWaitReturns) {
  run([] {
    for (int i = 0; i < rounds(20'000); ++i) {
      auto done = std::make_unique<WaitGroup>();
      done->add(1);
      go([done = done.get()] { done->done(); });
      done->wait();
      done.reset();
    }
  });
}

// The last done() and the end of the scope at once; then the group is used again.
TEST_P(SyncTest, WaitGroupIsUsedAgainAfterACancelledWait) {
  run([] {
    WaitGroup group;
    for (int round = 0; round < 2000; ++round) {
      std::atomic<int> finished = 0;
      const auto task = [&] {
        ++finished;
        group.done();
      };
      CancelScope scope;
      group.add(1);
      go(task);
      go([&] { scope.cancel(); });
      static_cast<void>(group.wait(scope));
      group.add(1);
      go(task);
      group.wait();
      ASSERT_EQ(finished, 2) << "round " << round;
      test::wait_for([] { return goroutine_count() == 1; });
    }
  });
}

TEST_P(SyncTest, WaitGroupWaitsForAForeignThread) {
  RuntimeConfig config;
  config.foreign_wakeups = true;
  run(
      [] {
        for (int i = 0; i < 20; ++i) {
          WaitGroup done;
          done.add(1);
          std::thread foreign([&] { done.done(); });
          done.wait();
          foreign.join();
        }
      },
      config);
}

TEST_P(SyncTest, MutexExcludesOthers) {
  run([] {
    Mutex mutex;
    int64_t plain = 0;  // a data race if the mutex does not exclude
    WaitGroup done;
    done.add(8);
    const int count = rounds(5000);
    for (int i = 0; i < 8; ++i) {
      go([&] {
        for (int k = 0; k < count; ++k) {
          mutex.lock();
          const int64_t seen = plain;
          if (k % 16 == 0) yield();  // allowed while holding it
          plain = seen + 1;
          mutex.unlock();
        }
        done.done();
      });
    }
    done.wait();
    EXPECT_EQ(plain, 8 * count);
  });
}

TEST_P(SyncTest, TryLockFailsWhileHeld) {
  run([] {
    Mutex mutex;
    EXPECT_TRUE(mutex.try_lock());
    EXPECT_FALSE(mutex.try_lock());
    mutex.unlock();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
  });
}

TEST_P(SyncTest, EventWakesAllAndStaysSet) {
  run([] {
    Event event;
    WaitGroup woken;
    woken.add(10);
    for (int i = 0; i < 10; ++i) {
      go([&] {
        event.wait();
        woken.done();
      });
    }
    EXPECT_FALSE(event.is_set());
    event.set();
    event.set();
    woken.wait();
    EXPECT_TRUE(event.is_set());
    event.wait();
  });
}

TEST(SyncDeathTest, MisuseIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(WaitGroup().done(), "more often than was added");
  EXPECT_DEATH(Mutex().unlock(), "free mutex");
}

}  // namespace
}  // namespace leat
