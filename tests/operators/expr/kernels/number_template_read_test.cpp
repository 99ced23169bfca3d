// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Example {
  std::string expression;
  std::string result;
};

TEST(NumberTemplateRead, GivesWhatPostgresqlGives) {
  const std::vector<Example> examples = {
      {"to_number('12,454.8-', '99G999D9S')", "-12454.8"},
      {"to_number('-34,338,492', '99G999G999')", "-34338492"},
      {"to_number('-34,338,492.654,878', '99G999G999D999G999')", "-34338492.654878"},
      {"to_number('<564646.654564>', '999999.999999PR')", "-564646.654564"},
      {"to_number('0.00001-', '9.999999S')", "-0.000010"},
      {"to_number('5.01-', 'FM9.999999S')", "-5.010000"},
      {"to_number('5 4 4 4 4 8 . 7 8', '9 9 9 9 9 9 . 9 9')", "544448.78"},
      {"to_number('.01', 'FM9.99')", "0.01"},
      {"to_number('.0', '99999999.99999999')", "0.00000000"},
      {"to_number('0', '99.99')", "0.00"},
      {"to_number('.-01', 'S99.99')", "-0.01"},
      {"to_number('.01-', '99.99S')", "-0.01"},
      {"to_number(' . 0 1-', ' 9 9 . 9 9 S')", "-0.01"},
      {"to_number('34,50','999,99')", "3450"},
      {"to_number('123,000','999G')", "123"},
      {"to_number('123456','999G999')", "123456"},
      {"to_number('$1234.56','L9,999.99')", "1234.56"},
      {"to_number('$1234.56','L99,999.99')", "1234.56"},
      {"to_number('$1,234.56','L99,999.99')", "1234.56"},
      {"to_number('1234.56','L99,999.99')", "1234.56"},
      {"to_number('1,234.56','L99,999.99')", "1234.56"},
      {"to_number('42nd', '99th')", "42"},
      {"to_number('123456', '99999V99')", "1234.56"},
      {"to_number('12345', '999')", "123"},
      {"to_number('+5', '9')", "5"},
      {"to_number('-5', '9MI')", "-5"},
      {"to_number('5-', '9MI')", "-5"},
      {"to_number('1e5', '9999')", "15"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(NumberTemplateRead, NeedsADigit) {
  for (const std::string expression : {
           "to_number('abc', '999')",
           "to_number('', '999')",
       }) {
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(expression).starts_with("error: ")) << expression;
  }
}

}  // namespace
}  // namespace leat::expr
