// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Go's channel semantics, at every processor count. "Blocks" is tested as: the goroutine is parked
// (its state says so) until the partner acts.
#include "engine/channel.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;

class ChannelTest : public test::EngineTest {
 protected:
  // How many goroutines of `runtime` wait in `reason`.
  static int waiting(const Runtime& runtime, const std::string& reason) {
    int count = 0;
    for (const GoroutineInfo& g : runtime.goroutines()) count += g.waits_in == reason ? 1 : 0;
    return count;
  }
};

LEAT_AT_ALL_PROCS(ChannelTest);

TEST_P(ChannelTest, RecvOnEmptyBlocksUntilSend) {
  for (const size_t capacity : {0, 1, 3}) {
    Runtime runtime({.procs = procs()});
    run_in(runtime, [&] {
      Channel<int> channel(capacity);
      std::optional<int> got;
      WaitGroup done;
      done.add(1);
      go([&] {
        got = channel.recv();
        done.done();
      });
      wait_for([&] { return waiting(runtime, "channel receive") == 1; });
      channel.send(42);
      done.wait();
      EXPECT_EQ(got, 42);
    });
  }
}

TEST_P(ChannelTest, TryRecvOnEmptyWouldBlock) {
  run([] {
    for (const size_t capacity : {0, 1}) {
      Channel<int> channel(capacity);
      int out = 7;
      EXPECT_EQ(channel.try_recv(out), ChannelStatus::kWouldBlock);
      EXPECT_EQ(out, 7);
    }
  });
}

TEST_P(ChannelTest, SendOnFullBlocksUntilRecv) {
  for (const size_t capacity : {0, 1, 3}) {
    Runtime runtime({.procs = procs()});
    run_in(runtime, [&] {
      Channel<int> channel(capacity);
      std::atomic<bool> sent = false;
      go([&] {
        for (size_t i = 0; i <= capacity; ++i) channel.send(static_cast<int>(i));
        sent = true;
      });
      wait_for([&] { return waiting(runtime, "channel send") == 1; });
      EXPECT_FALSE(sent);
      for (size_t i = 0; i <= capacity; ++i) EXPECT_EQ(channel.recv(), static_cast<int>(i));
      wait_for([&] { return sent.load(); });
    });
  }
}

TEST_P(ChannelTest, TrySendOnFullWouldBlockAndKeepsTheValue) {
  run([] {
    for (const size_t capacity : {0, 2}) {
      Channel<std::unique_ptr<int>> channel(capacity);
      for (size_t i = 0; i < capacity; ++i) channel.send(std::make_unique<int>(0));
      auto value = std::make_unique<int>(5);
      EXPECT_EQ(channel.try_send(value), ChannelStatus::kWouldBlock);
      ASSERT_NE(value, nullptr);
      EXPECT_EQ(*value, 5);
    }
  });
}

TEST_P(ChannelTest, TrySendMeetsWaitingReceiver) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> channel(0);
    std::atomic<int> got = 0;
    go([&] { got = *channel.recv(); });
    wait_for([&] { return waiting(runtime, "channel receive") == 1; });
    int value = 3;
    EXPECT_EQ(channel.try_send(value), ChannelStatus::kOk);
    wait_for([&] { return got == 3; });
  });
}

TEST_P(ChannelTest, TryRecvMeetsWaitingSender) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> channel(0);
    go([&] { channel.send(4); });
    wait_for([&] { return waiting(runtime, "channel send") == 1; });
    int out = 0;
    EXPECT_EQ(channel.try_recv(out), ChannelStatus::kOk);
    EXPECT_EQ(out, 4);
  });
}

TEST_P(ChannelTest, CloseThenDrainGivesBufferedValues) {
  run([] {
    Channel<int> channel(4);
    for (int i = 0; i < 3; ++i) channel.send(i);
    channel.close();
    EXPECT_TRUE(channel.is_closed());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(channel.recv(), i);
    EXPECT_EQ(channel.recv(), std::nullopt);
    int out = 9;
    EXPECT_EQ(channel.try_recv(out), ChannelStatus::kClosed);
    EXPECT_EQ(out, 9);
  });
}

TEST_P(ChannelTest, CloseWakesAllReceiversWithNothing) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> channel(0);
    std::atomic<int> nothing = 0;
    for (int i = 0; i < 20; ++i) go([&] { nothing += channel.recv() == std::nullopt ? 1 : 0; });
    wait_for([&] { return waiting(runtime, "channel receive") == 20; });
    channel.close();
    wait_for([&] { return nothing == 20; });
  });
}

