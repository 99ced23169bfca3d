// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <utility>

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

// As what lies on their stacks: others of them, which are given up as well, may use it.
TEST_P(LifecycleTest, FunctionsThatStartedAreLeftAloneWithTheirStacks) {
  struct Owned {
    explicit Owned(int* n) : destroyed(n) {}
    Owned(Owned&& other) noexcept : destroyed(std::exchange(other.destroyed, nullptr)) {}
    ~Owned() {
      if (destroyed != nullptr) ++*destroyed;
    }
    int* destroyed;
  };
  Event never;
  int destroyed = 0;
  {
    Runtime runtime({.procs = procs()});
    runtime.run([&] {
      std::atomic<bool> started = false;
      go([owned = Owned(&destroyed), &started, &never] {
        started = true;
        never.wait();
      });
      test::wait_for([&] { return started.load(); });
    });
  }
  EXPECT_EQ(destroyed, 0);
}

// Waits far below the top of its stack, in the part that a released stack loses at once.
[[gnu::noinline]] void wait_deep_below(Channel<int>& channel,
                                       std::atomic<const volatile int*>& at) {
  constexpr size_t kInts = (size_t{1} << 20) / sizeof(int);
  volatile int frame[kInts];
  frame[0] = 42;
  at = &frame[0];
  channel.recv();
  frame[kInts - 1] = frame[0];
}

// When the first is destroyed the second still waits, and may be woken.
TEST(Lifecycle, FunctionsThatNeverStartedAreDestroyedBeforeTheStacksOfOthersGo) {
  Channel<int> channel(0);
  std::atomic<const volatile int*> at = nullptr;
  int seen = 0;
  const auto look = [&](const int*) {
    seen = *at;
    channel.close();
  };
  {
    Runtime runtime({.procs = 1});
    runtime.run([&] {
      go([&] { wait_deep_below(channel, at); }, {.stack = StackClass::kStage});
      test::wait_for([&] { return at.load() != nullptr; });
      yield();
      go([looks_at_its_end = std::unique_ptr<const int, decltype(look)>(&seen, look)] {});
    });
  }
  EXPECT_EQ(seen, 42);
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
