// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsTemplate, OneTemplateForEachRow) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"7", "-1234", "5", std::nullopt}});
  tester.add({"f", kUtf8Type, {"000", "9,999", "9.9.9", "9"}});
  const Outcome outcome = tester.evaluate("to_char(n, f)");
  EXPECT_EQ(outcome.values, (Values{" 007", "-1,234", "null", "null"}));
  EXPECT_EQ(outcome.faults.at(2),
            "the template '9.9.9' cannot be used: there are two decimal points");
}

TEST(FunctionsTemplate, NumbersOfAllTypes) {
  ExpressionTester tester;
  tester.add({"d", Type::decimal(9, 3), {"1.005", "-0.004"}});
  tester.add({"x", kFloat64Type, {"1.5", "nan"}});
  EXPECT_EQ(tester.evaluate("to_char(d, '0.00')").values, (Values{" 1.01", " 0.00"}));
  EXPECT_EQ(tester.evaluate("to_char(x, '0.00')").values[0], " 1.50");
  EXPECT_EQ(tester.evaluate("to_char(null, '0.00')").values, (Values{"null", "null"}));
}

TEST(FunctionsTemplate, DigitsOfANumberAreThoseOfItsTemplate) {
  ExpressionTester tester;
  tester.add({"t", kUtf8Type, {"1.234,5", "$12.50", std::nullopt, ""}});
  tester.add({"f", kUtf8Type, {"9", "L99.99", "9", "9"}});
  const Outcome constant =
      tester.evaluate("to_number(replace(replace(t, '.', ''), ',', '.'), '9999.99')");
  EXPECT_EQ(constant.type, Type::decimal(6, 2));
  EXPECT_EQ(constant.values[0], "1234.50");
  const Outcome varying = tester.evaluate("to_number(t, f)");
  EXPECT_EQ(varying.type, Type::decimal(38, 19));
  EXPECT_EQ(varying.values[1], "12.5000000000000000000");
  EXPECT_EQ(varying.faults.at(3), "'' does not have the form '9': it has no digits");
}

TEST(FunctionsTemplate, MistakesOfConstantTemplatesAreFoundFirst) {
  ExpressionTester tester;
  tester.add({"t", kUtf8Type, {"1"}});
  EXPECT_EQ(tester.mistakes("to_number(t, '9.9EEEE')"),
            "[to_number(t, '9.9EEEE')] the template '9.9EEEE' cannot be used: 'EEEE' is only for "
            "writing");
  EXPECT_EQ(tester.mistakes("to_date(t, 'TZ')"),
            "[to_date(t, 'TZ')] the template 'TZ' cannot be used: 'TZ' is only for writing");
}

}  // namespace
}  // namespace leat::expr
