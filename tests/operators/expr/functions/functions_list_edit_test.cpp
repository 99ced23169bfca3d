// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsListEdit, Joining) {
  ExpressionTester tester;
  tester.add({"a", Type::list(kUtf8Type), {"[\"x\"]", "[]", std::nullopt, "[null]"}});
  tester.add({"b",
              Type::list(kUtf8Type),
              {"[\"a long text of many bytes\"]", std::nullopt, std::nullopt, "[\"y\"]"}});
  EXPECT_EQ(tester.evaluate("list_concat(a, b)").values,
            (Values{"[\"x\",\"a long text of many bytes\"]", "[]", "null", "[null,\"y\"]"}));
  EXPECT_EQ(tester.evaluate("list_append(a, 'z')").values,
            (Values{"[\"x\",\"z\"]", "[\"z\"]", "[\"z\"]", "[null,\"z\"]"}));
  EXPECT_EQ(tester.evaluate("list_prepend(null, a)").values,
            (Values{"[null,\"x\"]", "[null]", "[null]", "[null,null]"}));
  EXPECT_EQ(tester.value("flatten([[1, 2], null, [], [3]])"), "[1,2,3]");
  EXPECT_EQ(tester.value("flatten([])"), "[]");
  EXPECT_EQ(tester.value("flatten([[[1]], [[2], []]])"), "[[1],[2],[]]");
}

TEST(FunctionsListEdit, Orders) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kFloat64Type), {"[3, null, 1, 2]", "[]", std::nullopt}});
  EXPECT_EQ(tester.evaluate("list_sort(l)").values, (Values{"[1,2,3,null]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("list_reverse_sort(l)").values, (Values{"[null,3,2,1]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("list_sort(l, 'DESC', 'nulls last')").values,
            (Values{"[3,2,1,null]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("list_reverse(l)").values, (Values{"[2,1,null,3]", "[]", "null"}));
  EXPECT_EQ(tester.value("list_sort([[2], [1, 5], [1]])"), "[[1],[1,5],[2]]");
  EXPECT_EQ(tester.value("list_sort(['b', 'a', 'B'])"), "[\"B\",\"a\",\"b\"]");
}

TEST(FunctionsListEdit, Sizes) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("list_resize([1, 2, 3], 2)"), "[1,2]");
  EXPECT_EQ(tester.value("list_resize([1], 3)"), "[1,null,null]");
  EXPECT_EQ(tester.value("list_resize([1], 3, 9)"), "[1,9,9]");
  EXPECT_EQ(tester.value("list_resize(null, 3, 9)"), "null");
  EXPECT_EQ(tester.value("list_slice([1, 2, 3, 4], 1, 4, 3)"), "[1,4]");
}

}  // namespace
}  // namespace leat::expr
