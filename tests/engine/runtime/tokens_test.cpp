// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// GOMAXPROCS changes while goroutines run.
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/procs.h"
#include "engine/sync.h"
#include "engine/time.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;

class TokensTest : public test::EngineTest {
 protected:
  // Goroutines that talk until `stop`; returns when they all have ended.
  static void talk(const std::function<void()>& meanwhile) {
    std::atomic<bool> stop = false;
    WaitGroup done;
    constexpr int kPairs = 6;
    done.add(2 * kPairs);
    std::vector<std::unique_ptr<Channel<int>>> channels;
    for (int i = 0; i < kPairs; ++i) channels.push_back(std::make_unique<Channel<int>>(i % 3));
    for (auto& channel : channels) {
      go([&] {
        for (int k = 0; !stop; ++k) channel->send(k);
        channel->close();
        done.done();
      });
      go([&] {
        int expected = 0;
        while (auto value = channel->recv()) EXPECT_EQ(*value, expected++);
        done.done();
      });
    }
    meanwhile();
    stop = true;
    done.wait();
  }
};
LEAT_AT_ALL_PROCS(TokensTest);

TEST_P(TokensTest, FollowsEachChangeWhileGoroutinesRun) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    talk([&] {
      for (const int wanted : {1, 2, 1, 8, 3, 64, 1, 4}) {
        runtime.set_procs(wanted);
        EXPECT_EQ(runtime.procs(), wanted);
        wait_for([&] { return runtime.stats().tokens == static_cast<uint32_t>(wanted); });
      }
    });
  });
  EXPECT_EQ(runtime.procs(), 4) << "it holds for later runs";
}

TEST_P(TokensTest, FromOneToAThousandAndBack) {
  Runtime runtime({.procs = 1});
  run_in(runtime, [&] {
    for (const int wanted : {1024, procs(), 1024, 1}) {
      runtime.set_procs(wanted);
      WaitGroup done;
      done.add(300);
      for (int i = 0; i < 300; ++i) go([&] { done.done(); });
      done.wait();
      wait_for([&] { return runtime.stats().tokens == static_cast<uint32_t>(wanted); });
    }
  });
}

// As many goroutines as processors meet, which they can only if all run at the same time.
TEST_P(TokensTest, MoreProcessorsRunMoreAtOnce) {
  Runtime runtime({.procs = 1, .ghosts_max = 0, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    runtime.set_procs(procs());
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
  });
}

TEST_P(TokensTest, FewerProcessorsRunFewerAtOnce) {
  Runtime runtime({.procs = 8, .ghosts_max = 0, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    runtime.set_procs(procs());
    wait_for([&] { return runtime.stats().tokens == static_cast<uint32_t>(procs()); });
    std::atomic<int> running = 0, most = 0;
    WaitGroup done;
    done.add(100);
    for (int i = 0; i < 100; ++i) {
      go([&] {
        const int now = ++running;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        for (int k = 0; k < 1000; ++k) std::this_thread::yield();
        --running;
        done.done();
      });
    }
    done.wait();
    EXPECT_LE(most, procs());
  });
}

TEST_P(TokensTest, ChangesFromManyThreadsUnderLoad) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    talk([&] {
      std::vector<std::thread> threads;
      std::atomic<int> left = 2;
      for (uint32_t t = 0; t < 2; ++t) {
        threads.emplace_back([&, t] {
          uint32_t random = t + 1;
          for (int i = 0; i < rounds(300); ++i) {
            random = random * 1'664'525 + 1'013'904'223;
            runtime.set_procs(1 + static_cast<int>(random >> 16) % 12);
          }
          --left;
        });
      }
      while (left != 0) blocking([] { std::this_thread::yield(); });
      for (std::thread& thread : threads) thread.join();
      runtime.set_procs(procs());
      wait_for([&] { return runtime.stats().tokens == static_cast<uint32_t>(procs()); });
    });
  });
}

TEST_P(TokensTest, BlockedAndIdleProcessorsAreGivenBack) {
  Runtime runtime({.procs = 8});
  run_in(runtime, [&] {
    std::atomic<bool> release = false;
    WaitGroup done;
    done.add(4);
    for (int i = 0; i < 4; ++i) {
      go([&] {
        blocking([&] {
          while (!release) std::this_thread::yield();
        });
        done.done();
      });
    }
    runtime.set_procs(1);
    wait_for([&] { return runtime.stats().tokens == 1; });
    release = true;
    done.wait();
  });
}

// No processor ever lacks work, so no thief looks at the timers of others.
TEST_P(TokensTest, TimersOfProcessorsThatAreGivenBackFire) {
  const int at_first = 2 * procs();
  Runtime runtime({.procs = at_first, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    std::atomic<bool> stop = false;
    std::vector<std::atomic<int>> sleeps(static_cast<size_t>(4 * at_first));
    for (int i = 0; i < 3 * at_first; ++i) {
      go([&] {
        while (!stop) yield();
      });
    }
    for (std::atomic<int>& slept : sleeps) {
      go([&] {
        for (; !stop; ++slept) sleep_for(std::chrono::milliseconds(2));
      });
    }
    const auto all_have_slept = [&](int times) {
      return wait_for([&] {
        return std::all_of(sleeps.begin(), sleeps.end(), [&](int slept) { return slept >= times; });
      });
    };
    all_have_slept(1);
    runtime.set_procs(procs());
    wait_for([&] { return runtime.stats().tokens == static_cast<uint32_t>(procs()); });
    const int most = *std::max_element(sleeps.begin(), sleeps.end());
    all_have_slept(most + 1);
    stop = true;
    wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(TokensTest, UpdatesComeFromTheSourceUntilAnExplicitChoice) {
  std::atomic<int> machine = procs();
  std::atomic<int> asked = 0;
  RuntimeConfig config;
  config.procs_source = [&] {
    ++asked;
    return machine.load();
  };
  if (procs_of_environment()) GTEST_SKIP() << "GOMAXPROCS is set";
  Runtime runtime(config);
  EXPECT_EQ(runtime.procs(), procs());
  run_in(runtime, [&] {
    machine = procs() + 1;
    wait_for([&] { return runtime.stats().tokens == static_cast<uint32_t>(procs() + 1); });
    runtime.set_procs(2);
    const int asked_before = asked;
    machine = 5;
    wait_for([&] { return runtime.stats().tokens == 2; });
    EXPECT_LE(asked, asked_before + 1) << "a question may have been under way";
    EXPECT_EQ(runtime.procs(), 2);
  });
}

TEST(Tokens, AnExplicitNumberIsNotUpdated) {
  int asked = 0;
  RuntimeConfig config;
  config.procs = 3;
  config.procs_source = [&] { return ++asked; };
  Runtime runtime(config);
  runtime.run([] { yield(); });
  EXPECT_EQ(runtime.procs(), 3);
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace leat
