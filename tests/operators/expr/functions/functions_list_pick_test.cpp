// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(FunctionsListPick, PlacesThatThereAreNot) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("list_select(['a', 'b'], [2, 0, -1, null, 2])::utf8"), R"(["b","b"])");
  EXPECT_EQ(tester.value("list_where([1, 2, 3], [true, null])::utf8"), "[1]");
  EXPECT_EQ(tester.value("list_grade_up(['b', 'a', null, 'b'])::utf8"), "[2,1,4,3]");
  EXPECT_EQ(tester.value("trim_array([1, 2], 2)::utf8"), "[]");
}

TEST(FunctionsListPick, BoundsOfNoElements) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("array_upper(list_where([1], [false]), 1)"), "null");
  EXPECT_EQ(tester.value("array_dims(list_where([1], [false]))"), "null");
  EXPECT_EQ(tester.value("array_lower([1, 2], 2)"), "null");
}

}  // namespace
}  // namespace leat::expr
