// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/cancel.h"

#include <atomic>
#include <memory>
#include <thread>

#include "engine/select.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using test::rounds;
using test::wait_for;

class CancelTest : public test::EngineTest {
 protected:
  static int waiting(const Runtime& runtime) {
    int count = 0;
    for (const GoroutineInfo& g : runtime.goroutines())
      count += std::string(g.state) == "waiting" ? 1 : 0;
    return count;
  }
};
LEAT_AT_ALL_PROCS(CancelTest);

TEST_P(CancelTest, WakesEveryKindOfWait) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    CancelScope scope;
    Channel<int> full(1), empty(1), unbuffered(0);
    full.send(1);
    Mutex held;
    held.lock();
    WaitGroup missing;
    missing.add(1);
    Event unset;
    std::atomic<int> cancelled = 0;
    int value = 7;
    std::optional<int> out;
    const std::vector<std::function<bool()>> waits = {
        [&] { return full.send(value, scope) == ChannelStatus::kCancelled; },
        [&] { return unbuffered.send(value, scope) == ChannelStatus::kCancelled; },
        [&] { return empty.recv(out, scope) == ChannelStatus::kCancelled; },
        [&] {
          std::optional<int> mine;
          return select(scope, receiving(empty, mine), receiving(unbuffered, mine)) ==
                 kSelectCancelled;
        },
        [&] { return select(scope) == kSelectCancelled; },
        [&] { return sleep_for(1h, scope) == WaitStatus::kCancelled; },
        [&] { return held.lock(scope) == WaitStatus::kCancelled; },
        [&] { return missing.wait(scope) == WaitStatus::kCancelled; },
        [&] { return unset.wait(scope) == WaitStatus::kCancelled; },
    };
    // The unbuffered sender and the selecting receiver would meet: one channel for each.
    for (size_t i = 0; i < waits.size(); ++i) {
      if (i == 3) continue;
      go([&, i] { cancelled += waits[i]() ? 1 : 0; });
    }
    const int count = static_cast<int>(waits.size()) - 1;
    wait_for([&] { return waiting(runtime) == count; });
    EXPECT_EQ(cancelled, 0);
    EXPECT_EQ(scope.cause(), CancelCause::kNone);
    scope.cancel();
    wait_for([&] { return cancelled == count; });
    EXPECT_EQ(scope.cause(), CancelCause::kCancelled);
    for (const auto& wait : waits) EXPECT_TRUE(wait()) << "a cancelled scope refuses at once";
    // Nothing was done, and nobody is left in a queue.
    EXPECT_EQ(value, 7);
    EXPECT_EQ(full.recv(), 1);
    EXPECT_EQ(full.size(), 0u);
    EXPECT_EQ(unbuffered.try_send(value), ChannelStatus::kWouldBlock);
    held.unlock();
    EXPECT_TRUE(held.try_lock());
    missing.done();
    missing.wait();
    unset.set();
  });
}

TEST_P(CancelTest, WaitsThatAreServedAreNotCancelled) {
  run([] {
    CancelScope scope;
    Channel<int> channel(0);
    Mutex mutex;
    WaitGroup group;
    Event event;
    std::optional<int> out;
    for (int i = 0; i < rounds(500); ++i) {
      go([&, i] { channel.send(i); });
      ASSERT_EQ(channel.recv(out, scope), ChannelStatus::kOk);
      ASSERT_EQ(out, i);
      go([&] { channel.recv(); });
      int value = i;
      ASSERT_EQ(channel.send(value, scope), ChannelStatus::kOk);
      group.add(1);
      go([&] { group.done(); });
      ASSERT_EQ(group.wait(scope), WaitStatus::kOk);
      ASSERT_EQ(mutex.lock(scope), WaitStatus::kOk);
      go([&] { mutex.unlock(); });
      ASSERT_EQ(mutex.lock(scope), WaitStatus::kOk);
      mutex.unlock();
    }
    go([&] { event.set(); });
    EXPECT_EQ(event.wait(scope), WaitStatus::kOk);
    EXPECT_EQ(sleep_for(1us, scope), WaitStatus::kOk);
    channel.close();
    EXPECT_EQ(channel.recv(out, scope), ChannelStatus::kClosed);
    int value = 1;
    EXPECT_THROW(channel.send(value, scope), ChannelClosed);
  });
}

TEST_P(CancelTest, ScopesBelowAreCancelledToo) {
  run([] {
    CancelScope root;
    CancelScope left(root), right(root);
    CancelScope leaf(left);
    std::atomic<int> woken = 0;
    for (CancelScope* scope : {&left, &right, &leaf})
      go([&, scope] { woken += sleep_for(1h, *scope) == WaitStatus::kCancelled ? 1 : 0; });
    left.cancel();
    wait_for([&] { return woken == 2; });
    EXPECT_FALSE(root.is_cancelled());
    EXPECT_FALSE(right.is_cancelled());
    root.cancel();
    wait_for([&] { return woken == 3; });
    const CancelScope late(root);
    EXPECT_TRUE(late.is_cancelled());
    const CancelScope unused(right);
  });
}

