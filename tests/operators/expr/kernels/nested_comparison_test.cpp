// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/nested_comparison.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(NestedComparison, JsonIsNotCompared) {
  EXPECT_TRUE(can_compare_nested(Type::list(kInt64Type)));
  EXPECT_FALSE(can_compare_nested(Type::list(kJsonType)));
  EXPECT_FALSE(can_compare_nested(Type::structure({{"a", Type::list(kJsonType)}})));
}

TEST(NestedComparison, OrdersListsByTheirElements) {
  ExpressionTester tester;
  tester.add({"a", Type::list(kInt64Type), {"[1, 2]", "[1, 2]", "[]", "[null]", "[1]"}});
  tester.add({"b", Type::list(kInt64Type), {"[1, 3]", "[1]", "[1]", "[9]", "[1]"}});
  EXPECT_EQ(tester.evaluate("a < b").values, (Values{"true", "false", "true", "false", "false"}));
  EXPECT_EQ(tester.evaluate("a >= b").values, (Values{"false", "true", "false", "true", "true"}));
  EXPECT_EQ(tester.evaluate("a <> b").values, (Values{"true", "true", "true", "true", "false"}));
  EXPECT_EQ(tester.evaluate("a is not distinct from b").values,
            (Values{"false", "false", "false", "false", "true"}));
}

}  // namespace
}  // namespace leat::expr
