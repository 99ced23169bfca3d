// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/blocking.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;

class BlockingTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(BlockingTest);

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close(ends[0]);
    close(ends[1]);
  }
  char read_one() {
    char c = 0;
    EXPECT_EQ(read(ends[0], &c, 1), 1);
    return c;
  }
  void write_one(char c) { EXPECT_EQ(write(ends[1], &c, 1), 1); }
  int ends[2];
};

// A system call that blocks for a while.
void block_for_ms(int duration) { poll(nullptr, 0, duration); }

TEST_P(BlockingTest, ReturnsWhatTheFunctionReturns) {
  run([] {
    EXPECT_EQ(blocking([] { return 7; }), 7);
    int x = 1;
    blocking([&]() -> int& { return x; }) = 2;
    EXPECT_EQ(x, 2);
    blocking([] {});
  });
  EXPECT_EQ(blocking([] { return 8; }), 8);  // outside: a plain call
}

TEST_P(BlockingTest, ExceptionsPass) {
  run([] {
    EXPECT_THROW(blocking([] { throw std::runtime_error("from inside"); }), std::runtime_error);
    yield();
  });
}

// As many goroutines as processors (and more) block until another goroutine, which needs a
// processor, writes.
TEST_P(BlockingTest, BlockedGoroutinesLeaveTheirProcessorsToOthers) {
  run([this] {
    Pipe pipe;
    const int readers = procs() + 1;
    WaitGroup done;
    done.add(static_cast<uint32_t>(readers));
    for (int i = 0; i < readers; ++i) {
      go([&] {
        EXPECT_EQ(blocking([&] { return pipe.read_one(); }), 'x');
        done.done();
      });
    }
    go([&pipe, readers] {  // it may look at `readers` after the last reader has gone
      for (int i = 0; i < readers; ++i) pipe.write_one('x');
    });
    done.wait();
  });
}

TEST_P(BlockingTest, QueuedGoroutinesGoWithTheProcessor) {
  const RuntimeStats stats = run([] {
    Pipe pipe;
    std::atomic<int> ran = 0;
    const int count = 100;
    Event go_on;
    for (int i = 0; i < count; ++i) {
      go([&] {
        if (++ran == count) go_on.set();
      });
    }
    go([&] {
      go_on.wait();
      pipe.write_one('y');
    });
    EXPECT_EQ(blocking([&] { return pipe.read_one(); }), 'y');
    EXPECT_EQ(ran, count);
  });
  if (procs() == 1) {
    EXPECT_GE(stats.hand_offs, 1u);
  }
}

TEST_P(BlockingTest, ShortCallsKeepTheProcessor) {
  const int calls = rounds(100'000);
  const RuntimeStats stats = run([&] {
    for (int i = 0; i < calls; ++i) blocking([] {});
  });
  EXPECT_GE(stats.blocking_calls, static_cast<uint64_t>(calls));
  EXPECT_LT(stats.hand_offs, static_cast<uint64_t>(calls) / 10);
}

// Goroutines on all processors do nothing but short calls.
TEST_P(BlockingTest, ALoopOfShortCallsLetsOthersRun) {
  run([this] {
    std::atomic<int> looping = 0;
    std::atomic<bool> ran = false;
    for (int i = 0; i < procs(); ++i) {
      go([&] {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(15);
        ++looping;
        while (!ran && std::chrono::steady_clock::now() < patience) blocking([] {});
        EXPECT_TRUE(ran) << "nobody else got the processor";
      });
    }
    go([&] {
      while (looping < procs()) yield();
      ran = true;
    });
    wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(BlockingTest, ManyAtOnceComeBack) {
  run([] {
    WaitGroup done;
    done.add(50);
    std::atomic<int> inside = 0;
    for (int i = 0; i < 50; ++i) {
      go([&] {
        for (int k = 0; k < 20; ++k) {
          blocking([&] {
            ++inside;
            block_for_ms(k % 3);
            --inside;
          });
          yield();
        }
        done.done();
      });
    }
    done.wait();
    EXPECT_EQ(inside, 0);
  });
}

TEST_P(BlockingTest, ChannelsMayBeTriedAndGoroutinesWokenInside) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> channel(0);
    Event got;
    go([&] {
      EXPECT_EQ(channel.recv(), 5);
      got.set();
    });
    wait_for([&] {
      for (const GoroutineInfo& g : runtime.goroutines())
        if (std::string_view(g.waits_in) == "channel receive") return true;
      return false;
    });
    blocking([&] {
      int value = 5;
      EXPECT_EQ(channel.try_send(value), ChannelStatus::kOk);
      go([] {});
    });
    got.wait();
  });
}

TEST_P(BlockingTest, PreemptionStillWorksAfterwards) {
  run([] {
    std::atomic<bool> ran = false;
    for (int i = 0; i < 8; ++i) {
      go([&] {
        blocking([] { block_for_ms(1); });
        while (!ran) checkpoint();
      });
    }
    go([&] {
      blocking([] { block_for_ms(3); });
      ran = true;
    });
    wait_for([] { return goroutine_count() == 1; });
  });
}

TEST(BlockingDeathTest, WaitingInsideIsAMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto run = [](std::function<void()> body) {
    Runtime runtime({.procs = 2});
    runtime.run([&] { blocking(body); });
  };
  EXPECT_DEATH(run([] { Channel<int>(0).recv(); }), "tried to wait inside blocking");
  EXPECT_DEATH(run([] { yield(); }), "tried to yield inside blocking");
  EXPECT_DEATH(run([] { blocking([] {}); }), "inside blocking");
}

}  // namespace
}  // namespace leat
