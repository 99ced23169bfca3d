// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/signals.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "operators/output/output_transaction.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(SignalGuard, TheFirstSignalCancelsTheRun) {
  pipelines::RunControl control;
  SignalGuard guard(control, Log(LogFormat::kText));
  guard.watch();
  EXPECT_EQ(guard.received(), 0);
  kill(getpid(), SIGTERM);
  while (!control.cancelled()) std::this_thread::yield();
  EXPECT_EQ(guard.received(), SIGTERM);
}

TEST(SignalGuard, HangupAndTheLimitOfCpuTimeStopTheRunToo) {
  for (const int signal : {SIGHUP, SIGXCPU}) {
    pipelines::RunControl control;
    SignalGuard guard(control, Log(LogFormat::kText));
    guard.watch();
    kill(getpid(), signal);
    while (!control.cancelled()) std::this_thread::yield();
    EXPECT_EQ(guard.received(), signal);
  }
}

TEST(SignalGuard, EndsWithoutASignal) {
  pipelines::RunControl control;
  {
    SignalGuard guard(control, Log(LogFormat::kText));
    guard.watch();
  }
  EXPECT_FALSE(control.cancelled());
}

TEST(SignalGuardDeathTest, ASignalBeforeTheRunEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        pipelines::RunControl control;
        const SignalGuard guard(control, Log(LogFormat::kText));
        kill(getpid(), SIGTERM);
        for (;;) pause();
      },
      ::testing::ExitedWithCode(128 + SIGTERM), "");
}

// As where a pipeline is loaded whose source is a pipe that gives nothing.
TEST(SignalGuardDeathTest, TheTimeoutCountsFromTheStart) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        pipelines::RunControl control;
        const SignalGuard guard(control, Log(LogFormat::kText), std::chrono::milliseconds(1));
        for (;;) pause();
      },
      ::testing::ExitedWithCode(124), "the run took longer than --timeout");
}

TEST(SignalGuardDeathTest, TheSecondSignalEndsTheProcessAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        pipelines::RunControl control;
        SignalGuard guard(control, Log(LogFormat::kText));
        guard.watch();
        kill(getpid(), SIGINT);
        while (guard.received() == 0) std::this_thread::yield();
        kill(getpid(), SIGTERM);
        for (;;) pause();
      },
      ::testing::ExitedWithCode(128 + SIGINT), "again to force");
}

// All outputs are new: the run ends as it does without a signal.
TEST(SignalGuardDeathTest, SignalsAfterTheCommitChangeNothing) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const test::TempDir dir;
  EXPECT_EXIT(
      {
        pipelines::RunControl control;
        SignalGuard guard(control, Log(LogFormat::kText));
        guard.watch();
        io::OutputTransaction outputs;
        auto file = outputs.stage(dir.file("x.csv"), io::IfExists::kReplace);
        if (!file || !(*file)->prepare() || !outputs.commit()) _exit(9);
        kill(getpid(), SIGINT);
        while (guard.received() == 0) std::this_thread::yield();
        kill(getpid(), SIGINT);
        sigset_t waiting;
        do {
          sigpending(&waiting);
        } while (sigismember(&waiting, SIGINT) == 1);
        _exit(io::abandon_outputs() ? 8 : 0);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace leat::cli
