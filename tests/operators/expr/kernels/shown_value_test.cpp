// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/shown_value.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(ShownValue, BlanksAroundValues) {
  EXPECT_EQ(trimmed(" \t1\n "), "1");
  EXPECT_EQ(trimmed("   "), "");
}

TEST(ShownValue, LongTextIsCutBetweenCharacters) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("repeat('ä', 30)::int64"),
            "error: 'ääääääääääääääääääää...' is not an int64");
}

}  // namespace
}  // namespace leat::expr