TEST_P(ChannelTest, CloseWakesAllSendersWhoPanic) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> channel(1);
    channel.send(100);
    std::atomic<int> panics = 0;
    for (int i = 0; i < 20; ++i) {
      go([&, i] {
        try {
          channel.send(i);
        } catch (const ChannelClosed& e) {
          EXPECT_STREQ(e.what(), "send on closed channel");
          ++panics;
        }
      });
    }
    wait_for([&] { return waiting(runtime, "channel send") == 20; });
    channel.close();
    wait_for([&] { return panics == 20; });
    EXPECT_EQ(channel.recv(), 100);
    EXPECT_EQ(channel.recv(), std::nullopt);
  });
}

TEST_P(ChannelTest, SendOnClosedPanicsAndLeavesTheLockFree) {
  run([] {
    Channel<int> channel(1);
    channel.close();
    int value = 1;
    EXPECT_THROW(channel.send(1), ChannelClosed);
    EXPECT_THROW(channel.try_send(value), ChannelClosed);
    EXPECT_EQ(channel.recv(), std::nullopt);
  });
}

TEST_P(ChannelTest, CloseOfClosedPanics) {
  run([] {
    Channel<int> channel(1);
    channel.close();
    EXPECT_THROW(channel.close(), ChannelClosedTwice);
  });
}

TEST_P(ChannelTest, FifoAtEveryCapacity) {
  run([] {
    for (size_t capacity = 0; capacity <= 200; capacity += capacity < 10 ? 1 : 19) {
      Channel<int> channel(capacity);
      constexpr int kCount = 300;
      go([&] {
        for (int i = 0; i < kCount; ++i) channel.send(i);
        channel.close();
      });
      int expected = 0;
      while (auto value = channel.recv()) EXPECT_EQ(*value, expected++);
      EXPECT_EQ(expected, kCount);
    }
  });
}

TEST_P(ChannelTest, ManyProducersAndConsumersLoseAndDuplicateNothing) {
  run([] {
    for (const size_t capacity : {0, 1, 7, 128}) {
      Channel<int> channel(capacity);
      const int count = rounds(20'000);
      std::vector<std::atomic<int>> seen(static_cast<size_t>(4 * count));
      WaitGroup producers, consumers;
      producers.add(4);
      consumers.add(4);
      for (int p = 0; p < 4; ++p) {
        go([&, p] {
          for (int i = 0; i < count; ++i) channel.send(p * count + i);
          producers.done();
        });
        go([&] {
          while (auto value = channel.recv()) ++seen[static_cast<size_t>(*value)];
          consumers.done();
        });
      }
      producers.wait();
      channel.close();
      consumers.wait();
      for (const auto& times : seen) ASSERT_EQ(times, 1);
    }
  });
}

TEST_P(ChannelTest, SizeAndCapacity) {
  run([] {
    Channel<int> channel(3, "rows");
    EXPECT_EQ(channel.capacity(), 3u);
    EXPECT_EQ(channel.size(), 0u);
    channel.send(1);
    channel.send(2);
    EXPECT_EQ(channel.size(), 2u);
    channel.recv();
    EXPECT_EQ(channel.size(), 1u);
    EXPECT_EQ(Channel<int>(0).capacity(), 0u);
  });
}

TEST_P(ChannelTest, RecvRacingCloseNeverMissesABufferedValue) {
  run([] {
    for (int round = 0; round < rounds(3000); ++round) {
      Channel<int> channel(1);
      std::atomic<int> got = 0;
      WaitGroup done;
      done.add(2);
      for (int i = 0; i < 2; ++i) {
        go([&] {
          while (auto value = channel.recv()) got += *value;
          done.done();
        });
      }
      channel.send(1);
      channel.close();
      done.wait();
      ASSERT_EQ(got, 1);
    }
  });
}

TEST_P(ChannelTest, UnbufferedReceiversAreServedInOrder) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> channel(0);
    constexpr int kCount = 10;
    int got[kCount] = {};
    WaitGroup done;
    done.add(kCount);
    for (int i = 0; i < kCount; ++i) {
      go([&, i] {
        got[i] = *channel.recv();
        done.done();
      });
      wait_for([&] { return waiting(runtime, "channel receive") == i + 1; });
    }
    for (int i = 0; i < kCount; ++i) channel.send(i);
    done.wait();
    for (int i = 0; i < kCount; ++i) EXPECT_EQ(got[i], i);
  });
}

TEST_P(ChannelTest, SendersAreServedInOrder) {
  for (const size_t capacity : {0, 2}) {
    Runtime runtime({.procs = procs()});
    run_in(runtime, [&] {
      Channel<int> channel(capacity);
      for (size_t i = 0; i < capacity; ++i) channel.send(static_cast<int>(i));
      constexpr int kCount = 10;
      for (int i = 0; i < kCount; ++i) {
        go([&, i] { channel.send(static_cast<int>(capacity) + i); });
        wait_for([&] { return waiting(runtime, "channel send") == i + 1; });
      }
      for (int i = 0; i < static_cast<int>(capacity) + kCount; ++i) EXPECT_EQ(channel.recv(), i);
    });
  }
}

