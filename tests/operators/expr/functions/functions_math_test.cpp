// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsMath, RoundsAsTheDecimalTextSays) {
  // Every n.nn5 rounds away from zero, though most of them lie below the half in binary.
  ExpressionTester tester;
  TextColumn column{"x", kFloat64Type, {}};
  Values wanted;
  for (int hundredths = 0; hundredths < 2000; ++hundredths) {
    column.values.push_back(fmt::format("{}.{:02}5", hundredths / 100, hundredths % 100));
    wanted.push_back(fmt::format("{}", (hundredths + 1) / 100.0));
  }
  tester.add(column);
  EXPECT_EQ(tester.evaluate("round(x, 2)").values, wanted);
}

TEST(FunctionsMath, RoundsOverManyMagnitudes) {
  ExpressionTester tester;
  tester.add({"x", kFloat64Type, {"1234.5678", "-0.005", "1e300", "0.1", "nan", "-1250"}});
  EXPECT_EQ(tester.evaluate("round(x, 2)").values,
            (Values{"1234.57", "-0.01", "1e+300", "0.1", "NaN", "-1250"}));
  EXPECT_EQ(tester.evaluate("round(x, -2)").values,
            (Values{"1200", "-0", "1e+300", "0", "NaN", "-1300"}));
  EXPECT_EQ(tester.evaluate("round(x, 30)").values[0], "1234.5678");
  EXPECT_EQ(tester.evaluate("round(x, -400)").values[2], "0");
  EXPECT_EQ(tester.evaluate("trunc(x, 3)").values[0], "1234.567");
  EXPECT_EQ(tester.evaluate("round(x::int64 * 0 + 9223372036854775807, -1)", nullptr).faults.size(),
            6u);
}

TEST(FunctionsMath, DomainErrorsAreFaultsOfTheirRow) {
  ExpressionTester tester;
  tester.add({"x", kFloat64Type, {"4", "-1", "0", std::nullopt}});
  EXPECT_EQ(tester.evaluate("sqrt(x)").values, (Values{"2", "null", "0", "null"}));
  EXPECT_EQ(tester.evaluate("ln(x)").faults.size(), 2u);
  EXPECT_EQ(tester.evaluate("log(2, x)").values[0], "2");
  EXPECT_EQ(tester.evaluate("power(x, -1)").faults.at(2), "zero raised to a negative power");
  EXPECT_EQ(tester.evaluate("power(x, 0.5)").faults.at(1),
            "a negative number raised to a fraction");
  EXPECT_EQ(tester.evaluate("mod(x, 0.0)").faults.size(), 3u);
  EXPECT_EQ(tester.evaluate("asin(x)").faults.size(), 1u);
  EXPECT_EQ(tester.evaluate("exp(x * -10000)").faults.size(), 2u);
  EXPECT_EQ(tester.evaluate("cbrt(x)").values[1], "-1");
}

}  // namespace
}  // namespace leat::expr
