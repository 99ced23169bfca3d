// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <memory>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class LifecycleTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(LifecycleTest);

TEST_P(LifecycleTest, GoroutinesThatNeverStartedAreDestroyed) {
  auto owned = std::make_shared<int>(1);
  {
    Runtime runtime({.procs = procs()});
    runtime.run([&] {
      for (int i = 0; i < 1000; ++i) go([owned] {});
    });
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_P(LifecycleTest, EndsWhileGoroutinesAreParked) {
  static Event never;
  Runtime runtime({.procs = procs()});
  runtime.run([] {
    for (int i = 0; i < 100; ++i) go([] { never.wait(); });
    for (int i = 0; i < 300; ++i) yield();
  });
  EXPECT_LE(runtime.stats().goroutines, 100u);
}

TEST_P(LifecycleTest, EndsWhileGoroutinesYieldAndSpawn) {
  static std::atomic<bool> stop;
  stop = false;
  {
    Runtime runtime({.procs = procs()});
    runtime.run([] {
      for (int i = 0; i < 20; ++i) {
        go([] {
          while (!stop) yield();
        });
      }
      for (int i = 0; i < 100; ++i) yield();
    });
  }
  stop = true;
}

TEST_P(LifecycleTest, EndsAlthoughAThreadIsStillBlocked) {
  static std::atomic<bool> stop;
  static std::atomic<bool> inside, outside;
  stop = inside = outside = false;
  {
    Runtime runtime({.procs = procs()});
    runtime.run([] {
      go([] {
        blocking([] {
          inside = true;
          while (!stop) poll(nullptr, 0, 1);
          outside = true;
        });
      });
      test::wait_for([] { return inside.load(); });
    });
  }
  // The runtime is gone; the thread comes back and ends by itself.
  stop = true;
  while (!outside) poll(nullptr, 0, 1);
}

TEST_P(LifecycleTest, SignalsGoToThreadsOutside) {
  run([] {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGINT), 1);
    EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
    EXPECT_EQ(sigismember(&blocked, SIGSEGV), 0);
  });
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 0) << "the caller's mask was changed";
}

}  // namespace
}  // namespace leat
