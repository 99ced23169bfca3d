// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Goroutines that never give way. Every test first occupies all processors, so that what waits can
// be rescued by sysmon alone.
#include <unistd.h>

#include <atomic>
#include <memory>
#include <vector>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/procs.h"
#include "engine/runtime/clock.h"
#include "engine/sync.h"
#include "engine/time.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/hogs.h"

namespace leat {
namespace {

using test::compute_for_ms;
using test::go_behind;
using test::rounds;
using test::spin_until;
using test::wait_for;

class GhostsTest : public test::EngineTest {
 protected:
  // Runs `body` as the main goroutine while all other processors are kept by hogs, which go on
  // until it returns. Then every token must be back.
  RuntimeStats run_among_hogs(std::function<void()> body, int ghosts_max = kProcsMax) {
    Runtime runtime(
        {.procs = procs(), .ghosts_max = ghosts_max, .on_hog = [](const HogReport&) {}});
    runtime_ = &runtime;
    const RuntimeStats stats = run_in(runtime, [&] {
      std::atomic<int> spinning = 0;
      std::atomic<bool> release = false;
      for (int i = 1; i < procs(); ++i) {
        go([&] {
          ++spinning;
          spin_until([&] { return release.load(); });
          --spinning;
        });
      }
      wait_for([&] { return spinning == procs() - 1; });
      body();
      release = true;
      wait_for([&] { return spinning == 0 && runtime.stats().ghosts == 0; });
      EXPECT_EQ(runtime.stats().tokens, static_cast<uint32_t>(procs()));
    });
    runtime_ = nullptr;
    return stats;
  }

  // The caller goes on as a ghost: something waits behind it until its token is taken.
  void become_ghost() {
    std::atomic<bool> ran = false;
    go_behind([&ran] { ran = true; });
    spin_until([&] { return ran.load(); });
    spin_until([this] { return runtime_->stats().ghosts > 0; });
  }

