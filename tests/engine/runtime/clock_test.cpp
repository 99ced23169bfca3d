// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/clock.h"

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(Clock, NeverGoesBack) {
  int64_t last = now_ns();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t now = now_ns();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Clock, NapTakesItsTime) {
  const int64_t before = now_ns();
  nap(2 * kMillisecond);
  EXPECT_GE(now_ns() - before, 2 * kMillisecond);
}

}  // namespace
}  // namespace leat::runtime
