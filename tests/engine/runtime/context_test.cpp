// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Contexts always start in the goroutine entry, so they are tested through goroutines: what a
// switch must keep.
#include "engine/runtime/context.h"

#include <cfenv>
#include <cmath>

#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

class ContextTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(ContextTest);

TEST(Context, CreatedOneHasAStackPointer) {
  alignas(64) static char memory[64 << 10];
  Context context;
  EXPECT_EQ(context.sp, nullptr);
  create_context(context, memory, sizeof memory);
  EXPECT_GE(static_cast<char*>(context.sp), memory);
  EXPECT_LT(static_cast<char*>(context.sp), memory + sizeof memory);
  destroy_context(context);
  EXPECT_EQ(context.sp, nullptr);
}

TEST_P(ContextTest, LocalsSurvive) {
  run([] {
    WaitGroup done;
    done.add(10);
    for (int i = 0; i < 10; ++i) {
      go([&, i] {
        double x = i;
        int64_t a = i, b = 2 * i, c = 3 * i, d = 5 * i, e = 7 * i;
        for (int k = 0; k < 200; ++k) {
          leat::yield();
          x += 0.5;
          a += 1, b += 2, c += 3, d += 4, e += 5;
        }
        EXPECT_EQ(x, i + 100.0);
        EXPECT_EQ(a + b + c + d + e, 18 * i + 200 * 15);
        done.done();
      });
    }
    done.wait();
  });
}

TEST_P(ContextTest, RoundingModeBelongsToTheGoroutine) {
#if defined(__x86_64__)
  run([] {
    WaitGroup done;
    done.add(2);
    for (const int mode : {FE_UPWARD, FE_DOWNWARD}) {
      go([&, mode] {
        std::fesetround(mode);
        for (int i = 0; i < 100; ++i) {
          leat::yield();
          EXPECT_EQ(std::fegetround(), mode);
        }
        std::fesetround(FE_TONEAREST);
        done.done();
      });
    }
    done.wait();
  });
#else
  GTEST_SKIP() << "the switch keeps the control word on x86-64 only";
#endif
}

TEST_P(ContextTest, StackIsAlignedAsTheAbiWants) {
  run([] {
    alignas(32) volatile char buffer[32] = {};
    EXPECT_EQ(reinterpret_cast<uintptr_t>(&buffer) % 32, 0u);
    EXPECT_GT(std::snprintf(const_cast<char*>(buffer), sizeof buffer, "%.3f", 1.5),
              0);  // SSE code in libc
  });
}

}  // namespace
}  // namespace leat::runtime
