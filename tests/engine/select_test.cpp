// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Go's select semantics, at every processor count.
#include "engine/select.h"

#include <array>
#include <atomic>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "engine/blocking.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using test::rounds;
using test::wait_for;

class SelectTest : public test::EngineTest {
 protected:
  static int waiting(const Runtime& runtime, const std::string& reason) {
    int count = 0;
    for (const GoroutineInfo& g : runtime.goroutines()) count += g.waits_in == reason ? 1 : 0;
    return count;
  }
};
class SelectDeathTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(SelectTest);
LEAT_AT_ALL_PROCS(SelectDeathTest);

TEST_P(SelectTest, TakesTheReadyCase) {
  run([] {
    for (const size_t capacity : {1, 2}) {
      Channel<int> empty(capacity), full(capacity);
      for (size_t i = 0; i < capacity; ++i) full.send(7);
      std::optional<int> out;
      int value = 3;
      EXPECT_EQ(select(receiving(empty, out), receiving(full, out)), 1);
      EXPECT_EQ(out, 7);
      full.send(8);
      EXPECT_EQ(select(sending(full, value), sending(empty, value)), 1);
      EXPECT_EQ(empty.recv(), 3);
    }
  });
}

TEST_P(SelectTest, DefaultOnlyIfNoneIsReady) {
  run([] {
    Channel<int> empty(1), full(1), unbuffered(0);
    full.send(1);
    std::optional<int> out;
    int value = 2;
    EXPECT_EQ(try_select(receiving(empty, out), sending(full, value), sending(unbuffered, value),
                         receiving(unbuffered, out)),
              kNoneReady);
    EXPECT_EQ(value, 2);
    EXPECT_EQ(out, std::nullopt);
    EXPECT_EQ(try_select(), kNoneReady);
    EXPECT_EQ(try_select(receiving(empty, out), receiving(full, out)), 1);
  });
}

TEST_P(SelectTest, WaitsForTheFirstToBecomePossible) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    for (int which = 0; which < 4; ++which) {
      Channel<int> in[2] = {Channel<int>(0), Channel<int>(1)};
      Channel<int> out[2] = {Channel<int>(0), Channel<int>(0)};
      std::atomic<int> chosen = -1;
      std::optional<int> got[2];
      go([&] {
        int value[2] = {20, 21};
        chosen = select(receiving(in[0], got[0]), receiving(in[1], got[1]),
                        sending(out[0], value[0]), sending(out[1], value[1]));
      });
      wait_for([&] { return waiting(runtime, "select") == 1; });
      if (which < 2)
        in[which].send(10 + which);
      else
        EXPECT_EQ(out[which - 2].recv(), 20 + which - 2);
      wait_for([&] { return chosen == which; });
      for (int i = 0; i < 2; ++i)
        EXPECT_EQ(got[i], which == i ? std::optional<int>(10 + i) : std::nullopt);
    }
  });
}

