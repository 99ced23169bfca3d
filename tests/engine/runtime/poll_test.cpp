// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Who waits for timers; tests/engine/time_test.cpp has what users see of it.
#include <atomic>
#include <memory>
#include <thread>

#include "engine/blocking.h"
#include "engine/cancel.h"
#include "engine/sync.h"
#include "engine/time.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using test::wait_for;

class PollTest : public test::EngineTest {};
class PollDeathTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(PollTest);
LEAT_AT_ALL_PROCS(PollDeathTest);

TEST_P(PollTest, SleepIsNoDeadlock) {
  run([] {
    for (int i = 0; i < 20; ++i) sleep_for(200us);
  });
}

TEST_P(PollDeathTest, DeadlockIsFoundAfterTheLastTimer) {
  EXPECT_EXIT(run([] {
                Timer timer(2ms);  // wakes nobody
                go([] { sleep_for(1ms); });
                Event().wait();
              }),
              ::testing::ExitedWithCode(2), "deadlock!.*goroutine 1 'main' \\[event\\]");
}

TEST_P(PollDeathTest, DeadlockIsFoundThoughATimerWasSet) {
  EXPECT_EXIT(run([] {
                {
                  Timer timer(1h);
                  sleep_for(1ms);  // somebody waits for the hour
                }
                Event().wait();
              }),
              ::testing::ExitedWithCode(2), "deadlock!.*goroutine 1 'main' \\[event\\]");
}

// A thread of the runtime that waits for timers is as good as one that sleeps: no other is made.
TEST_P(PollTest, ThePollerIsUsedBeforeANewThread) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    Timer far(1h);
    for (int i = 0; i < 20; ++i) {
      Event event;
      std::thread foreign([&] {
        for (RuntimeStats now = runtime.stats(); now.idle_procs != static_cast<uint32_t>(procs()) ||
                                                 now.idle_threads + 1 < now.threads;  // one polls
             now = runtime.stats())
          std::this_thread::yield();
        event.set();
      });
      event.wait();
      foreign.join();
    }
    EXPECT_LE(runtime.stats().threads, static_cast<uint32_t>(procs()));
  });
}

// The timer is set on a processor that is then taken away from a goroutine in a blocking call.
TEST_P(PollTest, TimersFireBesideABlockingCall) {
  run([] {
    std::atomic<bool> woken = false;
    go([&] {
      sleep_for(1ms);
      woken = true;
    });
    yield();
    blocking([&] {
      const Clock::time_point patience = Clock::after(10'000ms);
      while (!woken && Clock::now() < patience) std::this_thread::yield();
    });
    EXPECT_TRUE(woken);
  });
}

TEST_P(PollTest, MainMayReturnWhileOthersSleep) {
  Runtime runtime({.procs = procs()});
  runtime.run([] {
    for (int i = 0; i < 10; ++i) go([] { sleep_for(1h); });
    sleep_for(100us);
  });
}

class TimeModelTest : public ::testing::TestWithParam<ThreadModel> {};
INSTANTIATE_TEST_SUITE_P(Models, TimeModelTest,
                         ::testing::Values(ThreadModel::kMpg, ThreadModel::kKernel,
                                           ThreadModel::kUser));

// The same waits under every thread model.
TEST_P(TimeModelTest, SleepTimerSelectAndDeadline) {
  Runtime runtime({.procs = 2, .model = GetParam()});
  runtime.run([&] {
    const Clock::time_point before = Clock::now();
    WaitGroup done;
    done.add(10);
    for (int i = 0; i < 10; ++i) {
      go([&] {
        sleep_for(2ms);
        done.done();
      });
    }
    done.wait();
    EXPECT_GE(Clock::now() - before, 2ms);
    Ticker ticker(1ms);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(ticker.channel().recv());
    ticker.stop();
    Channel<int> channel(0);
    CancelScope scope(Clock::after(2ms));
    std::optional<int> out;
    EXPECT_EQ(channel.recv(out, scope), ChannelStatus::kCancelled);
    test::wait_until_alone(runtime);
  });
}

}  // namespace
}  // namespace leat
