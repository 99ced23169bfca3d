// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/fault.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "engine/fault.h"
#include "engine/runtime/sanitizer.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class FaultDeathTest : public test::EngineTest {
 protected:
  void SetUp() override {
    test::EngineTest::SetUp();
    if (runtime::kSanitized) GTEST_SKIP() << "the sanitizer reports faults itself";
  }
};
LEAT_AT_ALL_PROCS(FaultDeathTest);

[[gnu::noinline]] int recurse(int depth) {
  volatile char frame[512] = {};
  if (depth == -1) return 0;
  return recurse(depth + 1) + frame[7];
}

TEST_P(FaultDeathTest, StackOverflowNamesTheGoroutine) {
  EXPECT_EXIT(run([] {
                go([] { recurse(0); }, {.name = "deep"});
                Event().wait();
              }),
              ::testing::KilledBySignal(SIGSEGV),
              "fatal error: stack overflow: a goroutine has used its 256 KiB of stack; recurse "
              "less, or start it with StackClass::kStage\n\n"
              "goroutine [0-9]+ 'deep' \\[running\\]:\n  created at .*fault_test.cpp:[0-9]+");
}

// Frames of many pages, of which only the ends are touched, as libraries have them.
[[gnu::noinline]] int recurse_in_strides(int depth) {
  volatile char frame[48 << 10];
  frame[0] = 1;
  if (depth == -1) return 0;
  return recurse_in_strides(depth + 1) + frame[0];
}

TEST_P(FaultDeathTest, LargeFramesDoNotStepOverTheGuard) {
  EXPECT_EXIT(run([] {
                Event never;
                for (int i = 0; i < 8; ++i) go([&] { never.wait(); });  // neighbours
                go([] { recurse_in_strides(0); }, {.name = "striding"});
                never.wait();
              }),
              ::testing::KilledBySignal(SIGSEGV),
              "fatal error: stack overflow: .*\n\n.*'striding'");
}

TEST_P(FaultDeathTest, OverflowOfABigStackToo) {
  EXPECT_EXIT(run([] { recurse(0); }), ::testing::KilledBySignal(SIGSEGV),
              "its 8192 KiB of stack; recurse less\n\ngoroutine 1 'main'");
}

TEST_P(FaultDeathTest, WildPointerNamesTheGoroutine) {
  EXPECT_EXIT(run([] {
                go(
                    [] {
                      int* volatile wild = reinterpret_cast<int*>(0x40);
                      *wild = 1;
                    },
                    {.name = "wild"});
                Event().wait();
              }),
              ::testing::KilledBySignal(SIGSEGV),
              "fatal error: segmentation fault at address 0x40\n\ngoroutine [0-9]+ 'wild'");
}

TEST_P(FaultDeathTest, TheWitnessIsAsked) {
  EXPECT_EXIT(run([] {
                set_fault_witness([](uintptr_t begin, uintptr_t end, char* text, size_t size) {
                  const bool whole = begin < end && size > 10;
                  std::memcpy(text, whole ? "the kitchen" : "no such box", 11);
                  return size_t{11};
                });
                int* volatile wild = reinterpret_cast<int*>(0x40);
                *wild = 1;
              }),
              ::testing::KilledBySignal(SIGSEGV),
              "segmentation fault at address 0x40\n  in the kitchen\n\ngoroutine 1 'main'");
}

TEST_P(FaultDeathTest, AnAbortIsReportedIfTheWitnessKnowsOfIt) {
  EXPECT_EXIT(run([] {
                set_fault_witness([](uintptr_t, uintptr_t, char* text, size_t) {
                  *text = 'x';
                  return size_t{1};
                });
                std::abort();
              }),
              ::testing::KilledBySignal(SIGABRT), "fatal error: aborted\n  in x\n");
  EXPECT_EXIT(run([] { std::abort(); }), ::testing::KilledBySignal(SIGABRT), "^$");
}

TEST_P(FaultDeathTest, HandlerOfTheProgramStays) {
  EXPECT_EXIT(
      {
        signal(SIGSEGV, [](int) { _exit(7); });
        run([] { raise(SIGSEGV); });
      },
      ::testing::ExitedWithCode(7), "^$");
}

}  // namespace
}  // namespace leat
