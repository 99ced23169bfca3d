// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/exit_guard.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

class ExitGuardDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ExitGuardDeathTest, ExitIsAFailureWhileThereIsOne) {
  EXPECT_EXIT(
      {
        const ExitGuard guard{Log(LogFormat::kText)};
        std::exit(0);
      },
      testing::ExitedWithCode(1),
      "leat: exit\\(\\) was called in the middle of the work \\[E0805\\]\n  hint: ");
}

TEST_F(ExitGuardDeathTest, QuickExitToo) {
  EXPECT_EXIT(
      {
        const ExitGuard guard{Log(LogFormat::kText)};
        std::quick_exit(0);
      },
      testing::ExitedWithCode(1), "exit\\(\\) was called");
}

TEST_F(ExitGuardDeathTest, TheNewestLogIsUsed) {
  EXPECT_EXIT(
      {
        const ExitGuard outer{Log(LogFormat::kText)};
        const ExitGuard inner{Log(LogFormat::kJson)};
        std::exit(0);
      },
      testing::ExitedWithCode(1), "\"event\":\"exit_called\"");
}

TEST_F(ExitGuardDeathTest, ExitIsItselfAfterwards) {
  EXPECT_EXIT(
      {
        {
          const ExitGuard guard{Log(LogFormat::kText)};
        }
        std::exit(7);
      },
      testing::ExitedWithCode(7), "^$");
}

}  // namespace
}  // namespace leat::cli