// At each moment one of two channels can be received from: the default would be wrong.
TEST_P(SelectTest, NeverTheDefaultWhileOneOfTwoStaysReady) {
  run([] {
    for (int round = 0; round < rounds(20'000); ++round) {
      Channel<int> first(1), second(1);
      first.send(1);
      WaitGroup done;
      done.add(1);
      go([&] {
        std::optional<int> out;
        EXPECT_NE(try_select(receiving(first, out), receiving(second, out)), kNoneReady);
        done.done();
      });
      if (round % 2 == 0)
        second.send(1);
      else
        second.close();
      std::optional<int> out;
      try_select(receiving(first, out));
      done.wait();
    }
  });
}

TEST_P(SelectTest, NullChannelsAreIgnored) {
  run([] {
    Channel<int>* none = nullptr;
    Channel<int> full(1);
    full.send(5);
    std::optional<int> out;
    int value = 1;
    EXPECT_EQ(try_select(receiving(none, out), sending(none, value)), kNoneReady);
    EXPECT_EQ(select(receiving(none, out), receiving(&full, out), sending(none, value)), 1);
    EXPECT_EQ(out, 5);
    EXPECT_EQ(select_for(1ms, receiving(none, out)), kSelectTimedOut);
  });
}

TEST_P(SelectDeathTest, OnlyNullChannelsOrNoneWaitForEver) {
  EXPECT_EXIT(run([] {
                go([] { select(); });
                std::optional<int> out;
                select(receiving(static_cast<Channel<int>*>(nullptr), out));
              }),
              ::testing::ExitedWithCode(2),
              "deadlock!.*goroutine 1 'main' \\[select \\(no cases\\)\\].*"
              "goroutine .* \\[select \\(no cases\\)\\]");
}

TEST_P(SelectDeathTest, SendAndReceiveOnOneChannelDoNotMeet) {
  EXPECT_EXIT(run([] {
                Channel<int> channel(0);
                std::optional<int> out;
                int value = 1;
                select(sending(channel, value), receiving(channel, out));
              }),
              ::testing::ExitedWithCode(2), "deadlock!.*goroutine 1 'main' \\[select\\]");
}

TEST_P(SelectTest, TwoSelfSelectsMeetEachOther) {
  run([] {
    for (const size_t capacity : {0, 10}) {
      Channel<int> channel(capacity);
      WaitGroup done;
      done.add(2);
      std::atomic<int> received = 0;
      const int count = rounds(1000);
      for (int p = 0; p < 2; ++p) {
        go([&, p] {
          for (int i = 0; i < count; ++i) {
            std::optional<int> out;
            int value = p;
            const bool sends_first = p == 0 || i % 2 == 0;
            const int chosen = sends_first
                                   ? select(sending(channel, value), receiving(channel, out))
                                   : select(receiving(channel, out), sending(channel, value));
            if ((chosen == 0) == sends_first) continue;
            if (capacity == 0) {
              EXPECT_NE(*out, p) << "received its own value";
            }
            ++received;
          }
          done.done();
        });
      }
      // One may be left over: serve it.
      std::atomic<bool> stop = false;
      go([&] {
        while (!stop) {
          std::optional<int> out;
          int value = 2;
          try_select(receiving(channel, out));
          try_select(sending(channel, value));
          yield();
        }
      });
      done.wait();
      stop = true;
      wait_for([] { return goroutine_count() == 1; });
    }
  });
}

TEST_P(SelectTest, TheSameChannelTwice) {
  run([] {
    Channel<int> channel(0);
    WaitGroup done;
    done.add(1);
    go([&] {
      for (int i = 0; i < 100; ++i) {
        std::optional<int> first, second;
        const int chosen = select(receiving(channel, first), receiving(channel, second));
        EXPECT_EQ(chosen == 0 ? first : second, i);
        EXPECT_EQ(chosen == 0 ? second : first, std::nullopt);
      }
      done.done();
    });
    for (int i = 0; i < 100; ++i) channel.send(i);
    done.wait();
  });
}

TEST_P(SelectTest, IsFairAmongReadyCases) {
  run([] {
    constexpr int kTrials = 10'000;
    Channel<int> a(kTrials + 1), b(kTrials + 1), c(kTrials + 1);
    for (int i = 0; i < kTrials; ++i)
      for (Channel<int>* channel : {&a, &b, &c}) channel->send(i);
    std::array<int, 3> chosen{};
    for (int i = 0; i < kTrials; ++i) {
      std::optional<int> out;
      ++chosen[static_cast<size_t>(
          select(receiving(a, out), receiving(b, out), receiving(c, out)))];
    }
    // Ten standard deviations.
    for (const int times : chosen) EXPECT_NEAR(times, kTrials / 3.0, 10 * 47.2);
  });
}

TEST_P(SelectTest, BothOfTwoReadySendsAreChosen) {
  run([] {
    Channel<int> channel(0);
    constexpr int kCount = 1000;
    go([&] {
      for (int i = 0; i < kCount; ++i) {
        int zero = 0, one = 1;
        select(sending(channel, zero), sending(channel, one));
      }
      channel.close();
    });
    int ones = 0, all = 0;
    for (; auto value = channel.recv(); ++all) ones += *value;
    EXPECT_EQ(all, kCount);
    EXPECT_GT(ones, kCount / 10);
    EXPECT_LT(ones, kCount * 9 / 10);
  });
}

// Two selects race for the same two channels: a value may be taken once only.
TEST_P(SelectTest, OneSelectNeverDoesTwoCases) {
  run([] {
    const int count = rounds(20'000);
    Channel<int> first(0), second(0);
    WaitGroup senders, receivers;
    senders.add(2);
    receivers.add(1);
    std::atomic<int> sent = 0;
    for (int s = 0; s < 2; ++s) {
      go([&] {
        for (int i = 0; i < count; ++i) {
          int a = i, b = i;
          select(sending(first, a), sending(second, b));
          ++sent;
        }
        senders.done();
      });
    }
    std::atomic<int> received = 0;
    go([&] {
      WaitGroup both;
      both.add(2);
      for (Channel<int>* channel : {&first, &second}) {
        go([&, channel] {
          while (channel->recv()) ++received;
          both.done();
        });
      }
      both.wait();
      receivers.done();
    });
    senders.wait();
    first.close();
    second.close();
    receivers.wait();
    EXPECT_EQ(sent, 2 * count);
    EXPECT_EQ(received, 2 * count);
  });
}

// The select was served, but (on one processor) its goroutine has not run since, so it still stands
// in the other queue: nobody may serve it again.
TEST_P(SelectTest, WhoWasServedOnceIsOverForOthers) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> first(0), second(0);
    for (int i = 0; i < 20; ++i) {
      go([&] {
        std::optional<int> a, b;
        EXPECT_EQ(select(receiving(first, a), receiving(second, b)), 0);
        EXPECT_FALSE(b);
      });
      wait_for([&] { return waiting(runtime, "select") == 1; });
      int value = i;
      EXPECT_EQ(first.try_send(value), ChannelStatus::kOk);
      EXPECT_EQ(second.try_send(value), ChannelStatus::kWouldBlock);
      wait_for([] { return goroutine_count() == 1; });
    }
  });
}

