// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Nothing here says how late a sleeper may be: only that none is early and none is forgotten. The
// order in which timers fire is tests/engine/runtime/timers_test.cpp.
#include "engine/time.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "engine/cancel.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""us;
using test::rounds;
using test::wait_for;

class TimeTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(TimeTest);

TEST_P(TimeTest, SleepIsNeverTooShort) {
  run([] {
    WaitGroup done;
    for (const auto delay : {1ns, 1000ns, 100'000ns, 3'000'000ns}) {
      done.add(10);
      for (int i = 0; i < 10; ++i) {
        go([&done, delay] {
          const Clock::time_point before = Clock::now();
          sleep_for(delay);
          EXPECT_GE(Clock::now() - before, delay);
          done.done();
        });
      }
    }
    done.wait();
  });
}

TEST_P(TimeTest, ZeroAndNegativeDelaysReturnAtOnce) {
  const RuntimeStats stats = run([] {
    sleep_for(0ns);
    sleep_for(-1h);
    sleep_for(Clock::duration::min());
    sleep_until(Clock::time_point());
    sleep_until(Clock::now());
  });
  EXPECT_EQ(stats.parks, 0u);
}

TEST_P(TimeTest, DelaysBeyondAllTimeDoNotWrapAround) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    EXPECT_EQ(Clock::after(Clock::duration::max()), Clock::time_point::max());
    CancelScope scope;
    std::atomic<int> cancelled = 0;
    for (int i = 0; i < 2; ++i) {
      go([&, i] {
        const WaitStatus status = i == 0 ? sleep_for(Clock::duration::max(), scope)
                                         : sleep_until(Clock::time_point::max(), scope);
        cancelled += status == WaitStatus::kCancelled ? 1 : 0;
      });
    }
    sleep_for(1ms);
    EXPECT_EQ(cancelled, 0);
    scope.cancel();
    wait_for([&] { return cancelled == 2; });
  });
}

// One goroutine sleeps long; the others must not wait for it. With nobody else awake the poller has
// to be woken for the earlier timer.
TEST_P(TimeTest, AnEarlierTimerShortensTheWait) {
  run([this] {
    CancelScope scope;
    WaitGroup asleep;
    asleep.add(1);
    go([&] {
      EXPECT_EQ(sleep_for(1h, scope), WaitStatus::kCancelled);
      asleep.done();
    });
    if (procs() > 1) {
      // Who keeps his processor until then is not the poller himself.
      const auto& poll_until_ns = runtime::current_g()->scheduler->poll_until_ns;
      const int64_t in_half_an_hour_ns = runtime::now_ns() + 1800 * runtime::kSecond;
      while (poll_until_ns.load() < in_half_an_hour_ns) checkpoint();
    }
    // Many: that sysmon happens to be awake and helps must not hide a poller that was not told.
    for (int i = 0; i < 200; ++i) sleep_for(200us);
    scope.cancel();
    asleep.wait();
  });
}

TEST_P(TimeTest, ThousandsOfSleepersAllWake) {
  run([] {
    const int count = rounds(5000);
    WaitGroup done;
    done.add(static_cast<uint32_t>(count));
    for (int i = 0; i < count; ++i) {
      go([&done, i] {
        for (int k = 0; k < 5; ++k) sleep_for(std::chrono::microseconds(i % 997 + 1));
        done.done();
      });
    }
    done.wait();
  });
}

// The processors are busy with goroutines that hand over to each other and never look for work.
TEST_P(TimeTest, SleepersWakeBesidePairsThatNeverPause) {
  run([this] {
    std::atomic<bool> stop = false;
    WaitGroup ended;
    for (int i = 0; i < procs(); ++i) {
      ended.add(2);
      auto ball = std::make_shared<Channel<int>>(0);
      go([&, ball] {
        while (!stop) ball->send(1);
        ball->close();
        ended.done();
      });
      go([&, ball] {
        while (ball->recv()) {
        }
        ended.done();
      });
    }
    for (int i = 0; i < 10; ++i) sleep_for(1ms);
    stop = true;
    ended.wait();
  });
}

// Who waits for next to nothing, again and again, does not keep the others from running.
TEST_P(TimeTest, ShortSleepsLeaveRoomForOthers) {
  run([] {
    std::atomic<bool> stop = false;
    for (int i = 0; i < 8; ++i) {
      go([&] {
        while (!stop) sleep_for(1ns);
      });
    }
    for (int i = 0; i < 100; ++i) yield();
    stop = true;
    wait_for([] { return goroutine_count() == 1; });
  });
}

