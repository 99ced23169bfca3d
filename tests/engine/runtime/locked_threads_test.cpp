// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/locked_threads.h"

#include <unistd.h>

#include <atomic>
#include <set>
#include <vector>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/runtime/clock.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "engine/time.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/hogs.h"

namespace leat {
namespace {

using test::rounds;
using test::wait_for;
using std::chrono_literals::operator""us;

// Not inlined: the caller may have changed its thread since the last call.
[[gnu::noinline]] pid_t thread_id() { return gettid(); }

class LockedThreadsTest : public test::EngineTest {};
class LockedThreadsDeathTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(LockedThreadsTest);
LEAT_AT_ALL_PROCS(LockedThreadsDeathTest);

class LockedThreadsModelTest : public test::ModelTest {};
LEAT_UNDER_ALL_MODELS(LockedThreadsModelTest);

// Locked goroutines do everything that changes threads, among others that do the same unlocked.
TEST_P(LockedThreadsModelTest, LockedGoroutinesStayOnTheirThreads) {
  run([] {
    Channel<int> values(1);
    WaitGroup done;
    constexpr int kLocked = 3;
    const int messages = rounds(300);
    done.add(kLocked + 3);
    for (int i = 0; i < kLocked; ++i) {
      go([&] {
        lock_os_thread();
        const pid_t thread = thread_id();
        for (int k = 0; k < messages; ++k) {
          values.send(k);
          EXPECT_EQ(thread_id(), thread);
          if (k % 16 == 0) yield();
          if (k % 64 == 0) sleep_for(20us);
          if (k % 64 == 32) blocking([] { runtime::nap(20 * runtime::kMicrosecond); });
          checkpoint();
          EXPECT_EQ(thread_id(), thread);
        }
        unlock_os_thread();
        done.done();
      });
    }
    std::atomic<int> received = 0;
    for (int i = 0; i < 3; ++i) {
      go([&] {
        while (values.recv()) {
          ++received;
          if (received % 8 == 0) yield();
        }
        done.done();
      });
    }
    wait_for([&] { return received == kLocked * messages; });
    values.close();
    done.wait();
  });
}

TEST_P(LockedThreadsTest, NobodyElseRunsOnTheThread) {
  run([] {
    std::atomic<bool> stop = false;
    std::atomic<pid_t> locked_on = 0;
    Event go_on;
    go([&] {
      lock_os_thread();
      locked_on = thread_id();
      go_on.wait();
      for (int i = 0; i < rounds(200); ++i) yield();
      stop = true;
      unlock_os_thread();
    });
    wait_for([&] { return locked_on != 0; });
    WaitGroup done;
    done.add(8);
    for (int i = 0; i < 8; ++i) {
      go([&] {
        while (!stop) {
          EXPECT_NE(thread_id(), locked_on);
          yield();
        }
        done.done();
      });
    }
    go_on.set();
    done.wait();
  });
}

TEST_P(LockedThreadsTest, CallsNestAndOneUnlockTooManyDoesNothing) {
  Runtime runtime({.procs = procs()});
  const auto is_locked = [&] { return runtime.goroutines().at(0).is_locked; };
  run_in(runtime, [&] {
    unlock_os_thread();
    EXPECT_FALSE(is_locked());
    lock_os_thread();
    lock_os_thread();
    EXPECT_TRUE(is_locked());
    unlock_os_thread();
    EXPECT_TRUE(is_locked());
    yield();
    unlock_os_thread();
    EXPECT_FALSE(is_locked());
    unlock_os_thread();
    yield();
    EXPECT_FALSE(is_locked());
  });
}

TEST_P(LockedThreadsTest, TheThreadEndsWithAGoroutineThatEndsLocked) {
  Runtime runtime({.procs = procs()});
  uint32_t most = 0;
  run_in(runtime, [&] {
    for (int i = 0; i < rounds(100); ++i) {
      std::atomic<pid_t> thread = 0;
      go([&] {
        lock_os_thread();
        thread = thread_id();
      });
      // The kernel knows it no more (or, rarely, has given its number to another).
      wait_for([&] { return thread != 0 && tgkill(getpid(), thread, 0) != 0; });
      most = std::max(most, runtime.stats().threads);
    }
  });
  EXPECT_LE(most, static_cast<uint32_t>(procs()) + 4) << "their Ms are used again";
}

// As the thread would: its own main one, too.
TEST_P(LockedThreadsTest, MainMayBeLockedAndEndSo) {
  run([] {
    lock_os_thread();
    const pid_t thread = thread_id();
    Channel<int> values(0);
    go([&] {
      for (int i = 0; i < 100; ++i) values.send(i);
      values.close();
    });
    int expected = 0;
    while (auto value = values.recv()) {
      EXPECT_EQ(*value, expected++);
      EXPECT_EQ(thread_id(), thread);
    }
    EXPECT_EQ(expected, 100);
  });
}

TEST_P(LockedThreadsTest, LockedPairsTalk) {
  run([] {
    Channel<int> there(0), back(0);
    std::set<pid_t> threads;
    Mutex mutex;
    const auto note_thread = [&] {
      mutex.lock();
      threads.insert(thread_id());
      mutex.unlock();
    };
    go([&] {
      lock_os_thread();
      note_thread();
      while (auto value = there.recv()) back.send(*value + 1);
      back.close();
    });
    lock_os_thread();
    note_thread();
    for (int i = 0; i < rounds(500); ++i) {
      there.send(i);
      EXPECT_EQ(back.recv(), i + 1);
    }
    there.close();
    EXPECT_FALSE(back.recv());
    unlock_os_thread();
    EXPECT_EQ(threads.size(), 2u);
  });
}

TEST_P(LockedThreadsTest, ALockedHogLosesItsTokenAndComesBack) {
  Runtime runtime({.procs = procs(), .ghosts_max = 64, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    std::atomic<int> ran = 0;
    WaitGroup done;
    done.add(static_cast<uint32_t>(procs()));
    for (int i = 0; i < procs(); ++i) {
      go([&] {
        lock_os_thread();
        const pid_t thread = thread_id();
        test::spin_until([&] { return ran > 0; });
        for (int k = 0; k < 10; ++k) yield();
        EXPECT_EQ(thread_id(), thread);
        unlock_os_thread();
        done.done();
      });
    }
    go([&] { ++ran; });
    done.wait();
    wait_for([&] { return runtime.stats().ghosts == 0; });
    EXPECT_EQ(runtime.stats().tokens, static_cast<uint32_t>(procs()));
  });
}

TEST_P(LockedThreadsTest, SurvivesResizing) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Channel<int> values(2);
    go([&] {
      lock_os_thread();
      const pid_t thread = thread_id();
      for (int i = 0; i < rounds(1000); ++i) {
        values.send(i);
        EXPECT_EQ(thread_id(), thread);
      }
      values.close();
    });
    int expected = 0;
    while (auto value = values.recv()) {
      EXPECT_EQ(*value, expected++);
      if (expected % 50 == 0) runtime.set_procs(1 + expected / 50 % 8);
    }
    runtime.set_procs(procs());
  });
}