TEST_P(SelectTest, LosersLeaveTheQueues) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> never(0), often(0);
    for (int i = 0; i < 100; ++i) {
      WaitGroup done;
      done.add(1);
      go([&] {
        std::optional<int> out;
        EXPECT_EQ(select(receiving(never, out), receiving(often, out)), 1);
        done.done();
      });
      wait_for([&] { return waiting(runtime, "select") == 1; });
      often.send(i);
      done.wait();
    }
    std::atomic<int> got = 0;
    go([&] { got = *never.recv(); });
    wait_for([&] { return waiting(runtime, "channel receive") == 1; });
    int value = 9;
    EXPECT_EQ(never.try_send(value), ChannelStatus::kOk);
    wait_for([&] { return got == 9; });
    EXPECT_EQ(never.try_send(value), ChannelStatus::kWouldBlock) << "a stale waiter took it";
  });
}

// Pages of memory that the process has. 0 with sanitizers, which keep what was freed.
size_t resident_pages() {
#ifdef LEAT_TEST_SANITIZED
  return 0;
#endif
  std::ifstream statm("/proc/self/statm");
  size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident;
}

TEST_P(SelectTest, AMillionSelectsLeaveNoMemoryBehind) {
  run([] {
    const int count = rounds(500'000);  // by each of the two
    Channel<int> there(0), back(0), never(0);
    WaitGroup done;
    done.add(1);
    go([&] {
      std::optional<int> got;
      for (;;) {
        if (select(receiving(never, got), receiving(there, got)) == 1 && !got) break;
        int answer = *got;
        select(receiving(never, got), sending(back, answer));
      }
      done.done();
    });
    size_t before = 0;
    for (int i = 0; i < count; ++i) {
      if (i == count / 10) before = resident_pages();
      there.send(i);
      EXPECT_EQ(back.recv(), i);
    }
    there.close();
    done.wait();
    constexpr size_t kPagesOfAMegabyte = 256;
    EXPECT_LT(resident_pages(), before + 4 * kPagesOfAMegabyte);
  });
}

TEST_P(SelectTest, ClosedReceiveIsReadyAndClosedSendThrows) {
  run([] {
    Channel<int> closed(1), open(0);
    closed.send(4);
    closed.close();
    std::optional<int> out;
    EXPECT_EQ(select(receiving(closed, out), receiving(open, out)), 0);
    EXPECT_EQ(out, 4);
    EXPECT_EQ(select(receiving(open, out), receiving(closed, out)), 1);
    EXPECT_EQ(out, std::nullopt);
    int value = 1;
    EXPECT_THROW(select(sending(closed, value), receiving(open, out)), ChannelClosed);
    EXPECT_EQ(open.try_send(value), ChannelStatus::kWouldBlock) << "its lock was left held";
    EXPECT_EQ(closed.recv(), std::nullopt);
  });
}

TEST_P(SelectTest, CloseWakesSelects) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> a(0), b(0);
    std::atomic<int> receivers = 0, senders = 0;
    for (int i = 0; i < 10; ++i) {
      go([&] {
        std::optional<int> out = 5;
        receivers += select(receiving(a, out), receiving(b, out)) == 1 && !out ? 1 : 0;
      });
    }
    wait_for([&] { return waiting(runtime, "select") == 10; });
    b.close();
    wait_for([&] { return receivers == 10; });
    for (int i = 0; i < 10; ++i) {
      go([&] {
        int value = 1;
        try {
          Channel<int> other(0);
          select(sending(a, value), sending(other, value));
        } catch (const ChannelClosed&) {
          ++senders;
        }
      });
    }
    wait_for([&] { return waiting(runtime, "select") == 10; });
    a.close();
    wait_for([&] { return senders == 10; });
  });
}

