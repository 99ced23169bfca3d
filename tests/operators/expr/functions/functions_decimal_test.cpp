// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

class FunctionsDecimalTest : public ::testing::Test {
 protected:
  FunctionsDecimalTest() {
    tester_.add({"d", Type::decimal(10, 3), {"12.345", "-12.345", "9999999.999", std::nullopt}});
    tester_.add({"n", kInt64Type, {"2", "-1", "0", "1"}});
  }
  ExpressionTester tester_;
};

TEST_F(FunctionsDecimalTest, Round) {
  EXPECT_EQ(tester_.evaluate("round(d, 2)").values,
            (Values{"12.35", "-12.35", "10000000.00", "null"}));
  EXPECT_EQ(to_string(tester_.evaluate("round(d, 2)").type), "decimal(10,2)");
  EXPECT_EQ(tester_.evaluate("round(d)").values, (Values{"12", "-12", "10000000", "null"}));
  EXPECT_EQ(tester_.evaluate("round(d, n)").values,
            (Values{"12.350", "-10.000", "10000000.000", "null"}));
  EXPECT_EQ(tester_.evaluate("round(d, -1)").values, (Values{"10", "-10", "10000000", "null"}));
  EXPECT_EQ(tester_.evaluate("round(d, 9)").values[0], "12.345");
  EXPECT_EQ(tester_.evaluate("round(d, -9)").values[0], "0");
  EXPECT_EQ(tester_.evaluate("round(d, -9223372036854775807)").values[0], "0");
  EXPECT_EQ(tester_.value("round(decimal '5' * 10, -50)"), "0");
}

TEST_F(FunctionsDecimalTest, OtherCuts) {
  EXPECT_EQ(tester_.evaluate("trunc(d, 1)").values, (Values{"12.3", "-12.3", "9999999.9", "null"}));
  EXPECT_EQ(tester_.evaluate("floor(d)").values, (Values{"12", "-13", "9999999", "null"}));
  EXPECT_EQ(tester_.evaluate("ceil(d)").values, (Values{"13", "-12", "10000000", "null"}));
  EXPECT_EQ(tester_.evaluate("abs(d)").values[1], "12.345");
  EXPECT_EQ(tester_.evaluate("sign(d)").values, (Values{"1", "-1", "1", "null"}));
  EXPECT_EQ(tester_.evaluate("mod(d, n)").values, (Values{"0.345", "-0.345", "null", "null"}));
}

}  // namespace
}  // namespace leat::expr
