// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/debug_layout.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "engine/channel.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

// What gdb looks at: three goroutines that wait, and then a trap.
TEST(DebugLayout, DISABLED_Victim) {
  Runtime runtime({.procs = 2});
  runtime.run([&] {
    Channel<int> rows(0, "rows");
    for (int i = 0; i < 3; ++i) go([&] { rows.recv(); }, {.name = "reader"});
    test::wait_for([&] {
      int waiting = 0;
      for (const GoroutineInfo& g : runtime.goroutines()) waiting += *g.waits_in != '\0';
      return waiting == 3;
    });
    raise(SIGTRAP);
    rows.close();
    test::wait_until_alone(runtime);
  });
}

std::string output_of(const std::string& command) {
  std::FILE* out = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  char part[4096];
  while (const size_t bytes = std::fread(part, 1, sizeof part, out)) text.append(part, bytes);
  pclose(out);
  return text;
}

TEST(DebugLayout, GdbShowsGoroutines) {
  if (output_of("command -v gdb").empty()) GTEST_SKIP() << "gdb is not installed";
  char program[4096] = {};
  ASSERT_GT(readlink("/proc/self/exe", program, sizeof program - 1), 0);
  const std::string out = output_of(
      "gdb -nx -batch -iex 'set debuginfod enabled off' -ex 'handle SIGUSR1 nostop' "
      "-ex 'source " LEAT_SOURCE_DIR
      "/engine/gdb/leat_gdb.py' -ex run -ex 'info goroutines' "
      "-ex 'goroutine 1 bt' -ex 'goroutine 2 bt' -ex 'goroutine 99999 bt' -ex kill --args " +
      std::string(program) +
      " --gtest_filter=DebugLayout.DISABLED_Victim --gtest_also_run_disabled_tests");
  if (out.find("ptrace") != std::string::npos || out.find("Could not trace") != std::string::npos)
    GTEST_SKIP() << "this machine forbids debugging";
  EXPECT_NE(out.find("goroutine 1 'main' [running], created at "), std::string::npos) << out;
  EXPECT_NE(out.find("'reader' [channel receive on 'rows'], created at "), std::string::npos)
      << out;
  EXPECT_NE(out.find("It is on a thread now"), std::string::npos) << out;
  EXPECT_NE(out.find("#0"), std::string::npos) << out;
  EXPECT_NE(out.find("leat::runtime::goroutine_entry()"), std::string::npos)
      << "the first frame of every goroutine\n"
      << out;
  EXPECT_NE(out.find("there is no goroutine 99999"), std::string::npos) << out;
}

TEST(DebugLayout, ARuntimeThatRunsIsFindable) {
  Runtime({.procs = 1}).run([] {
    EXPECT_EQ(leat_debug.version, 1u);
    EXPECT_GT(leat_debug.scheduler_slabs, 0u);
    EXPECT_EQ(leat_debug.g_bytes % 64, 0u);
  });
}

}  // namespace
}  // namespace leat
