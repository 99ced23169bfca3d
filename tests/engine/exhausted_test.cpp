// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/exhausted.h"

#include <unistd.h>

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(ExhaustedDeathTest, SaysWhatIsMissingAndEnds) {
  EXPECT_EXIT(exhausted("there are no more threads"), ::testing::ExitedWithCode(2),
              "^leat: there are no more threads \\[E0704\\]\n$");
}

TEST(ExhaustedDeathTest, TheHandlerMayChooseTheCode) {
  EXPECT_EXIT(
      {
        on_exhausted([] { _exit(7); });
        exhausted("no memory");
      },
      ::testing::ExitedWithCode(7), "leat: no memory");
}

TEST(ExhaustedDeathTest, AHandlerThatIsExhaustedItselfEndsAllTheSame) {
  EXPECT_EXIT(
      {
        on_exhausted([] { exhausted("again"); });
        exhausted("no memory");
      },
      ::testing::ExitedWithCode(2), "^leat: no memory \\[E0704\\]\n$");
}

}  // namespace
}  // namespace leat