TEST_P(LockedThreadsTest, MainMayReturnWhileLockedGoroutinesWait) {
  static std::vector<Event*>& kept = *new std::vector<Event*>;  // they stay in its queue
  Event& never = *kept.emplace_back(new Event);
  Runtime runtime({.procs = procs()});
  runtime.run([&never] {
    for (int i = 0; i < 5; ++i) {
      go([&never] {
        lock_os_thread();
        never.wait();
      });
    }
    for (int i = 0; i < 50; ++i) yield();
  });
}

TEST_P(LockedThreadsDeathTest, DeadlockWithALockedGoroutineIsReported) {
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = procs()});
        runtime.run([] {
          Channel<int> never(0);
          go(
              [&] {
                lock_os_thread();
                never.recv();
              },
              {.name = "tied"});
          never.recv();
        });
      },
      ::testing::ExitedWithCode(2), "deadlock!.*'tied' \\[channel receive, locked to thread\\]");
}

TEST_P(LockedThreadsDeathTest, DeadlockOfALockedMainIsReported) {
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = procs()});
        runtime.run([] {
          lock_os_thread();
          select();
        });
      },
      ::testing::ExitedWithCode(2),
      "deadlock!.*'main' \\[select \\(no cases\\), locked to thread\\]");
}

TEST_P(LockedThreadsDeathTest, DeadlockIsFoundAfterALockedGoroutineEnded) {
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = procs()});
        runtime.run([] {
          go([] { lock_os_thread(); });
          Event().wait();
        });
      },
      ::testing::ExitedWithCode(2), "deadlock!.*'main' \\[event\\]");
}

}  // namespace
}  // namespace leat
