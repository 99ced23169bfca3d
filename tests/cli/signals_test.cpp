// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/signals.h"

#include <unistd.h>

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(SignalGuard, TheFirstSignalCancelsTheRun) {
  pipelines::RunControl control;
  const SignalGuard guard(control, Log(LogFormat::kText));
  EXPECT_EQ(guard.received(), 0);
  kill(getpid(), SIGTERM);
  while (!control.cancelled()) std::this_thread::yield();
  EXPECT_EQ(guard.received(), SIGTERM);
}

TEST(SignalGuard, EndsWithoutASignal) {
  pipelines::RunControl control;
  {
    const SignalGuard guard(control, Log(LogFormat::kText));
  }
  EXPECT_FALSE(control.cancelled());
}

TEST(SignalGuardDeathTest, TheSecondSignalEndsTheProcessAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        pipelines::RunControl control;
        const SignalGuard guard(control, Log(LogFormat::kText));
        kill(getpid(), SIGINT);
        while (guard.received() == 0) std::this_thread::yield();
        kill(getpid(), SIGTERM);
        for (;;) pause();
      },
      ::testing::ExitedWithCode(128 + SIGINT), "once more");
}

}  // namespace
}  // namespace leat::cli
