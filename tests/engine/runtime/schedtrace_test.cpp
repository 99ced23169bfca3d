// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <regex.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>

#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

constexpr const char* kLine =
    "^SCHED [0-9]+ms: gomaxprocs=[0-9]+ idleprocs=[0-9]+ threads=[0-9]+ spinningthreads=[0-9]+ "
    "needspinning=[01] idlethreads=[0-9]+ runqueue=[0-9]+ \\[( [0-9]+)+ \\] "
    "schedticks=\\[( [0-9]+)+ \\] goroutines=[0-9]+ ghosts=[0-9]+\n";

class SchedtraceTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(SchedtraceTest);

TEST_P(SchedtraceTest, LineHasTheFormatOfGo) {
  RuntimeConfig config;
  config.procs = procs();
  const auto scheduler = std::make_shared<runtime::Scheduler>(config);
  const std::string line =
      scheduler->schedtrace_line(scheduler->started_ns + 1009 * runtime::kMillisecond);
  EXPECT_TRUE(line.starts_with("SCHED 1009ms: gomaxprocs=" + std::to_string(procs()) +
                               " idleprocs=" + std::to_string(procs()) + " "))
      << line;
  regex_t pattern;
  ASSERT_EQ(regcomp(&pattern, kLine, REG_EXTENDED | REG_NOSUB), 0);
  EXPECT_EQ(regexec(&pattern, line.c_str(), 0, nullptr, 0), 0) << line;
  regfree(&pattern);
}

off_t printed_bytes() {
  struct stat status;
  return fstat(STDERR_FILENO, &status) == 0 ? status.st_size : 0;
}

TEST(SchedtraceDeathTest, PrintedWhileGoroutinesRunAndWhileAllSleep) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = 2, .foreign_wakeups = true, .schedtrace_ms = 5});
        runtime.run([] {
          test::wait_for([] { return printed_bytes() > 0; });
          Event event;
          std::thread foreign([&] {
            const off_t before = printed_bytes();
            while (printed_bytes() < before + 500) std::this_thread::yield();
            event.set();
          });
          event.wait();
          foreign.join();
        });
        std::_Exit(0);
      },
      ::testing::ExitedWithCode(0), kLine);
}

TEST(SchedtraceDeathTest, AskedForByTheEnvironment) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("LEAT_SCHEDTRACE", "1", 1);
        Runtime runtime({.procs = 1});
        runtime.run([] { test::wait_for([] { return printed_bytes() > 0; }); });
        std::_Exit(0);
      },
      ::testing::ExitedWithCode(0), kLine);
}

}  // namespace
}  // namespace leat
