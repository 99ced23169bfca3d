// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

class DecimalArithmeticTest : public ::testing::Test {
 protected:
  DecimalArithmeticTest() {
    tester_.add({"d", Type::decimal(10, 2), {"12.50", "-0.01", "99999999.99", std::nullopt}});
    tester_.add({"e", Type::decimal(8, 4), {"0.2500", "3.0000", "0.0000", "1.0000"}});
    tester_.add(
        {"w", Type::decimal(38, 0), {"99999999999999999999999999999999999999", "7", "-1", "0"}});
    tester_.add({"f", Type::decimal(38, 30), {"0.5", "99999999.9", "-1", "2"}});
    tester_.add({"n", kInt64Type, {"3", "-7", "9223372036854775807", "1"}});
    tester_.add({"x", kFloat64Type, {"0.5", "2", "1", "1"}});
  }
  ExpressionTester tester_;
};

TEST_F(DecimalArithmeticTest, IsExact) {
  EXPECT_EQ(tester_.evaluate("d + e").values,
            (Values{"12.7500", "2.9900", "99999999.9900", "null"}));
  EXPECT_EQ(tester_.evaluate("d - e").values,
            (Values{"12.2500", "-3.0100", "99999999.9900", "null"}));
  EXPECT_EQ(tester_.evaluate("d * e").values,
            (Values{"3.125000", "-0.030000", "0.000000", "null"}));
  EXPECT_EQ(tester_.evaluate("d * n").values[2], "922337203593243860331452241.93");
  EXPECT_EQ(tester_.evaluate("-d").values, (Values{"-12.50", "0.01", "-99999999.99", "null"}));
  EXPECT_EQ(tester_.evaluate("d / n").values[0], "4.1666666666666667");
  EXPECT_EQ(tester_.evaluate("d % n").values[0], "0.50");
  EXPECT_EQ(tester_.evaluate("-d % n").values[0], "-0.50");
  const std::vector<uint32_t> some = {1, 3};
  EXPECT_EQ(tester_.evaluate("d + e", &some).values, (Values{"2.9900", "null"}));
  EXPECT_EQ(tester_.evaluate("d * e", &some).values, (Values{"-0.030000", "null"}));
}

TEST_F(DecimalArithmeticTest, ComparesWithoutRounding) {
  EXPECT_EQ(tester_.selected("d = 12.501"), (std::vector<uint32_t>{}));
  EXPECT_EQ(tester_.selected("d = '12.5'"), (std::vector<uint32_t>{0}));
  EXPECT_EQ(tester_.selected("d > e"), (std::vector<uint32_t>{0, 2}));
  EXPECT_EQ(tester_.selected("d < n"), (std::vector<uint32_t>{2}));
  EXPECT_EQ(tester_.selected("d between 0.001 and 12.5"), (std::vector<uint32_t>{0}));
  EXPECT_EQ(tester_.selected("d in (12.5, -0.01)"), (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(tester_.selected("d > x"), (std::vector<uint32_t>{0, 2}));
  // No decimal of 38 digits holds both.
  EXPECT_EQ(tester_.selected("w > f"), (std::vector<uint32_t>{0}));
  EXPECT_EQ(tester_.selected("w = f"), (std::vector<uint32_t>{2}));
  EXPECT_EQ(tester_.selected("w < f"), (std::vector<uint32_t>{1, 3}));
}

TEST_F(DecimalArithmeticTest, WhatDoesNotFitIsAFault) {
  const Outcome sum = tester_.evaluate("w + w");
  EXPECT_EQ(sum.values, (Values{"null", "14", "-2", "0"}));
  EXPECT_EQ(sum.faults.at(0),
            "decimal(38,0) out of range: 99999999999999999999999999999999999999 + "
            "99999999999999999999999999999999999999");
  EXPECT_EQ(tester_.evaluate("w * n").faults.size(), 1u);
  EXPECT_EQ(tester_.evaluate("w / 2").faults.size(), 1u);
  const Outcome zero = tester_.evaluate("d / e");
  EXPECT_EQ(zero.values, (Values{"50.0000000000000000", "-0.0033333333333333", "null", "null"}));
  EXPECT_EQ(zero.faults.at(2), "division by zero: 99999999.99 / 0");
  EXPECT_EQ(tester_.evaluate("d % e").faults.at(2), "division by zero: 99999999.99 % 0");
  EXPECT_EQ(tester_.mistakes("f * f"),
            "[*] decimal(38,30) * decimal(38,30) has more than 38 digits behind the point (cast "
            "one side to fewer, e.g. f::decimal(18,4))");
}

}  // namespace
}  // namespace leat::expr
