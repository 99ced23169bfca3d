// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/scheduler.h"

#include <atomic>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

using test::rounds;
using test::wait_for;

class SchedulerTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(SchedulerTest);

TEST(Scheduler, StealOrderVisitsEveryProcessorOnce) {
  for (uint32_t count = 1; count <= Processors::kMax;
       count = count < 40 ? count + 1 : count * 3 / 2) {
    for (const uint32_t stride : kStrides) {
      std::set<uint32_t> seen;
      for (uint32_t i = 0, at = 0; i < count; ++i, at = (at + stride) % count) seen.insert(at);
      EXPECT_EQ(seen.size(), count) << "stride " << stride;
    }
  }
}

TEST(Scheduler, RingOverflowMovesTheOlderHalfToTheGlobalQueue) {
  RuntimeConfig config;
  config.procs = 1;
  const auto scheduler = std::make_shared<Scheduler>(config);
  P* p = &scheduler->ps[0];
  std::vector<G*> goroutines;
  for (uint32_t i = 0; i < RunQueue::capacity() + 1; ++i) {
    goroutines.push_back(scheduler->create(p, [] {}, {}, std::source_location::current()));
    scheduler->put_local(p, goroutines.back());
  }
  constexpr uint32_t kHalf = RunQueue::capacity() / 2;
  EXPECT_EQ(scheduler->global.size(), kHalf + 1);
  EXPECT_EQ(p->queue.ring_size(), kHalf);
  for (uint32_t i = 0; i < kHalf; ++i) EXPECT_EQ(scheduler->global.pop(), goroutines[i]);
  EXPECT_EQ(scheduler->global.pop(), goroutines.back()) << "the new one goes with the batch";
  for (uint32_t i = kHalf; i < RunQueue::capacity(); ++i) EXPECT_EQ(p->queue.pop(), goroutines[i]);
}

// Goroutines that yield to each other keep the local rings busy for ever; one from outside must
// still get its turn.
TEST_P(SchedulerTest, GlobalQueueIsNotStarvedByLocalWork) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    std::atomic<bool> ran = false;
    for (int i = 0; i < 32; ++i) {
      go([&] {
        while (!ran) leat::yield();
      });
    }
    std::thread foreign([&] { runtime.go([&] { ran = true; }); });
    wait_for([] { return goroutine_count() == 1; });
    foreign.join();
  });
}

// A chain of goroutines each of which starts the next: run_next is always full.
TEST_P(SchedulerTest, RespawningChainDoesNotStarveOthers) {
  run([] {
    std::atomic<bool> stop = false;
    std::atomic<int> chains = 4;
    struct Chain {
      static void next(std::atomic<bool>& stop, std::atomic<int>& chains) {
        if (stop)
          --chains;
        else
          go([&] { next(stop, chains); });
      }
    };
    for (int i = 0; i < 4; ++i) Chain::next(stop, chains);
    go([&] { stop = true; });
    wait_for([&] { return chains == 0; });
  });
}

TEST_P(SchedulerTest, EveryGoroutineOfATreeRunsOnce) {
  run([] {
    std::atomic<int> ran = 0;
    std::function<void(int)> grow = [&](int depth) {
      ++ran;
      if (depth == 0) return;
      for (int i = 0; i < 3; ++i) go([&, depth] { grow(depth - 1); });
    };
    const int depth = rounds(80) / 10 + 1;
    go([&] { grow(depth); });
    wait_for([] { return goroutine_count() == 1; });
    int expected = 0;
    for (int level = 0, width = 1; level <= depth; ++level, width *= 3) expected += width;
    EXPECT_EQ(ran, expected);
  });
}

TEST(Scheduler, SeedDecidesTheGenerators) {
  RuntimeConfig config;
  config.procs = 2;
  config.seed = 99;
  EXPECT_EQ(std::make_shared<Scheduler>(config)->seed, 99u);
}

}  // namespace
}  // namespace leat::runtime