// A value that is sent just before the channel is closed is received as a value.
TEST_P(SelectTest, ValueThenCloseIsAValue) {
  run([] {
    for (int round = 0; round < rounds(5000); ++round) {
      Channel<int> channel(0), other(0);
      WaitGroup done;
      done.add(1);
      go([&] {
        std::optional<int> out;
        EXPECT_EQ(select(receiving(channel, out), receiving(other, out)), 0);
        EXPECT_EQ(out, round);
        done.done();
      });
      channel.send(round);
      channel.close();
      done.wait();
    }
  });
}

TEST_P(SelectTest, TimesOutAndNotBefore) {
  run([] {
    Channel<int> channel(0);
    std::optional<int> out;
    const Clock::time_point before = Clock::now();
    EXPECT_EQ(select_for(2ms, receiving(channel, out)), kSelectTimedOut);
    EXPECT_GE(Clock::now() - before, 2ms);
    EXPECT_EQ(select_until(before, receiving(channel, out)), kSelectTimedOut);
    int value = 1;
    EXPECT_EQ(channel.try_send(value), ChannelStatus::kWouldBlock) << "a stale waiter took it";
    go([&] { channel.send(6); });
    EXPECT_EQ(select_for(1h, receiving(channel, out)), 0);
    EXPECT_EQ(out, 6);
  });
}

TEST_P(SelectTest, TimeoutsAgainstValues) {
  run([] {
    Channel<int> channel(0);
    const int count = rounds(3000);
    go([&] {
      for (int i = 0; i < count; ++i) {
        channel.send(i);
        for (int k = 0; k < i % 50; ++k) yield();
      }
      channel.close();
    });
    int expected = 0;
    for (;;) {
      std::optional<int> out;
      const int chosen =
          select_for(std::chrono::microseconds(expected % 30), receiving(channel, out));
      if (chosen == kSelectTimedOut) continue;
      if (!out) break;
      ASSERT_EQ(*out, expected++) << "a value was lost or came twice";
    }
    EXPECT_EQ(expected, count);
  });
}

