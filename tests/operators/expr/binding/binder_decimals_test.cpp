// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

class BinderDecimalsTest : public ::testing::Test {
 protected:
  BinderDecimalsTest() {
    tester_.add({"d", Type::decimal(10, 2), {"12.50"}});
    tester_.add({"n", kInt64Type, {"3"}});
    tester_.add({"x", kFloat64Type, {"0.5"}});
  }
  std::string type_of(const std::string& text) {
    const ProgramRef program = tester_.compiled(text);
    return program ? to_string(program->type()) : "";
  }
  ExpressionTester tester_;
};

TEST_F(BinderDecimalsTest, NumbersWrittenBesideItAreDecimals) {
  EXPECT_EQ(tester_.evaluate("d * 1.19").values[0], "14.8750");
  EXPECT_EQ(type_of("d * 1.19"), "decimal(13,4)");
  EXPECT_EQ(type_of("d * -1.19"), "decimal(13,4)");
  EXPECT_EQ(type_of("d + 1"), "decimal(11,2)");
  EXPECT_EQ(type_of("d + '0.125'"), "decimal(12,3)");
  EXPECT_EQ(type_of("d + x"), "float64");
  EXPECT_EQ(type_of("d * 1.5::float64"), "float64");
  EXPECT_EQ(type_of("d + x * 1.5"), "float64");
  EXPECT_EQ(type_of("d + null"), "decimal(11,2)");
  EXPECT_EQ(type_of("d ^ 2"), "float64");
  EXPECT_EQ(type_of("coalesce(d, 0)"), "decimal(10,2)");
  EXPECT_EQ(type_of("coalesce(d, 0.125)"), "decimal(11,3)");
  EXPECT_EQ(type_of("greatest(d, n)"), "decimal(21,2)");
  EXPECT_EQ(type_of("sqrt(d)"), "float64");
  EXPECT_EQ(tester_.value("decimal '0.1' + decimal '0.2' = 0.3"), "true");
  EXPECT_EQ(tester_.value("'1.50'::numeric * 3"), "4.50");
  EXPECT_EQ(tester_.mistakes("x::decimal"),
            "[decimal] 'decimal' needs its digits (write how many digits it has, and how many of "
            "them behind the point: decimal(18,4))");
}

TEST_F(BinderDecimalsTest, NumbersWithAPointAreDecimals) {
  EXPECT_EQ(type_of("1.5"), "decimal(2,1)");
  EXPECT_EQ(type_of("-0.06"), "decimal(2,2)");
  EXPECT_EQ(type_of(".5"), "decimal(1,1)");
  EXPECT_EQ(type_of("5."), "decimal(1,0)");
  EXPECT_EQ(tester_.value("1.50::utf8"), "1.50");
  EXPECT_EQ(tester_.value("decimal '0.07' = 0.06 + 0.01"), "true");
  EXPECT_EQ(tester_.value("0.1 + 0.2 = 0.3"), "true");
  EXPECT_EQ(tester_.value("0.07 between 0.06 - 0.01 and 0.06 + 0.01"), "true");
  EXPECT_EQ(tester_.value("0.07 in (0.01, 0.02, 0.03, 0.04, 0.05, 0.06 + 0.01)"), "true");
  EXPECT_EQ(type_of("1.0 / 3"), "decimal(38,16)");
  EXPECT_EQ(tester_.value("1.0 / 3"), "0.3333333333333333");
  EXPECT_EQ(type_of("n * 1.1"), "decimal(21,1)");
  EXPECT_EQ(tester_.evaluate("n * 1.1").values[0], "3.3");
  EXPECT_EQ(type_of("case when n > 1.5 then 0.25 else 1 end"), "decimal(3,2)");
  EXPECT_EQ(type_of("2 ^ 0.5"), "float64");
  EXPECT_EQ(tester_.value("interval '1 day' * 1.5"), "1 day 12:00:00");
}

TEST_F(BinderDecimalsTest, UntilAFloatMeetsThem) {
  EXPECT_EQ(type_of("x * 1.1"), "float64");
  EXPECT_EQ(type_of("1.1 - x"), "float64");
  EXPECT_EQ(type_of("coalesce(x, 0.1)"), "float64");
  EXPECT_EQ(tester_.evaluate("x = 0.5").values[0], "true");
  EXPECT_EQ(type_of("1.1 * 1e0"), "float64");
  EXPECT_EQ(type_of("1e3"), "float64");
  EXPECT_EQ(type_of("d * 1e3"), "float64");
  EXPECT_EQ(type_of("1.5::float64"), "float64");
  EXPECT_EQ(type_of("12345678901234567890123456789012345678.5"), "float64");
  EXPECT_EQ(type_of("1.23456789012345678901234567890123456789"), "float64");
  EXPECT_EQ(type_of("1e3::decimal"), "decimal(4,0)");
}

/// The literal is converted once, when the expression is compiled: no loop over rows meets
/// decimals.
TEST_F(BinderDecimalsTest, BesideAFloatColumnTheyAreFloatConstants) {
  for (const std::string text : {"x * 1.1", "x > 1.1", "x + (0.06 + 0.01)", "sqrt(x - 0.5)"}) {
    const ProgramRef program = tester_.compiled(text);
    ASSERT_NE(program, nullptr);
    for (uint32_t i = 0; i <= program->root(); ++i)
      EXPECT_FALSE(program->node(i).type.is(TypeId::kDecimal)) << text;
  }
}

}  // namespace
}  // namespace leat::expr
