// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/in_list.h"

#include <gtest/gtest.h>

#include "operators/expr/kernels/constant.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(InList, LooksUpEveryType) {
  ExpressionTester tester;
  tester.add({"i", kInt64Type, {"1", "6", std::nullopt}});
  tester.add({"f", kFloat64Type, {"0", "2.5", "nan"}});
  tester.add({"s", kUtf8Type, {"a", "a text of more than twelve bytes", "zz"}});
  tester.add({"d", kDateType, {"2026-01-01", "2026-01-02", std::nullopt}});
  tester.add({"t", kTimestampType, {"2026-01-01 00:00:00", "2026-01-02 10:00:00", std::nullopt}});
  using Values = std::vector<std::string>;
  EXPECT_EQ(tester.evaluate("i in (1, 2, 3, 4, 5)").values, (Values{"true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("i not in (1, 2, 3, 4, 5)").values, (Values{"false", "true", "null"}));
  EXPECT_EQ(tester.evaluate("i in (1, 2, 3, 4, 6.0)").values, (Values{"true", "true", "null"}));
  EXPECT_EQ(tester.evaluate("f in (-0.0, 1, 2, 3, 'nan')").values,
            (Values{"true", "false", "true"}));
  EXPECT_EQ(tester.evaluate("s in ('b', 'c', 'd', 'a text of more than twelve bytes', 'a')").values,
            (Values{"true", "true", "false"}));
  EXPECT_EQ(
      tester.evaluate("d in ('2026-01-01', '2026-01-03', '2026-01-04', '2026-01-05', '2026-01-06')")
          .values,
      (Values{"true", "false", "null"}));
  EXPECT_EQ(
      tester
          .evaluate(
              "t in (date '2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05')")
          .values,
      (Values{"true", "false", "null"}));
}

TEST(InList, NullInTheListGivesNullInsteadOfFalse) {
  ExpressionTester tester;
  tester.add({"i", kInt64Type, {"1", "6", std::nullopt}});
  EXPECT_EQ(tester.evaluate("i in (1, 2, 3, 4, null)").values,
            (std::vector<std::string>{"true", "null", "null"}));
  EXPECT_EQ(tester.evaluate("i not in (1, 2, 3, 4, null)").values,
            (std::vector<std::string>{"false", "null", "null"}));
}

TEST(InList, TakesConstants) {
  InList list;
  add_to(list, *int64_constant(5));
  add_to(list, *text_constant("x"));
  add_to(list, *null_constant(kInt64Type));
  EXPECT_TRUE(list.has_null);
  EXPECT_TRUE(list.numbers.contains(5));
  EXPECT_TRUE(list.texts.contains("x"));
  EXPECT_TRUE(has_in_list(kUtf8Type));
  EXPECT_FALSE(has_in_list(kBoolType));
}

}  // namespace
}  // namespace leat::expr
