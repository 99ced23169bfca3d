// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The same small programs under all three thread models.
#include "engine/runtime/bound_threads.h"

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class ThreadModelTest : public test::ModelTest {};
LEAT_UNDER_ALL_MODELS(ThreadModelTest);

TEST_P(ThreadModelTest, PipelineGivesTheSameResult) {
  run([] {
    constexpr int kStages = 5;
    constexpr int kValues = 1000;
    std::vector<std::unique_ptr<Channel<int>>> channels;
    for (int i = 0; i <= kStages; ++i)
      channels.push_back(std::make_unique<Channel<int>>(static_cast<size_t>(i % 3)));
    for (size_t i = 0; i < kStages; ++i) {
      go([from = channels[i].get(), to = channels[i + 1].get()] {
        while (auto value = from->recv()) to->send(*value + 1);
        to->close();
      });
    }
    go([first = channels[0].get()] {
      for (int i = 0; i < kValues; ++i) first->send(i);
      first->close();
    });
    int expected = kStages;
    while (auto value = channels[kStages]->recv()) ASSERT_EQ(*value, expected++);
    EXPECT_EQ(expected, kStages + kValues);
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(ThreadModelTest, SpawnJoinYieldAndBlock) {
  run([] {
    WaitGroup done;
    done.add(100);
    std::atomic<int> sum = 0;
    for (int i = 0; i < 100; ++i) {
      go([&, i] {
        yield();
        sum += blocking([i] { return i; });
        checkpoint();
        done.done();
      });
    }
    done.wait();
    EXPECT_EQ(sum, 4950);
  });
}

TEST_P(ThreadModelTest, MutexAndEvent) {
  run([] {
    Mutex mutex;
    Event go_on;
    WaitGroup done;
    done.add(8);
    int plain = 0;
    for (int i = 0; i < 8; ++i) {
      go([&] {
        go_on.wait();
        for (int k = 0; k < 200; ++k) {
          mutex.lock();
          ++plain;
          mutex.unlock();
        }
        done.done();
      });
    }
    go_on.set();
    done.wait();
    EXPECT_EQ(plain, 1600);
  });
}

TEST_P(ThreadModelTest, ThreadsAreAsManyAsPromised) {
  run([] {
    std::set<std::thread::id> threads;
    Mutex mutex;
    WaitGroup done;
    Event go_on;
    done.add(5);
    for (int i = 0; i < 5; ++i) {
      go([&] {
        mutex.lock();
        threads.insert(std::this_thread::get_id());
        mutex.unlock();
        go_on.wait();
        done.done();
      });
    }
    test::wait_for([&] {
      mutex.lock();
      yield();
      mutex.unlock();
      return goroutine_count() == 6;
    });
    go_on.set();
    done.wait();
    if (GetParam() == ThreadModel::kKernel) {
      EXPECT_EQ(threads.size(), 5u);
    } else if (GetParam() == ThreadModel::kUser) {
      EXPECT_EQ(threads.size(), 1u);
    } else {
      EXPECT_LE(threads.size(), 3u);
    }
  });
}

TEST_P(ThreadModelTest, MainReturnsThoughOthersWait) {
  // One for each run, and neither they nor their list is ever destroyed: goroutines that are given
  // up stay in their queues.
  static std::vector<Event*>& kept = *new std::vector<Event*>;
  Event& never = *kept.emplace_back(new Event);
  Runtime runtime({.procs = 2, .model = GetParam()});
  runtime.run([&never] {
    for (int i = 0; i < 20; ++i) go([&never] { never.wait(); });
    for (int i = 0; i < 50; ++i) yield();
  });
}

TEST_P(ThreadModelTest, DeadlockIsReported) {
  EXPECT_EXIT(run([] {
                Event never;
                for (int i = 0; i < 3; ++i) go([&] { never.wait(); });
                go([] {});
                never.wait();
              }),
              ::testing::ExitedWithCode(2),
              "deadlock!.*goroutine 1 'main' \\[event\\].*goroutine 2 \\[event\\]");
}

TEST_P(ThreadModelTest, PanicIsReported) {
  EXPECT_EXIT(run([] {
                go([] { throw std::runtime_error("no luck"); }, {.name = "gambler"});
                Event().wait();
              }),
              ::testing::ExitedWithCode(2), "panic: no luck.*'gambler'");
}

}  // namespace
}  // namespace leat
