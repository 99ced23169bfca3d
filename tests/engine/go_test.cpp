// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/go.h"

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/runtime/g.h"
#include "engine/runtime/m.h"
#include "engine/runtime/p.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;

class GoTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(GoTest);

TEST_P(GoTest, YieldLetsOthersRun) {
  run([] {
    std::atomic<bool> ran = false;
    go([&] { ran = true; });
    for (int i = 0; !ran; ++i) {
      ASSERT_LT(i, 100'000'000);
      yield();
    }
  });
}

TEST_P(GoTest, YieldingGoroutinesTakeTurns) {
  if (procs() != 1) GTEST_SKIP() << "an order is promised on one processor only";
  run([] {
    std::string order;
    WaitGroup done;
    done.add(3);
    for (const char name : {'a', 'b', 'c'}) {
      go([&, name] {
        for (int i = 0; i < 3; ++i) {
          order += name;
          yield();
        }
        done.done();
      });
    }
    done.wait();
    // The one that was started last runs first, the others in order.
    EXPECT_EQ(order, "cabcabcab");
  });
}

TEST_P(GoTest, IdsAreUniqueAndMainIsOne) {
  run([] {
    EXPECT_EQ(goroutine_id(), 1u);
    constexpr int kCount = 200;
    Channel<uint64_t> ids(kCount);
    for (int i = 0; i < kCount; ++i) go([&] { ids.send(goroutine_id()); });
    std::set<uint64_t> seen{1};
    for (int i = 0; i < kCount; ++i) seen.insert(*ids.recv());
    EXPECT_EQ(seen.size(), kCount + 1u);
  });
}

TEST_P(GoTest, CountIsWhatIsAlive) {
  run([] {
    EXPECT_EQ(goroutine_count(), 1u);
    Event stop;
    for (int i = 0; i < 50; ++i) go([&] { stop.wait(); });
    EXPECT_EQ(goroutine_count(), 51u);
    stop.set();
    wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(GoTest, NamesAreCopied) {
  run([] {
    Channel<std::string> names(0);
    {
      std::string name = "decode orders";
      go([&] { names.send(goroutine_name()); }, {.name = name});
      name.assign("overwritten!!");
    }
    EXPECT_EQ(names.recv(), "decode orders");
    EXPECT_STREQ(goroutine_name(), "main");
  });
}

// Uses about `kib` KiB of stack.
[[gnu::noinline]] int recurse(int kib) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(kib);
  if (kib <= 1) return frame[0];
  return recurse(kib - 1) + (frame[0] != 0 ? 1 : 0);
}

TEST_P(GoTest, StacksHoldWhatTheirClassPromises) {
  run([] {
    WaitGroup done;
    done.add(2);
    go([&] {
      EXPECT_GT(recurse(rounds(1200) / 10), 0);
      done.done();
    });
    go(
        [&] {
          EXPECT_GT(recurse(rounds(6000)), 0);
          done.done();
        },
        {.stack = StackClass::kStage});
    done.wait();
  });
}

TEST_P(GoTest, FunctionIsDestroyedBeforeTheEndIsVisible) {
  run([] {
    auto owned = std::make_shared<int>(1);
    go([owned] {});
    wait_for([] { return goroutine_count() == 1; });
    EXPECT_EQ(owned.use_count(), 1);
  });
}

TEST_P(GoTest, SpawnAndEndUsesMemoryAgain) {
  run([] {
    const int count = rounds(200'000);
    for (int i = 0; i < count; i += 100) {
      WaitGroup done;
      done.add(100);
      for (int k = 0; k < 100; ++k) go([&] { done.done(); });
      done.wait();
    }
    EXPECT_LT(goroutine_count(), 200u);
  });
}

TEST_P(GoTest, ManyQueuedGoroutinesAllRun) {
  run([] {
    const int count = test::rounds(100'000);
    WaitGroup done;
    done.add(static_cast<uint32_t>(count));
    std::atomic<int> ran = 0;
    for (int i = 0; i < count; ++i) {
      go([&] {
        ++ran;
        done.done();
      });
    }
    done.wait();
    EXPECT_EQ(ran, count);
  });
}

TEST_P(GoTest, StartingAGoroutineGivesWayWhenAsked) {
  if (procs() != 1) GTEST_SKIP() << "who runs next is certain on one processor only";
  run([] {
    bool ran = false;
    runtime::PWord& word = runtime::current_g()->m.load()->p.load()->word;
    word.request_preempt(word.load());
    go([&] { ran = true; });
    EXPECT_TRUE(ran);
  });
}

TEST_P(GoTest, CheckpointOutsideDoesNothing) {
  EXPECT_FALSE(on_goroutine());
  checkpoint();
  run([] { EXPECT_TRUE(on_goroutine()); });
}

TEST_P(GoTest, HogWithCheckpointsLetsOthersRun) {
  run([] {
    std::atomic<bool> ran = false;
    std::atomic<int> started = 0;
    // As many hogs as processors, so that only a checkpoint can make room.
    for (int i = 0; i < 8; ++i) {
      go([&] {
        ++started;
        while (!ran) checkpoint();
      });
    }
    wait_for([&] { return started == 8; });
    go([&] { ran = true; });
    wait_for([] { return goroutine_count() == 1; });
  });
}

TEST(GoDeathTest, OutsideARuntimeIsAMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(go([] {}), "belongs on a goroutine");
  EXPECT_DEATH(yield(), "belongs on a goroutine");
}

}  // namespace
}  // namespace leat