// A goroutine that computes on keeps its processor; what it set must fire on another.
TEST_P(TimeTest, TimersOfABusyProcessorFireElsewhere) {
  if (procs() == 1) GTEST_SKIP() << "nobody else could run it";
  run([] {
    for (int round = 0; round < 20; ++round) {
      std::atomic<bool> woken = false;
      go([&] {
        sleep_for(100us);
        woken = true;
      });
      yield();  // it goes to sleep on this processor, or on another
      const Clock::time_point patience = Clock::after(10'000ms);
      while (!woken && Clock::now() < patience) std::this_thread::yield();
      ASSERT_TRUE(woken) << "round " << round;
    }
  });
}

TEST_P(TimeTest, TimerDeliversTheTimeOnce) {
  run([] {
    const Clock::time_point before = Clock::now();
    Timer timer(1ms);
    EXPECT_EQ(timer.channel().size(), 0u);
    const std::optional<Clock::time_point> fired = timer.channel().recv();
    ASSERT_TRUE(fired);
    EXPECT_GE(*fired, before + 1ms);
    sleep_for(2ms);
    EXPECT_EQ(timer.channel().size(), 0u);
    EXPECT_FALSE(timer.stop()) << "its time was received";
  });
}

TEST_P(TimeTest, StopBeforeFireIsTrueAndNothingComes) {
  run([] {
    Timer timer(1h);
    EXPECT_TRUE(timer.stop());
    EXPECT_FALSE(timer.stop());
    EXPECT_EQ(timer.channel().size(), 0u);
  });
}

TEST_P(TimeTest, StopAfterFireLeavesNoStaleValue) {
  run([] {
    for (int i = 0; i < 10; ++i) {
      Timer timer(1us);
      wait_for([&] { return timer.channel().size() == 1; });
      EXPECT_TRUE(timer.stop()) << "nobody had received it";
      EXPECT_EQ(timer.channel().size(), 0u);
    }
  });
}

TEST_P(TimeTest, ResetLeavesNoStaleValue) {
  run([] {
    Timer timer(1us);
    wait_for([&] { return timer.channel().size() == 1; });
    const Clock::time_point again = Clock::now();
    EXPECT_TRUE(timer.reset(2ms));
    EXPECT_GE(*timer.channel().recv(), again + 2ms) << "the first expiry was still in the channel";
  });
}

TEST_P(TimeTest, ResetEarlierFiresEarlier) {
  run([] {
    Timer timer(1h);
    sleep_for(100us);  // the poller waits for the hour
    EXPECT_TRUE(timer.reset(1ms));
    EXPECT_TRUE(timer.channel().recv());
    EXPECT_FALSE(timer.reset(1h));
    EXPECT_TRUE(timer.reset(1us));
    EXPECT_TRUE(timer.channel().recv());
  });
}

TEST_P(TimeTest, StopAndResetAgainstFiring) {
  run([] {
    WaitGroup done;
    done.add(4);
    for (int g = 0; g < 4; ++g) {
      go([&done, g] {
        for (int i = 0; i < rounds(5000); ++i) {
          Timer timer(std::chrono::microseconds((i + g) % 20));
          if (i % 3 == 0) yield();
          if (i % 3 == 1) timer.reset(std::chrono::microseconds(i % 7));
          if (timer.stop()) {
            EXPECT_EQ(timer.channel().size(), 0u);
          }
        }
        done.done();
      });
    }
    done.wait();
  });
}

TEST_P(TimeTest, ManyTimersSetAndStopped) {
  run([] {
    const size_t count = static_cast<size_t>(rounds(100'000));
    std::vector<std::unique_ptr<Timer>> timers;
    for (size_t i = 0; i < count; ++i)
      timers.push_back(std::make_unique<Timer>(1h + std::chrono::microseconds(i * 7919 % 100'003)));
    for (size_t i = 0; i < count; i += 2) EXPECT_TRUE(timers[i]->stop());
    for (size_t i = 1; i < count; i += 2) EXPECT_TRUE(timers[i]->reset(2h));
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(timers[i]->stop(), i % 2 == 1);
  });
}

TEST_P(TimeTest, TickerTicksAndNeverQueues) {
  run([] {
    const Clock::time_point start = Clock::now();
    Ticker ticker(1ms);
    for (int i = 1; i <= 3; ++i) EXPECT_GE(*ticker.channel().recv(), start + i * 1ms);
    sleep_for(5ms);  // several ticks go by
    EXPECT_EQ(ticker.channel().size(), 1u) << "one is kept";
    ticker.channel().recv();
    ticker.stop();
    EXPECT_EQ(ticker.channel().size(), 0u);
  });
}

TEST_P(TimeTest, StoppedTickerIsSilentUntilReset) {
  run([] {
    Ticker ticker(50us);
    ticker.channel().recv();
    ticker.stop();
    sleep_for(1ms);
    EXPECT_EQ(ticker.channel().size(), 0u);
    ticker.reset(100us);
    EXPECT_TRUE(ticker.channel().recv());
  });
}

TEST_P(TimeTest, TimerAndTickerAreCasesOfSelect) {
  run([] {
    Ticker ticker(1ms);
    Timer end(20ms);
    std::optional<Clock::time_point> time;
    int ticks = 0;
    while (select(receiving(ticker.channel(), time), receiving(end.channel(), time)) == 0) ++ticks;
    EXPECT_GE(ticks, 1);
  });
}

}  // namespace
}  // namespace leat