  Runtime* runtime_ = nullptr;
};
LEAT_AT_ALL_PROCS(GhostsTest);

TEST_P(GhostsTest, WhatWaitsBehindAHogRuns) {
  const RuntimeStats stats = run_among_hogs([] {
    std::atomic<int> ran = 0;
    for (int i = 0; i < 50; ++i) go_behind([&] { ++ran; });
    spin_until([&] { return ran == 50; });
    wait_for([] { return goroutine_count() <= 8; });
  });
  EXPECT_GE(stats.demotions, 1u);
}

TEST_P(GhostsTest, WhatAHogStartsOrWakesLaterRuns) {
  run_among_hogs([this] {
    Event woken;
    std::atomic<int> ran = 0;
    go([&] {
      woken.wait();
      ++ran;
    });
    become_ghost();
    for (int i = 0; i < 20; ++i) go([&] { ++ran; });
    woken.set();
    spin_until([&] { return ran == 21; });
  });
}

TEST_P(GhostsTest, TimersOfAGhostFire) {
  run_among_hogs([this] {
    std::atomic<bool> fired_before = false, fired_after = false;
    const auto sleep_and_set = [](std::atomic<bool>& flag, std::chrono::milliseconds delay) {
      sleep_for(delay);
      flag = true;
    };
    Timer set_before(std::chrono::milliseconds(30));
    go([&] {
      set_before.channel().recv();
      fired_before = true;
    });
    become_ghost();
    Timer set_after(std::chrono::milliseconds(1));
    go([&] {
      set_after.channel().recv();
      fired_after = true;
    });
    std::atomic<bool> slept = false;
    go([&] { sleep_and_set(slept, std::chrono::milliseconds(1)); });
    spin_until([&] { return fired_before && fired_after && slept; });
  });
}

// No processor ever lacks work, so no thief looks at the timers of others.
TEST_P(GhostsTest, TimersOfAGhostFireBesideBusyProcessors) {
  Runtime runtime({.procs = procs(), .on_hog = [](const HogReport&) {}});
  run_in(runtime, [this] {
    std::atomic<bool> stop = false;
    for (int i = 0; i < 3 * procs(); ++i) {
      go([&] {
        while (!stop) yield();
      });
    }
    Timer alarm(std::chrono::milliseconds(20));
    spin_until([&] { return alarm.channel().size() == 1; });
    stop = true;
    wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(GhostsTest, HogReturnsWithItsResult) {
  run_among_hogs([this] {
    std::atomic<uint64_t> result = 0;
    go([&] {
      uint64_t sum = 0;
      for (uint64_t i = 0; i < 1000; ++i) sum += i;
      become_ghost();
      result = sum;
    });
    wait_for([&] { return result == 499'500; });
  });
}

TEST_P(GhostsTest, GhostMayParkYieldBlockAndEnd) {
  run_among_hogs([this] {
    Channel<int> values(0);
    std::atomic<int> ended = 0;
    const auto start = [&](std::move_only_function<void()> then) {
      go([this, &ended, then = std::move(then)]() mutable {
        become_ghost();
        then();
        ++ended;
      });
    };
    start([&] { values.send(7); });
    EXPECT_EQ(values.recv(), 7);
    start([] { yield(); });
    start([] { checkpoint(); });
    start([] {
      blocking([] { runtime::nap(100 * runtime::kMicrosecond); });
      yield();
    });
    start([] {});
    wait_for([&] { return ended == 5; });
  });
}

TEST_P(GhostsTest, UnwrappedBlockingCallIsRescued) {
  run_among_hogs([] {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    go([&] { EXPECT_EQ(write(ends[1], "x", 1), 1); });
    char c = 0;
    EXPECT_EQ(read(ends[0], &c, 1), 1) << "read() without blocking() holds the processor";
    EXPECT_EQ(c, 'x');
    close(ends[0]);
    close(ends[1]);
  });
}

// Nobody rescues the one who yields here: an idle processor must be woken for it.
TEST_P(GhostsTest, WhoYieldsToAHogGoesOnElsewhere) {
  if (procs() == 1) GTEST_SKIP() << "there is no other processor";
  Runtime runtime({.procs = procs(), .ghosts_max = 0, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [] {
    for (int i = 0; i < rounds(200); ++i) {
      std::atomic<bool> runs = false, release = false, ended = false;
      go([&] {
        runs = true;
        spin_until([&] { return release.load(); });
        ended = true;
      });
      while (!runs) yield();
      release = true;
      while (!ended) yield();
    }
  });
}

TEST_P(GhostsTest, LoneHogKeepsItsToken) {
  Runtime runtime({.procs = procs()});
  const RuntimeStats stats = run_in(runtime, [] { compute_for_ms(50); });
  EXPECT_EQ(stats.demotions, 0u);
}

TEST_P(GhostsTest, MoreHogsThanTheLimitStayAliveCooperatively) {
  Runtime runtime({.procs = procs(), .ghosts_max = 1, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    std::atomic<int> done = 0;
    std::atomic<uint32_t> most = 0;
    for (int i = 0; i < procs() + 3; ++i) {
      go([&] {
        for (int k = 0; k < 3; ++k) {
          compute_for_ms(15);
          if (const uint32_t now = runtime.stats().ghosts; now > most) most = now;
          checkpoint();
        }
        ++done;
      });
    }
    for (int i = 0; i < 100; ++i) go([&] { ++done; });
    wait_for([&] { return done == procs() + 103; });
    EXPECT_LE(most, 1u);
    wait_for([&] { return runtime.stats().ghosts == 0; });
  });
}

TEST_P(GhostsTest, NoneIfTheLimitIsZero) {
  Runtime runtime({.procs = procs(), .ghosts_max = 0, .on_hog = [](const HogReport& report) {
                     EXPECT_FALSE(report.has_lost_token);
                   }});
  const RuntimeStats stats = run_in(runtime, [&] {
    for (int i = 0; i < procs() + 1; ++i) go([] { compute_for_ms(30); });
    wait_for([] { return goroutine_count() == 1; });
  });
  EXPECT_EQ(stats.demotions, 0u);
}

TEST_P(GhostsTest, PreemptionWorksAfterABlockingCall) {
  for (const int microseconds : {10, 100, 1000}) {
    run_among_hogs([microseconds] {
      std::atomic<bool> ran = false;
      blocking([&] { runtime::nap(microseconds * runtime::kMicrosecond); });
      go([&] { ran = true; });
      spin_until([&] { return ran.load(); });
    });
  }
}

// Hogs of several lengths among goroutines that talk all the time.
TEST_P(GhostsTest, NothingIsLostAmongManyHogs) {
  Runtime runtime({.procs = procs(), .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    constexpr int kPairs = 8;
    const int messages = rounds(2000);
    std::atomic<int> received = 0;
    WaitGroup done;
    done.add(2 * kPairs + 12);
    std::vector<std::unique_ptr<Channel<int>>> channels;
    for (int i = 0; i < kPairs; ++i)
      channels.push_back(std::make_unique<Channel<int>>(static_cast<size_t>(i)));
    for (auto& channel : channels) {
      go([&] {
        for (int k = 0; k < messages; ++k) channel->send(k);
        channel->close();
        done.done();
      });
      go([&] {
        while (channel->recv()) ++received;
        done.done();
      });
    }
    for (int i = 0; i < 12; ++i) {
      go([&, i] {
        for (int k = 0; k < 4; ++k) {
          compute_for_ms(5 + 3 * i);
          if (i % 3 == 0) yield();
          if (i % 3 == 1) blocking([] { runtime::nap(50 * runtime::kMicrosecond); });
        }
        done.done();
      });
    }
    done.wait();
    EXPECT_EQ(received, kPairs * messages);
    wait_for([&] { return runtime.stats().ghosts == 0; });
    EXPECT_EQ(runtime.stats().tokens, static_cast<uint32_t>(procs()));
  });
}

}  // namespace
}  // namespace leat
