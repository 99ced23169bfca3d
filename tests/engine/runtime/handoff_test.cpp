// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a blocking call does to the words of P and M; tests/engine/blocking_test.cpp has the
// behaviour.
#include "engine/runtime/handoff.h"

#include <atomic>

#include "engine/runtime/m.h"
#include "engine/runtime/stack.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

class HandoffTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(HandoffTest);

TEST_P(HandoffTest, EnterLeavesTheProcessorBehindAndExitTakesOne) {
  run([] {
    G* g = current_g();
    enter_blocking(g);
    EXPECT_EQ(g->m.load()->p.load(), nullptr);
    EXPECT_EQ(g->status.get(), GStatus::kBlocking);
    exit_blocking(g);
    EXPECT_NE(g->m.load()->p.load(), nullptr);
    EXPECT_EQ(g->status.get(), GStatus::kRunning);
    EXPECT_EQ(g->m.load()->p.load()->word.state(), PState::kRunning);
  });
}

// At every moment at most procs() goroutines own a processor, however often processors change
// hands.
TEST_P(HandoffTest, ProcessorsAreConserved) {
  run([this] {
    std::atomic<int> running = 0, most = 0;
    for (int i = 0; i < 24; ++i) {
      go([&] {
        for (int k = 0; k < test::rounds(1000); ++k) {
          const int now = ++running;
          int seen = most.load();
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          --running;
          enter_blocking(current_g());
          exit_blocking(current_g());
        }
      });
    }
    test::wait_for([] { return goroutine_count() == 1; });
    EXPECT_LE(most, procs());
  });
}

}  // namespace
}  // namespace leat::runtime
