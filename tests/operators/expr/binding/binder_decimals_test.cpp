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

}  // namespace
}  // namespace leat::expr
