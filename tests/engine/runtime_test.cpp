// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime.h"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;

class RuntimeTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(RuntimeTest);

TEST_P(RuntimeTest, RunReturnsWhenMainReturns) {
  bool ran = false;
  run([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST_P(RuntimeTest, RunMayBeCalledAgain) {
  Runtime runtime({.procs = procs()});
  for (int i = 0; i < 20; ++i) {
    int result = 0;
    run_in(runtime, [&] {
      Channel<int> channel(0);
      go([&] { channel.send(i); });
      result = *channel.recv();
    });
    EXPECT_EQ(result, i);
  }
}

TEST_P(RuntimeTest, TwoRuntimesDoNotMeet) {
  std::thread other([this] {
    Runtime runtime({.procs = procs()});
    runtime.run([] {
      Channel<int> channel(1);
      for (int i = 0; i < rounds(5000); ++i) {
        go([&] { channel.send(i); });
        channel.recv();
      }
      wait_for([] { return goroutine_count() == 1; });
    });
  });
  run([] {
    Channel<int> channel(0);
    for (int i = 0; i < rounds(5000); ++i) {
      go([&] { channel.send(i); });
      channel.recv();
    }
  });
  other.join();
}

TEST_P(RuntimeTest, GoroutinesOfTwoRuntimesShareAChannel) {
  Channel<int> channel(0);
  RuntimeConfig config;
  config.foreign_wakeups = true;
  const int count = rounds(3000);
  std::thread other([&] {
    Runtime runtime({.procs = procs(), .foreign_wakeups = true});
    runtime.run([&] {
      for (int i = 0; i < count; ++i) channel.send(i);
    });
  });
  run(
      [&] {
        for (int i = 0; i < count; ++i) EXPECT_EQ(channel.recv(), i);
      },
      config);
  other.join();
}

TEST_P(RuntimeTest, MainReturnsThoughOthersWaitComputeOrBlock) {
  // Destroyed last: the goroutines that are left behind use them until they notice.
  static std::atomic<bool> stop;
  stop = false;
  static Channel<int> never(0);
  Runtime runtime({.procs = procs()});
  runtime.run([] {
    go([] { never.recv(); });
    go([] {
      while (!stop) checkpoint();
    });
    for (int i = 0; i < 300; ++i) go([] {});
    yield();
  });
  stop = true;
}

// One looks at the runtime all the time while it is run again and again.
TEST_P(RuntimeTest, AnyThreadMayLookWhileARunBegins) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  std::atomic<bool> over = false;
  std::thread looker([&] {
    while (!over) {
      EXPECT_LE(runtime.stats().goroutines, 3u);
      EXPECT_LE(runtime.goroutines().size(), 3u);
      EXPECT_TRUE(runtime.stuck().empty());
      EXPECT_EQ(runtime.procs(), procs());
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < rounds(200); ++i) {
    run_in(runtime, [] {
      go([] { yield(); });
      go([] { yield(); });
    });
  }
  over = true;
  looker.join();
}

// Somebody who starts goroutines as soon as there is a run.
TEST_P(RuntimeTest, MainIsTheFirstGoroutine) {
  for (int i = 0; i < rounds(100); ++i) {
    Runtime runtime({.procs = procs(), .foreign_wakeups = true});
    bool main_ran = false;
    Event other_ran;
    std::thread other([&] {
      while (runtime.stats().procs == 0) {
      }
      runtime.go([&] { other_ran.set(); });
    });
    run_in(runtime, [&] {
      EXPECT_EQ(goroutine_id(), 1u);
      other_ran.wait();
      main_ran = true;
    });
    other.join();
    ASSERT_TRUE(main_ran) << "the end of another goroutine was taken for that of main";
  }
}

TEST_P(RuntimeTest, SetProcsHoldsForARunThatBegins) {
  for (int i = 0; i < rounds(100); ++i) {
    Runtime runtime({.procs = procs()});
    std::thread other([&] { runtime.set_procs(procs() + 1); });
    runtime.run([&] {});
    other.join();
    EXPECT_EQ(runtime.procs(), procs() + 1);
  }
}

TEST_P(RuntimeTest, GoFromForeignThreads) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    WaitGroup done;
    const int count = rounds(2000);
    done.add(static_cast<uint32_t>(2 * count));
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < count; ++i) runtime.go([&] { done.done(); });
      });
    }
    done.wait();
    for (std::thread& thread : threads) thread.join();
  });
}

