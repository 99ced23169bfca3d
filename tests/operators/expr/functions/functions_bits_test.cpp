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
  EXPECT_EQ(tester.mistakes("1.5 & 1"), "[&] 'bitand' does not take (decimal(2,1), int64)");
  EXPECT_EQ(tester.mistakes("~'a'::utf8"), "[~] argument 1 of 'bitnot' must be int64, not utf8");
}

}  // namespace
}  // namespace leat::expr
