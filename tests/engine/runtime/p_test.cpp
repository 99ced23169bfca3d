// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/p.h"

#include <memory>

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(PWord, WalksThroughItsStates) {
  PWord word;
  EXPECT_EQ(word.state(), PState::kIdle);
  word.idle_to_running();
  EXPECT_EQ(word.state(), PState::kRunning);
  const uint64_t left = word.running_to_blocking();
  EXPECT_EQ(word.state(), PState::kBlocking);
  EXPECT_TRUE(word.blocking_to_running(left));
  word.running_to_idle();
  EXPECT_EQ(word.state(), PState::kIdle);
}

TEST(PWord, OnlyOneOfOwnerAndSysmonGetsABlockedProcessor) {
  PWord word;
  word.idle_to_running();
  const uint64_t left = word.running_to_blocking();
  EXPECT_TRUE(word.blocking_to_idle(word.load()));
  EXPECT_FALSE(word.blocking_to_running(left));
  EXPECT_EQ(word.state(), PState::kIdle);
}

TEST(PWord, ProcessorThatWasTakenAndLeftAgainIsNotTheOldOne) {
  PWord word;
  word.idle_to_running();
  const uint64_t first = word.running_to_blocking();
  word.blocking_to_idle(word.load());
  word.idle_to_running();
  word.running_to_blocking();  // by another M
  EXPECT_FALSE(word.blocking_to_running(first));
}

TEST(PWord, RequestIsForTheEpochInWhichItWasMade) {
  PWord word;
  word.idle_to_running();
  const uint64_t seen = word.load();
  word.running_to_idle();
  word.idle_to_running();
  EXPECT_FALSE(word.request_preempt(seen)) << "the owner moved on";
  EXPECT_TRUE(word.request_preempt(word.load()));
  EXPECT_TRUE(word.preempt_requested());
  EXPECT_FALSE(word.request_preempt(word.load())) << "asked already";
  word.acknowledge_preempt();
  EXPECT_FALSE(word.preempt_requested());
  EXPECT_EQ(word.state(), PState::kRunning);
}

TEST(PWord, RequestDoesNotOutliveTheRunningState) {
  PWord word;
  word.idle_to_running();
  word.request_preempt(word.load());
  word.running_to_idle();
  EXPECT_FALSE(word.preempt_requested());
  EXPECT_FALSE(word.request_preempt(word.load())) << "an idle processor has nobody to ask";
}

TEST(PWord, RequestOutlivesABlockingCallOfItsOwner) {
  PWord word;
  word.idle_to_running();
  word.request_preempt(word.load());
  EXPECT_TRUE(word.blocking_to_running(word.running_to_blocking()));
  EXPECT_TRUE(word.preempt_requested());
  word.running_to_blocking();
  EXPECT_TRUE(word.blocking_to_idle(word.load()));
  EXPECT_FALSE(word.preempt_requested()) << "its next owner was not asked";
}

TEST(PWord, OnlyAProcessorThatRunsAndWasNotTouchedLosesItsToken) {
  PWord word;
  EXPECT_FALSE(word.running_to_ghost(word.load())) << "idle";
  word.idle_to_running();
  const uint64_t old = word.load();
  word.acknowledge_preempt();
  EXPECT_FALSE(word.running_to_ghost(old)) << "the owner moved on";
  EXPECT_TRUE(word.running_to_ghost(word.load()));
  EXPECT_TRUE(word.is_ghost());
  EXPECT_TRUE(word.must_give_way());
  EXPECT_FALSE(word.running_to_ghost(word.load())) << "a ghost has none";
  EXPECT_FALSE(word.request_preempt(word.load()));
}

TEST(PWord, GhostStaysOneUntilItsOwnerEndsIt) {
  PWord word;
  word.idle_to_running();
  word.request_preempt(word.load());
  word.running_to_ghost(word.load());
  EXPECT_FALSE(word.acknowledge_preempt());
  EXPECT_EQ(PWord::state_of(word.running_to_blocking()), PState::kGhost);
  EXPECT_FALSE(word.blocking_to_idle(word.load()));
  word.ghost_to_running();
  EXPECT_FALSE(word.must_give_way());
  word.running_to_spare();
  word.spare_to_idle();
  EXPECT_EQ(word.state(), PState::kIdle);
}

TEST(PWordDeathTest, IllegalTransitionIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(PWord().running_to_idle(), "out of turn");
}

TEST(Counter, Adds) {
  Counter counter;
  counter.add();
  counter.add(4);
  EXPECT_EQ(counter.get(), 5u);
}

}  // namespace
}  // namespace leat::runtime