struct Nothing {};

TEST_P(ChannelTest, ZeroSizeMoveOnlyAndLargeValues) {
  run([] {
    Channel<Nothing> nothing(2);
    nothing.send({});
    EXPECT_TRUE(nothing.recv().has_value());
    Channel<std::unique_ptr<std::string>> pointers(0);
    go([&] { pointers.send(std::make_unique<std::string>("moved")); });
    EXPECT_EQ(**pointers.recv(), "moved");
    Channel<std::array<int, 1000>> large(0);
    go([&] {
      std::array<int, 1000> value;
      value.fill(6);
      large.send(value);
    });
    EXPECT_EQ(large.recv()->at(999), 6);
  });
}

// Counts the values that are alive; a moved-from one does not count.
class Counted {
 public:
  explicit Counted(std::atomic<int>* alive) : alive_(alive) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(std::exchange(other.alive_, nullptr)) {}
  Counted& operator=(Counted&& other) noexcept {
    if (alive_ != nullptr) --*alive_;
    alive_ = std::exchange(other.alive_, nullptr);
    return *this;
  }
  ~Counted() {
    if (alive_ != nullptr) --*alive_;
  }

 private:
  std::atomic<int>* alive_;
};

TEST_P(ChannelTest, ValuesAreDestroyedExactlyOnce) {
  std::atomic<int> alive = 0;
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    {
      Channel<Counted> channel(3);
      for (int i = 0; i < 3; ++i) channel.send(Counted(&alive));
      channel.recv();
      EXPECT_EQ(alive, 2);
      Counted refused(&alive);
      channel.send(Counted(&alive));
      EXPECT_EQ(channel.try_send(refused), ChannelStatus::kWouldBlock);
      std::atomic<int> panics = 0;
      for (int i = 0; i < 5; ++i) {
        go([&] {
          try {
            channel.send(Counted(&alive));
          } catch (const ChannelClosed&) {
            ++panics;
          }
        });
      }
      wait_for([&] { return waiting(runtime, "channel send") == 5; });
      channel.recv();  // takes one, and one sender's value moves up
      wait_for([&] { return waiting(runtime, "channel send") == 4; });
      channel.close();
      wait_for([&] { return panics == 4; });
      EXPECT_EQ(alive, 3 + 1);
    }
    EXPECT_EQ(alive, 0);
  });
  EXPECT_EQ(alive, 0);
}

TEST_P(ChannelTest, LongChainPassesValuesAndTearsDown) {
  run([] {
    const int length = rounds(10'000);
    std::vector<std::unique_ptr<Channel<int>>> channels;
    for (int i = 0; i <= length; ++i) channels.push_back(std::make_unique<Channel<int>>(0));
    for (int i = 0; i < length; ++i) {
      go([from = channels[static_cast<size_t>(i)].get(),
          to = channels[static_cast<size_t>(i) + 1].get()] {
        while (auto value = from->recv()) to->send(*value + 1);
        to->close();
      });
    }
    for (int value = 0; value < 3; ++value) {
      channels.front()->send(value);
      EXPECT_EQ(channels.back()->recv(), value + length);
    }
    channels.front()->close();
    EXPECT_EQ(channels.back()->recv(), std::nullopt);
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(ChannelTest, ForeignThreadsSendReceiveAndClose) {
  RuntimeConfig config;
  config.foreign_wakeups = true;
  run(
      [] {
        Channel<int> to(0), from(2);
        std::thread foreign([&] {
          int sum = 0;
          while (auto value = to.recv()) from.send(sum += *value);
          from.close();
        });
        int expected = 0;
        for (int i = 0; i < rounds(2000); ++i) {
          to.send(i);
          EXPECT_EQ(from.recv(), expected += i);
        }
        to.close();
        EXPECT_EQ(from.recv(), std::nullopt);
        foreign.join();
      },
      config);
}

TEST_P(ChannelTest, ChannelMayBeDestroyedByWhoReceivedTheLastValue) {
  run([] {
    for (int i = 0; i < rounds(20'000); ++i) {
      auto channel = std::make_unique<Channel<int>>(static_cast<size_t>(i % 2));
      go([channel = channel.get()] { channel->send(1); });
      channel->recv();
      channel.reset();
    }
  });
}

TEST_P(ChannelTest, ProducerThatNeverBlocksGivesWay) {
  // The producer's buffer is never full and never empty, so only the slice of 10 ms lets the third
  // goroutine run.
  run([] {
    Channel<int> channel(4);
    std::atomic<bool> stop = false;
    go([&] { stop = true; });
    while (!stop) {
      channel.send(1);
      channel.recv();
    }
  });
}

}  // namespace
}  // namespace leat