TEST_P(CancelTest, DeadlinesCancelByThemselves) {
  run([] {
    Channel<int> channel(0);
    std::optional<int> out;
    const Clock::time_point deadline = Clock::after(2ms);
    CancelScope scope(deadline);
    CancelScope below(scope, Clock::after(1h));
    EXPECT_EQ(channel.recv(out, below), ChannelStatus::kCancelled);
    EXPECT_GE(Clock::now(), deadline);
    EXPECT_EQ(scope.cause(), CancelCause::kDeadline);
    EXPECT_EQ(below.cause(), CancelCause::kDeadline);
    scope.cancel();
    EXPECT_EQ(scope.cause(), CancelCause::kDeadline) << "the first cause stays";
    const CancelScope past(Clock::time_point{});
    wait_for([&] { return past.is_cancelled(); });
  });
}

TEST_P(CancelTest, ADeadlineThatHasPassedCancelsAtOnce) {
  run([] {
    for (const Clock::time_point past : {Clock::now(), Clock::time_point::min()}) {
      const CancelScope scope(past);
      EXPECT_TRUE(scope.is_cancelled());
      EXPECT_EQ(scope.cause(), CancelCause::kDeadline);
    }
    CancelScope parent;
    const CancelScope child(parent, Clock::now());
    EXPECT_TRUE(child.is_cancelled());
    EXPECT_FALSE(parent.is_cancelled());
  });
}

TEST_P(CancelTest, DeadlinesThatDidNotComeAreForgotten) {
  run([] {
    for (int i = 0; i < rounds(2000); ++i) {
      CancelScope outer(Clock::after(1h));
      const CancelScope inner(outer, Clock::after(std::chrono::microseconds(i % 10)));
      if (i % 3 == 0) yield();
    }
  });
}

// Cancellation, a value and a timeout come at the same time: exactly one of them happens.
TEST_P(CancelTest, CancelAgainstValues) {
  run([] {
    for (int round = 0; round < rounds(5000); ++round) {
      CancelScope scope;
      Channel<std::unique_ptr<int>> channel(0);
      auto value = std::make_unique<int>(round);
      std::optional<std::unique_ptr<int>> out;
      ChannelStatus sent{}, received{};
      WaitGroup done;
      done.add(3);
      go([&] {
        sent = channel.send(value, scope);
        done.done();
      });
      go([&] {
        received = channel.recv(out, scope);
        done.done();
      });
      go([&] {
        if (round % 3 == 0) yield();
        scope.cancel();
        done.done();
      });
      done.wait();
      ASSERT_EQ(sent, received) << "both or none";
      ASSERT_EQ(out.has_value(), sent == ChannelStatus::kOk);
      ASSERT_EQ(value == nullptr, sent == ChannelStatus::kOk);
    }
  });
}

TEST_P(CancelTest, WhoIsWokenMayDestroyTheScope) {
  run([] {
    for (int i = 0; i < rounds(3000); ++i) {
      auto scope = std::make_unique<CancelScope>();
      Event entered;
      go([s = scope.get(), &entered] {
        entered.set();
        s->cancel();
      });
      entered.wait();
      sleep_for(1h, *scope);
      wait_for([&] { return scope->is_cancelled(); });
      scope.reset();
    }
  });
}

TEST_P(CancelTest, MayComeFromAForeignThread) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    for (int i = 0; i < 20; ++i) {
      CancelScope scope;
      std::thread foreign([&] { scope.cancel(); });
      EXPECT_EQ(sleep_for(1h, scope), WaitStatus::kCancelled);
      foreign.join();
    }
  });
}

TEST_P(CancelTest, GoroutinesMayCancelAForeignThread) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    Channel<int> channel(0);
    CancelScope scope;
    std::atomic<bool> cancelled = false;
    std::thread foreign([&] {
      std::optional<int> out;
      cancelled = channel.recv(out, scope) == ChannelStatus::kCancelled;
    });
    sleep_for(1ms);
    scope.cancel();
    wait_for([&] { return cancelled.load(); });
    foreign.join();
  });
}

TEST(CancelDeathTest, MisuseIsReported) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(CancelScope{Clock::now()}, "belongs on a goroutine");
  EXPECT_DEATH(
      {
        CancelScope parent;
        new CancelScope(parent);
      },
      "before one that is below it");
}

}  // namespace
}  // namespace leat
