// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/m.h"

#include <set>

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(M, TakesAndDropsAProcessor) {
  M m;
  P p;
  m.take_p(&p);
  EXPECT_EQ(m.p.load(), &p);
  EXPECT_EQ(p.m.load(), &m);
  EXPECT_EQ(p.word.state(), PState::kRunning);
  EXPECT_EQ(m.drop_p(), &p);
  EXPECT_EQ(m.p.load(), nullptr);
  EXPECT_EQ(p.m.load(), nullptr);
  EXPECT_EQ(p.word.state(), PState::kIdle);
}

TEST(M, DropsAGhostAsASpare) {
  M m;
  P p;
  for (const bool is_ghost : {true, false}) {
    m.take_p(&p);
    if (is_ghost) {
      EXPECT_TRUE(p.word.running_to_ghost(p.word.load()));
    }
    EXPECT_EQ(m.drop_p_as_spare(), &p);
    EXPECT_EQ(m.p.load(), nullptr);
    EXPECT_EQ(p.word.state(), PState::kSpare);
    p.word.spare_to_idle();
  }
}

TEST(M, RandomNumbersDoNotRepeatSoon) {
  M m;
  m.random = 1;
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(m.next_random());
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(MDeathTest, TwoProcessorsAreABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        M m;
        P a;
        P b;
        m.take_p(&a);
        m.take_p(&b);
      },
      "a second P");
}

}  // namespace
}  // namespace leat::runtime
