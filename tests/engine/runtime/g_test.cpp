// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/g.h"

#include <gtest/gtest.h>

#include "engine/runtime/m.h"

namespace leat::runtime {
namespace {

TEST(G, WalksThroughItsStates) {
  G g;
  M m;
  EXPECT_EQ(g.status.get(), GStatus::kDead);
  EXPECT_FALSE(g.has_stack());
  g.dead_to_runnable();
  const auto run = [&] {
    g.m.store(nullptr);  // it has left the M it ran on
    g.runnable_to_running(&m);
  };
  run();
  EXPECT_EQ(g.m.load(), &m);
  g.running_to_waiting(WaitReason::kChannelSend, "rows");
  EXPECT_EQ(g.status.get(), GStatus::kWaiting);
  EXPECT_EQ(g.wait_reason.get(), WaitReason::kChannelSend);
  EXPECT_STREQ(g.waits_for.get(), "rows");
  g.waiting_to_runnable();
  run();
  g.running_to_blocking();
  g.blocking_to_running();
  g.running_to_blocking();
  g.blocking_to_runnable();
  run();
  g.running_to_runnable();
  run();
  g.running_to_dead();
  EXPECT_EQ(g.status.get(), GStatus::kDead);
}

TEST(G, EveryStateAndReasonHasAName) {
  for (const GStatus status : {GStatus::kDead, GStatus::kRunnable, GStatus::kRunning,
                               GStatus::kBlocking, GStatus::kWaiting})
    EXPECT_STRNE(to_string(status), "?");
  for (const WaitReason reason :
       {WaitReason::kNone, WaitReason::kChannelSend, WaitReason::kChannelReceive,
        WaitReason::kWaitGroup, WaitReason::kMutex, WaitReason::kEvent})
    EXPECT_STRNE(to_string(reason), "?");
}

#ifdef LEAT_DCHECKS
TEST(GDeathTest, IllegalTransitionIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        G g;
        g.waiting_to_runnable();
      },
      "out of turn");
  EXPECT_DEATH(
      {
        G g;
        M m;
        g.dead_to_runnable();
        g.runnable_to_running(&m);
        g.running_to_runnable();
        g.runnable_to_running(&m);
      },
      "before its context was saved");
}
#endif

}  // namespace
}  // namespace leat::runtime
