// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsNumber, BucketsUpAndDown) {
  ExpressionTester tester;
  tester.add({"x", kFloat64Type, {"-5.2", "0", "5", "9.99", "10", "infinity", std::nullopt}});
  EXPECT_EQ(tester.evaluate("width_bucket(x, 0, 10, 5)").values,
            (Values{"0", "1", "3", "5", "6", "6", "null"}));
  EXPECT_EQ(tester.evaluate("width_bucket(x, 10, 0, 5)").values,
            (Values{"6", "6", "3", "1", "1", "0", "null"}));
  EXPECT_EQ(tester.value("width_bucket('nan'::float64, 0, 10, 5)"),
            "error: a bound of the buckets is not finite, or the number is NaN");
  EXPECT_EQ(tester.value("width_bucket(1.5e0, -1e308, 1e308, 2)"), "2");
}

TEST(FunctionsNumber, BucketsOfDecimalsAreExact) {
  ExpressionTester tester;
  tester.add({"d", Type::decimal(4, 2), {"0.29", "0.30", "0.99", "1.00", "-0.01"}});
  EXPECT_EQ(tester.evaluate("width_bucket(d, 0, 1, 10)").values,
            (Values{"3", "4", "10", "11", "0"}));
  EXPECT_EQ(tester.evaluate("width_bucket(d, 1, 0, 10)").values,
            (Values{"8", "8", "1", "1", "11"}));
  EXPECT_EQ(tester.value("width_bucket(1.5, 2, 2, 3)"),
            "error: both bounds of the buckets are equal");
}

TEST(FunctionsNumber, WholeQuotients) {
  ExpressionTester tester;
  tester.add({"d", Type::decimal(5, 2), {"7.50", "-7.50", "0.01"}});
  EXPECT_EQ(tester.evaluate("div(d, 2)").values, (Values{"3", "-3", "0"}));
  EXPECT_EQ(tester.evaluate("div(d, 0.001)").values, (Values{"7500", "-7500", "10"}));
  EXPECT_EQ(tester.value("div(-9223372036854775808, -1)"),
            "error: bigint out of range: div(-9223372036854775808, -1)");
  EXPECT_EQ(tester.value("div(1.5e0, 0)"), "error: division by zero");
}

TEST(FunctionsNumber, Scales) {
  ExpressionTester tester;
  tester.add({"d", Type::decimal(8, 4), {"8.4100", "0.0000", "1.2345", std::nullopt}});
  EXPECT_EQ(tester.evaluate("scale(d)").values, (Values{"4", "4", "4", "null"}));
  EXPECT_EQ(tester.evaluate("min_scale(d)").values, (Values{"2", "0", "4", "null"}));
  EXPECT_EQ(tester.value("factorial(20)"), "2432902008176640000");
  EXPECT_EQ(tester.value("bit_count(-1)"), "64");
}

}  // namespace
}  // namespace leat::expr