TEST_P(SelectTest, OppositeOrdersDoNotDeadlock) {
  run([] {
    Channel<int> a(1), b(1);
    WaitGroup done;
    done.add(4);
    for (int g = 0; g < 4; ++g) {
      go([&, g] {
        for (int i = 0; i < rounds(10'000); ++i) {
          std::optional<int> out;
          int value = i;
          if (g % 2 == 0)
            select(sending(a, value), sending(b, value), receiving(a, out), receiving(b, out));
          else
            select(receiving(b, out), receiving(a, out), sending(b, value), sending(a, value));
        }
        done.done();
      });
    }
    done.wait();
  });
}

// Ten goroutines send to and receive from four channels, some by select and some directly.
TEST_P(SelectTest, Stress) {
  run([] {
    std::array<Channel<int>, 4> channels{Channel<int>(0), Channel<int>(2), Channel<int>(0),
                                         Channel<int>(3)};
    const int count = rounds(5000);
    std::atomic<int64_t> sent = 0, received = 0;
    WaitGroup senders, receivers;
    senders.add(5);
    receivers.add(5);
    for (int g = 0; g < 4; ++g) {
      go([&, g] {
        for (int i = 1; i <= count; ++i) channels[static_cast<size_t>(g)].send(i), sent += i;
        senders.done();
      });
      go([&, g] {
        while (auto value = channels[static_cast<size_t>(g)].recv()) received += *value;
        receivers.done();
      });
    }
    go([&] {
      for (int i = 1; i <= count; ++i) {
        std::array<int, 4> v{i, i, i, i};
        select(sending(channels[0], v[0]), sending(channels[1], v[1]), sending(channels[2], v[2]),
               sending(channels[3], v[3]));
        sent += i;
      }
      senders.done();
    });
    go([&] {
      std::array<Channel<int>*, 4> open{&channels[0], &channels[1], &channels[2], &channels[3]};
      for (int left = 4; left > 0;) {
        std::array<std::optional<int>, 4> out;
        const int chosen = select(receiving(open[0], out[0]), receiving(open[1], out[1]),
                                  receiving(open[2], out[2]), receiving(open[3], out[3]));
        const auto i = static_cast<size_t>(chosen);
        if (out[i]) {
          received += *out[i];
        } else {
          open[i] = nullptr;  // Go's idiom: a nil channel is never ready
          --left;
        }
      }
      receivers.done();
    });
    senders.wait();
    for (Channel<int>& channel : channels) channel.close();
    receivers.wait();
    EXPECT_EQ(sent, received);
  });
}

TEST_P(SelectTest, ManyCasesKnownAtRunTime) {
  run([] {
    std::vector<std::unique_ptr<Channel<int>>> channels;
    std::vector<std::optional<int>> outs(50);
    std::vector<SelectCase> cases;
    for (size_t i = 0; i < 50; ++i) {
      channels.push_back(std::make_unique<Channel<int>>(i % 3));
      cases.push_back(receiving(*channels[i], outs[i]));
    }
    EXPECT_EQ(try_select(std::span<const SelectCase>(cases)), kNoneReady);
    for (const size_t i : {49, 0, 24}) {
      go([&, i] { channels[i]->send(static_cast<int>(i)); });
      EXPECT_EQ(select(std::span<const SelectCase>(cases)), static_cast<int>(i));
      EXPECT_EQ(outs[i], static_cast<int>(i));
      outs[i].reset();
    }
  });
}

TEST_P(SelectTest, ValuesAreMovedAndDestroyedOnce) {
  run([] {
    const auto shared = std::make_shared<int>(1);
    {
      Channel<std::shared_ptr<int>> full(1), empty(1);
      full.send(shared);
      std::shared_ptr<int> first = shared, second = shared;
      EXPECT_EQ(select(sending(full, first), sending(empty, second)), 1);
      EXPECT_NE(first, nullptr) << "a case that was not chosen keeps its value";
      EXPECT_EQ(second, nullptr);
      std::optional<std::shared_ptr<int>> out;
      EXPECT_EQ(select_for(1ms, sending(full, first), sending(empty, first)), kSelectTimedOut);
      EXPECT_NE(first, nullptr);
      EXPECT_EQ(select(receiving(full, out)), 0);
      EXPECT_EQ(shared.use_count(), 4);  // shared, first, out, and in `empty`
    }
    EXPECT_EQ(shared.use_count(), 1);
  });
}

TEST_P(SelectTest, ForeignThreadsSelectToo) {
  Runtime runtime({.procs = procs(), .foreign_wakeups = true});
  run_in(runtime, [&] {
    Channel<int> requests(0), answers(0);
    std::thread foreign([&] {
      for (;;) {
        std::optional<int> out;
        Channel<int> silent(0);
        if (select_for(1ms, receiving(silent, out), receiving(requests, out)) == kSelectTimedOut)
          continue;
        if (!out) return;
        int answer = *out + 1;
        select(sending(answers, answer), receiving(silent, out));
      }
    });
    for (int i = 0; i < 50; ++i) {
      requests.send(i);
      EXPECT_EQ(answers.recv(), i + 1);
      if (i % 20 == 0) sleep_for(2ms);
    }
    requests.close();
    blocking([&] { foreign.join(); });
  });
}

}  // namespace
}  // namespace leat
