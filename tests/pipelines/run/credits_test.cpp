// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/credits.h"

#include <atomic>

#include <gtest/gtest.h>

#include "engine/go.h"
#include "engine/runtime.h"
#include "engine/sync.h"

namespace leat::pipelines {
namespace {

TEST(Credits, ATicketComesBackWhenItsLastHolderGoes) {
  Runtime runtime({.procs = 2});
  runtime.run([] {
    Credits credits(2);
    SplitTicket first = credits.acquire();
    SplitTicket second = credits.acquire();
    SplitTicket copy = first;
    std::atomic<bool> acquired{false};
    WaitGroup done;
    done.add(1);
    go([&] {
      const SplitTicket third = credits.acquire();
      acquired.store(true);
      done.done();
    });
    first.reset();
    for (int i = 0; i < 100; ++i) yield();
    EXPECT_FALSE(acquired.load()) << "the copy still holds the ticket";
    copy.reset();
    done.wait();
    EXPECT_TRUE(acquired.load());
  });
}

TEST(Credits, DrainingWaitsForAllThatIsUnderWay) {
  Runtime runtime({.procs = 2});
  runtime.run([] {
    Credits credits(3);
    SplitTicket held = credits.acquire();
    std::atomic<bool> drained{false};
    WaitGroup done;
    done.add(1);
    go([&] {
      EXPECT_TRUE(credits.drain([] { return true; }));
      drained.store(true);
      done.done();
    });
    for (int i = 0; i < 100; ++i) yield();
    EXPECT_FALSE(drained.load());
    held.reset();
    done.wait();
    EXPECT_TRUE(drained.load());
  });
}

/// failed_runs_are_drained is caught here.
TEST(Credits, DrainingIsGivenUpWhenASplitEndsThatNobodyWants) {
  Runtime runtime({.procs = 2});
  runtime.run([] {
    Credits credits(3);
    const SplitTicket kept = credits.acquire();  // by what waits for a split that never ends
    SplitTicket failed = credits.acquire();
    std::atomic<bool> wanted{true};
    WaitGroup done;
    done.add(1);
    go([&] {
      EXPECT_FALSE(credits.drain([&] { return wanted.load(); }));
      done.done();
    });
    wanted.store(false);
    failed.reset();
    done.wait();
  });
}

}  // namespace
}  // namespace leat::pipelines
