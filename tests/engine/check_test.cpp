// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/check.h"

#include <gtest/gtest.h>

#include "engine/runtime.h"

namespace leat {
namespace {

TEST(CheckDeathTest, SaysWhatAndWhere) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(LEAT_CHECK(1 == 2, "numbers disagree"), "numbers disagree.*1 == 2.*check_test.cpp");
}

TEST(CheckDeathTest, NamesTheGoroutine) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Runtime({.procs = 1}).run([] { LEAT_CHECK(false, "broken"); }),
               "broken.*goroutine 1 'main'");
}

TEST(CheckDeathTest, ListsTheOtherGoroutines) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Runtime({.procs = 1}).run([] {
    go([] {}, {.name = "bystander"});
    LEAT_CHECK(false, "broken");
  }),
               "broken.*goroutine 1 'main'.*goroutine [0-9]+ 'bystander' \\[runnable\\]");
}

TEST(Check, PassesQuietly) { LEAT_CHECK(true, "never seen"); }

}  // namespace
}  // namespace leat
