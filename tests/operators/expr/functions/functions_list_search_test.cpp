// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsListSearch, NullsAmongElements) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, null, 2, 1]", "[]", std::nullopt, "[null]"}});
  EXPECT_EQ(tester.evaluate("list_contains(l, 2)").values,
            (Values{"true", "false", "null", "false"}));
  EXPECT_EQ(tester.evaluate("list_contains(l, null)").values,
            (Values{"null", "null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_position(l, 2)").values, (Values{"3", "null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_position(l, null)").values, (Values{"2", "null", "null", "1"}));
  EXPECT_EQ(tester.evaluate("array_position(l, 1, 2)").values,
            (Values{"4", "null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("array_positions(l, 1)").values, (Values{"[1,4]", "[]", "null", "[]"}));
  EXPECT_EQ(tester.evaluate("array_remove(l, null)").values,
            (Values{"[1,2,1]", "[]", "null", "[]"}));
  EXPECT_EQ(tester.evaluate("array_replace(l, null, 0)").values,
            (Values{"[1,0,2,1]", "[]", "null", "[0]"}));
  EXPECT_EQ(tester.evaluate("list_distinct(l)").values, (Values{"[1,2]", "[]", "null", "[]"}));
  EXPECT_EQ(tester.evaluate("list_unique(l)").values, (Values{"2", "0", "null", "0"}));
  EXPECT_EQ(tester.evaluate("list_intersect(l, [2, 2, null, 1])").values,
            (Values{"[1,2]", "[]", "null", "[]"}));
  EXPECT_EQ(tester.evaluate("list_has_any(l, [2, 9])").values,
            (Values{"true", "false", "null", "false"}));
  EXPECT_EQ(tester.evaluate("list_has_all(l, [2, null])").values,
            (Values{"true", "false", "null", "false"}));
  EXPECT_EQ(tester.evaluate("list_has_all(l, [])").values,
            (Values{"true", "true", "null", "true"}));
}

TEST(FunctionsListSearch, OneValue) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kUtf8Type), {"[null, \"b\", \"a\"]", "[]", std::nullopt}});
  EXPECT_EQ(tester.evaluate("list_min(l)").values, (Values{"a", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_max(l)").values, (Values{"b", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_first(l)").values, (Values{"null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_last(l)").values, (Values{"a", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_any_value(l)").values, (Values{"b", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_count(l)").values, (Values{"2", "0", "null"}));
  EXPECT_EQ(tester.evaluate("array_length(l, 1)").values, (Values{"3", "0", "null"}));
  EXPECT_EQ(tester.evaluate("array_length(l, 2)").values, (Values{"null", "null", "null"}));
  EXPECT_EQ(tester.value("list_product([2, 1.5])"), "3");
  EXPECT_EQ(tester.value("list_product([])"), "null");
}

TEST(FunctionsListSearch, NestedElements) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("list_contains([[1], [2, null]], [2, null])"), "true");
  EXPECT_EQ(tester.value("list_distinct([{'a': 1}, {'a': 1}, {'a': 2}])"), "[{\"a\":1},{\"a\":2}]");
  EXPECT_EQ(tester.value("list_max([[1, 2], [1, 3], [0, 9]])"), "[1,3]");
}

}  // namespace
}  // namespace leat::expr
