// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/quit_dump.h"

#include <unistd.h>

#include <atomic>

#include "engine/channel.h"
#include "engine/runtime/sanitizer.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class QuitDumpTest : public test::EngineTest {};
class QuitDumpDeathTest : public test::EngineTest {
 protected:
  void SetUp() override {
    test::EngineTest::SetUp();
    if (runtime::kThreadSanitized)
      GTEST_SKIP()
          << "it keeps a signal until the thread makes a call that it knows, here for ever";
  }
};
LEAT_AT_ALL_PROCS(QuitDumpTest);
LEAT_AT_ALL_PROCS(QuitDumpDeathTest);

TEST_P(QuitDumpDeathTest, PrintsEveryGoroutine) {
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = procs(), .foreign_wakeups = true});  // no deadlock, then
        runtime.run([&] {
          const QuitDump dump(runtime);
          Channel<int> rows(0, "rows");
          for (int i = 0; i < 3; ++i) go([&] { rows.recv(); }, {.name = "reader"});
          test::wait_for([&] {
            int waiting = 0;
            for (const GoroutineInfo& g : runtime.goroutines()) waiting += *g.waits_in != '\0';
            return waiting == 3;
          });
          kill(getpid(), SIGQUIT);
          rows.recv();
        });
      },
      ::testing::ExitedWithCode(2),
      "^SIGQUIT: quit\n\ngoroutine 1 'main' \\[.*"
      "goroutine [0-9]+ 'reader' \\[channel receive on 'rows'\\]:\n  created at "
      ".*quit_dump_test.cpp");
}

TEST_P(QuitDumpDeathTest, WorksThoughEveryProcessorIsKept) {
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = procs(), .ghosts_max = 0, .on_hog = [](const HogReport&) {}});
        runtime.run([&] {
          const QuitDump dump(runtime);
          std::atomic<int> spinning = 0;
          for (int i = 1; i < procs(); ++i) {
            go([&] {
              for (++spinning; spinning >= 0;) {
              }
            });
          }
          while (spinning < procs() - 1) yield();
          kill(getpid(), SIGQUIT);
          while (spinning >= 0) {
          }
        });
      },
      ::testing::ExitedWithCode(2), "^SIGQUIT: quit\n\ngoroutine 1 'main' \\[running\\]");
}

TEST_P(QuitDumpTest, PutsBackWhatWasThere) {
  static std::atomic<int> calls = 0;
  calls = 0;
  const auto old = signal(SIGQUIT, [](int) { ++calls; });
  Runtime runtime({.procs = procs()});
  for (int i = 0; i < 2; ++i) {
    run_in(runtime, [&] { const QuitDump dump(runtime); });
  }
  raise(SIGQUIT);
  EXPECT_EQ(calls, 1);
  signal(SIGQUIT, old);
}

}  // namespace
}  // namespace leat
