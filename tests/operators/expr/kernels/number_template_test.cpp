// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(NumberTemplate, RefusesPatternsThatContradictEachOther) {
  for (const std::string expression : {
           "to_char(100, 'S999S')",
           "to_char(100, '9.9.9')",
           "to_char(100, '9V9.9')",
           "to_char(100, 'PR999')",
       }) {
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(expression).starts_with("error: ")) << expression;
  }
}

TEST(NumberTemplate, SaysWhatIsWrong) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("to_char(1, 'S9S')"),
            "error: the template 'S9S' cannot be used: 'S' does not go together with another sign");
  EXPECT_EQ(tester.value("to_char(1, repeat('9', 50))"),
            "error: the template '" + std::string(50, '9') +
                "' cannot be used: a template has 38 digits at most");
}

}  // namespace
}  // namespace leat::expr
