// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/hogs.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/engine_fixture.h"
#include "tests/support/hogs.h"

namespace leat {
namespace {

using test::go_behind;
using test::spin_until;

class HogsTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(HogsTest);

TEST_P(HogsTest, TheHogIsNamed) {
  std::mutex lock;
  std::vector<HogReport> reports;
  Runtime runtime({.procs = procs(), .ghosts_max = 64, .on_hog = [&](const HogReport& report) {
                     const std::lock_guard guard(lock);
                     reports.push_back(report);
                   }});
  run_in(runtime, [&] {
    for (int i = 0; i < 2 * procs(); ++i) {
      go(
          [&] {
            spin_until([&] {
              const std::lock_guard guard(lock);
              return !reports.empty();
            });
          },
          {.name = "pig"});
    }
  });
  const std::lock_guard guard(lock);
  ASSERT_EQ(reports.size(), 1u) << "one report for each place of creation";
  EXPECT_STREQ(reports[0].goroutine.name, "pig");
  EXPECT_GT(reports[0].goroutine.id, 1u);
  EXPECT_NE(std::string(reports[0].goroutine.created_at.file_name()).find("hogs_test.cpp"),
            std::string::npos);
  EXPECT_GE(reports[0].ran_ms, 10);
}

// stderr is a file in the child of a death test.
bool something_was_printed() {
  struct stat status;
  return fstat(STDERR_FILENO, &status) == 0 && status.st_size > 0;
}

TEST(HogsDeathTest, OneLineNamesTheHog) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = 1, .ghosts_max = 1});
        runtime.run([] {
          go_behind([] {});
          spin_until(something_was_printed);
        });
        std::_Exit(0);
      },
      ::testing::ExitedWithCode(0),
      "^leat: goroutine 1 'main' \\(created at .*\\) has kept its processor for [0-9]+ ms and goes "
      "on beside the others: call checkpoint[^\n]*\n$");
}

TEST(HogsDeathTest, TheLimitIsSaidToo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = 1, .ghosts_max = 0});
        runtime.run([] {
          go_behind([] {});
          spin_until(something_was_printed);
        });
        std::_Exit(0);
      },
      ::testing::ExitedWithCode(0),
      "^leat: goroutine 1 'main' .* while others wait, and 0 such goroutines \\(the "
      "limit\\)[^\n]*\n$");
}

// A thread that says who it is, then does what the test tells it to.
class Hogs : public ::testing::Test {
 protected:
  void SetUp() override {
    thread_ = std::thread([this] {
      clockid_t clock;
      pthread_getcpuclockid(pthread_self(), &clock);
      m_.cpu_clock.set(clock);
      m_.thread_id.set(gettid());
      there_ = true;
      char c;
      EXPECT_EQ(read(pipe_[0], &c, 1), 1);
      while (!stop_) {
      }
    });
    while (!there_) std::this_thread::yield();
  }
  void TearDown() override {
    stop_ = true;
    wake();
    thread_.join();
    close(pipe_[0]);
    close(pipe_[1]);
  }
  void wake() { EXPECT_EQ(write(pipe_[1], "x", 1), 1); }

  int pipe_[2] = {-1, -1};
  const int opened_ = pipe(pipe_);
  runtime::M m_;
  std::atomic<bool> there_ = false, stop_ = false;
  std::thread thread_;
};

TEST_F(Hogs, WhoSleepsInTheKernelIsOne) {
  spin_until([&] { return runtime::is_blocked(m_); });
  EXPECT_TRUE(runtime::Hogs::is_hog(m_, runtime::cpu_time_ns(m_)));
}

TEST_F(Hogs, WhoComputesIsOneWhoseThreadDoesNotRunIsNone) {
  wake();
  spin_until([&] { return !runtime::is_blocked(m_) && runtime::cpu_time_ns(m_) > 0; });
  const int64_t used_ns = runtime::cpu_time_ns(m_);
  EXPECT_FALSE(runtime::Hogs::is_hog(m_, used_ns + 3'600'000'000'000));
  spin_until([&] { return runtime::Hogs::is_hog(m_, used_ns); });
}

}  // namespace
}  // namespace leat
