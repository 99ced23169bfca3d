// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/idle.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "engine/blocking.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

TEST(Idle, ListsAreStacksWithCounts) {
  Idle idle;
  P p[2];
  M m[2];
  EXPECT_EQ(idle.pop_p(), nullptr);
  EXPECT_EQ(idle.pop_m(), nullptr);
  for (P& each : p) idle.push_p(&each);
  for (M& each : m) idle.push_m(&each);
  EXPECT_EQ(idle.idle_ps(), 2u);
  EXPECT_EQ(idle.idle_ms(), 2u);
  EXPECT_EQ(idle.pop_p(), &p[1]);
  EXPECT_EQ(idle.pop_p(), &p[0]);
  EXPECT_EQ(idle.pop_m(), &m[1]);
  EXPECT_EQ(idle.idle_ps(), 0u);
  EXPECT_EQ(idle.idle_ms(), 1u);
}

TEST(Idle, WakesOnlyWhenSomebodyIsIdleAndNobodySearches) {
  Idle idle;
  P p;
  EXPECT_FALSE(idle.wants_wake_up()) << "all busy";
  EXPECT_TRUE(idle.need_spinning()) << "whoever goes idle next must search";
  idle.push_p(&p);
  EXPECT_TRUE(idle.wants_wake_up());
  EXPECT_TRUE(idle.begin_first_spinning());
  EXPECT_FALSE(idle.need_spinning());
  EXPECT_FALSE(idle.begin_first_spinning());
  EXPECT_FALSE(idle.wants_wake_up()) << "one is searching";
  EXPECT_EQ(idle.end_spinning(), 0u);
  EXPECT_TRUE(idle.wants_wake_up());
}

class IdleTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(IdleTest);

// A runnable goroutine beside an idle processor is taken although its creator computes on and never
// gives way. Many rounds, because the interesting moment is when a searcher is just giving up.
TEST_P(IdleTest, WorkIsTakenWhileItsCreatorComputesOn) {
  if (procs() == 1) GTEST_SKIP() << "nobody else could take it";
  run([] {
    for (int round = 0; round < test::rounds(2000); ++round) {
      std::atomic<bool> ran = false;
      go([&] { ran = true; });
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
      while (!ran) {
        if (std::chrono::steady_clock::now() > deadline) {
          ADD_FAILURE() << "round " << round
                        << ": a runnable goroutine lay beside an idle processor";
          test::wait_for([&] { return ran.load(); });
          return;
        }
        std::this_thread::yield();  // the thread's processor, not the goroutine's
      }
      for (int i = 0; i < round % 64; ++i) cpu_relax();
    }
  });
}

// As many goroutines as processors compute at the same time: each waits, without giving way, until
// all are there.
TEST_P(IdleTest, AllProcessorsRunTogether) {
  run([this] {
    for (int round = 0; round < 20; ++round) {
      std::atomic<int> there = 0;
      WaitGroup done;
      done.add(static_cast<uint32_t>(procs()));
      for (int i = 0; i < procs(); ++i) {
        go([&] {
          ++there;
          while (there < procs()) std::this_thread::yield();
          done.done();
        });
      }
      done.wait();
    }
  });
}

// Everybody asleep, then work for all at once.
TEST_P(IdleTest, BurstAfterIdleBringsUpAllProcessors) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    for (int round = 0; round < 10; ++round) {
      Event go_on;
      std::atomic<int> there = 0;
      WaitGroup done;
      done.add(static_cast<uint32_t>(procs()));
      for (int i = 0; i < procs(); ++i) {
        go([&] {
          go_on.wait();
          ++there;
          while (there < procs()) std::this_thread::yield();
          done.done();
        });
      }
      std::thread foreign([&] {
        while (runtime.stats().idle_procs != static_cast<uint32_t>(procs()))
          std::this_thread::yield();
        go_on.set();
      });
      done.wait();
      foreign.join();
    }
  });
}

}  // namespace
}  // namespace leat::runtime
