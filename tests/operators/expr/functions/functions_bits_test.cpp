// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(FunctionsBits, OperatorsAreThoseOfPostgresql) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("91 & 15"), "11");
  EXPECT_EQ(tester.value("32 | 3"), "35");
  EXPECT_EQ(tester.value("17 # 5"), "20");
  EXPECT_EQ(tester.value("~1"), "-2");
  EXPECT_EQ(tester.value("1 << 4"), "16");
  EXPECT_EQ(tester.value("-8 >> 2"), "-2");
  EXPECT_EQ(tester.value("1 << 64"), "1");
  EXPECT_EQ(tester.value("1 << 63"), "-9223372036854775808");
}

TEST(FunctionsBits, BindAsPostgresqlsOperatorsDo) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("1 + 2 & 2"), "2");
  EXPECT_EQ(tester.value("~1 + 2"), "-4");
  EXPECT_EQ(tester.value("6 & 3 = 2"), "true");
  EXPECT_EQ(tester.value("1 | 6 & 4"), "4");
  EXPECT_EQ(tester.value("null & 1"), "null");
}

TEST(FunctionsBits, TakeIntegersOnly) {
  ExpressionTester tester;
  EXPECT_EQ(
      tester.mistakes("1.5 & 1"),
      "[1.5] argument 1 of 'bitand' must be int64, not decimal(2,1) (cast it: 1.5::int64; its "
      "arguments are: bitand(x int64, y int64) -> int64)");
  EXPECT_EQ(
      tester.mistakes("~'a'::utf8"),
      "['a'] argument 1 of 'bitnot' must be int64, not utf8 (cast it: 'a'::int64; its arguments "
      "are: bitnot(x int64) -> int64)");
}

}  // namespace
}  // namespace leat::expr
