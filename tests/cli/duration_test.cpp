// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/duration.h"

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(Duration, NumbersWithUnits) {
  EXPECT_EQ(parse_duration("500ms"), std::chrono::milliseconds(500));
  EXPECT_EQ(parse_duration("1.5s"), std::chrono::milliseconds(1500));
  EXPECT_EQ(parse_duration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(parse_duration("10"), std::chrono::seconds(10));
}

TEST(Duration, WhatIsNone) {
  for (const char* const text : {"", "s", "5 s", "1h30", "-5s", "0s", "soon", "900d", "1e9s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace leat::cli