TEST_P(RuntimeTest, StatsAddUp) {
  const RuntimeStats stats = run([] {
    WaitGroup done;
    done.add(100);
    for (int i = 0; i < 100; ++i) go([&] { done.done(); });
    done.wait();
  });
  EXPECT_EQ(stats.procs, procs());
  EXPECT_EQ(stats.goroutines, 0u);
  EXPECT_EQ(stats.goroutines_created, 101u);
  EXPECT_GE(stats.switches, 101u);
  EXPECT_EQ(stats.run_queues.size(), static_cast<size_t>(procs()));
}

TEST_P(RuntimeTest, IdleRuntimeSleepsAndWakesUp) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    for (int round = 0; round < 3; ++round) {
      Event event;
      std::thread foreign([&] {
        for (;;) {
          const RuntimeStats stats = runtime.stats();
          if (stats.idle_procs == static_cast<uint32_t>(procs()) &&
              stats.idle_threads == stats.threads && stats.spinning_threads == 0)
            break;
          std::this_thread::yield();
        }
        event.set();
      });
      event.wait();
      foreign.join();
      WaitGroup done;
      done.add(1000);
      for (int i = 0; i < 1000; ++i) go([&] { done.done(); });
      done.wait();
    }
  });
}

TEST(Runtime, ManyProcessors) {
  for (const int procs : {3, 64, 1024}) {
    Runtime runtime({.procs = procs});
    EXPECT_EQ(runtime.procs(), procs);
    std::atomic<int> ran = 0;
    runtime.run([&] {
      WaitGroup done;
      done.add(500);
      for (int i = 0; i < 500; ++i) {
        go([&] {
          ++ran;
          done.done();
        });
      }
      done.wait();
    });
    EXPECT_EQ(ran, 500);
  }
}

TEST(Runtime, TheSameSeedIsAccepted) {
  Runtime runtime({.procs = 2, .seed = 42});
  runtime.run([] { yield(); });
}

class RuntimeDeathTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(RuntimeDeathTest);

TEST_P(RuntimeDeathTest, UncaughtExceptionNamesTheGoroutine) {
  EXPECT_EXIT(run([] {
                go([] { throw std::runtime_error("the disk is on fire"); }, {.name = "stoker"});
                Event().wait();
              }),
              ::testing::ExitedWithCode(2),
              "panic: the disk is on fire.*goroutine [0-9]+ 'stoker' \\[running\\].*created at "
              ".*runtime_test.cpp:");
}

TEST_P(RuntimeDeathTest, TwoPanicsAreOneReport) {
  EXPECT_EXIT(run([] {
                for (int i = 0; i < 20; ++i) go([] { throw std::runtime_error("first only"); });
                Event().wait();
              }),
              ::testing::ExitedWithCode(2),
              "^panic: first only\n\ngoroutine [0-9]+ [^\n]*\n[^\n]*\n$");
}

TEST_P(RuntimeDeathTest, SendOnClosedPanicsTheProcess) {
  EXPECT_EXIT(run([] {
                Channel<int> channel(0);
                channel.close();
                channel.send(1);
              }),
              ::testing::ExitedWithCode(2), "panic: send on closed channel");
}

TEST_P(RuntimeDeathTest, ThrowingSomethingElseIsAPanicToo) {
  EXPECT_EXIT(run([] { throw 7; }), ::testing::ExitedWithCode(2),
              "panic: an exception that is not");
}

}  // namespace
}  // namespace leat
