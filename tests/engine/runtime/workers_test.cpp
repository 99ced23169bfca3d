// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <poll.h>

#include <atomic>

#include "engine/blocking.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class WorkersTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(WorkersTest);

TEST_P(WorkersTest, ThreadsAreUsedAgain) {
  const RuntimeStats stats = run([] {
    for (int round = 0; round < test::rounds(500); ++round) {
      WaitGroup done;
      done.add(4);
      for (int i = 0; i < 4; ++i) go([&] { done.done(); });
      done.wait();
    }
  });
  EXPECT_LE(stats.threads, static_cast<uint32_t>(procs()) + 1);
}

TEST_P(WorkersTest, BlockedThreadsAreReplacedAndThenKept) {
  const RuntimeStats stats = run([] {
    for (int round = 0; round < 3; ++round) {
      std::atomic<int> inside = 0;
      WaitGroup done;
      done.add(10);
      for (int i = 0; i < 10; ++i) {
        go([&] {
          blocking([&] {
            ++inside;
            while (inside < 10) poll(nullptr, 0, 1);
          });
          done.done();
        });
      }
      done.wait();
    }
  });
  EXPECT_GE(stats.threads, 10u);
  EXPECT_LE(stats.threads, 10u + static_cast<uint32_t>(procs()) + 2)
      << "threads of the first round were not kept";
}

}  // namespace
}  // namespace leat
