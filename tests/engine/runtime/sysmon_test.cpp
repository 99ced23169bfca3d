// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <poll.h>

#include <atomic>

#include "engine/blocking.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::wait_for;

class SysmonTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(SysmonTest);

TEST_P(SysmonTest, AsksAHogToGiveWay) {
  const RuntimeStats stats = run([] {
    std::atomic<bool> spins = false, ran = false;
    go([&] {
      while (!spins) yield();
      ran = true;
    });
    for (int i = 0; i < 8; ++i) {
      go([&] {
        spins = true;
        while (!ran) checkpoint();
      });
    }
    wait_for([] { return goroutine_count() == 1; });
  });
  if (procs() == 1) {
    EXPECT_GE(stats.preemptions, 1u);
  }
}

TEST_P(SysmonTest, TakesTheProcessorOfABlockedGoroutineWhileWorkWaits) {
  const RuntimeStats stats = run([this] {
    std::atomic<bool> blocks = false, ran = false;
    go([&] {
      while (!blocks) yield();
      ran = true;
    });
    WaitGroup done;
    done.add(static_cast<uint32_t>(procs()));
    for (int i = 0; i < procs(); ++i) {
      go([&] {
        blocking([&] {
          blocks = true;
          while (!ran) poll(nullptr, 0, 1);
        });
        done.done();
      });
    }
    done.wait();
  });
  if (procs() == 1) {
    EXPECT_GE(stats.hand_offs, 1u);
  }
}

TEST_P(SysmonTest, WorksAgainAfterALongIdleTime) {
  run([] {
    for (int i = 0; i < 3; ++i) {
      blocking([] { poll(nullptr, 0, 20); });
      std::atomic<bool> ran = false;
      go([&] { ran = true; });
      while (!ran) checkpoint();
    }
  });
}

}  // namespace
}  // namespace leat
