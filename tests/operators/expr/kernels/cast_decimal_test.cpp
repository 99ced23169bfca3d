// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

class CastDecimalTest : public ::testing::Test {
 protected:
  CastDecimalTest() {
    tester_.add({"d", Type::decimal(10, 2), {"12.50", "-0.01", "99999999.99", std::nullopt}});
    tester_.add({"e", Type::decimal(8, 4), {"12.5000", "-0.0099", "1.0000", "0.0001"}});
    tester_.add({"n", kInt64Type, {"12", "0", "100000000", "3"}});
    tester_.add({"x", kFloat64Type, {"0.1", "2.675", "1e30", "nan"}});
    tester_.add({"s", kUtf8Type, {" 1.005 ", "1e2", "x", "123456789.1"}});
  }
  ExpressionTester tester_;
};

TEST_F(CastDecimalTest, FromAndToOtherTypes) {
  EXPECT_EQ(tester_.evaluate("d::utf8").values, (Values{"12.50", "-0.01", "99999999.99", "null"}));
  EXPECT_EQ(tester_.evaluate("d::float64").values,
            (Values{"12.5", "-0.01", "99999999.99", "null"}));
  EXPECT_EQ(tester_.evaluate("d::int64").values, (Values{"13", "0", "100000000", "null"}));
  EXPECT_EQ(tester_.evaluate("d::decimal(12,1)").values,
            (Values{"12.5", "0.0", "100000000.0", "null"}));
  EXPECT_EQ(tester_.evaluate("n::decimal(10,2)").values, (Values{"12.00", "0.00", "null", "3.00"}));
  EXPECT_EQ(tester_.evaluate("n::decimal(10,2)").faults.at(2),
            "100000000 is out of the range of decimal(10,2)");
  EXPECT_EQ(tester_.evaluate("x::decimal(10,2)").values, (Values{"0.10", "2.68", "null", "null"}));
  const Outcome text = tester_.evaluate("s::numeric(10,2)");
  EXPECT_EQ(text.values, (Values{"1.01", "100.00", "null", "null"}));
  EXPECT_EQ(text.faults.at(2), "'x' is not a decimal");
  EXPECT_EQ(text.faults.at(3), "'123456789.1' is out of the range of decimal(10,2)");
  EXPECT_TRUE(tester_.evaluate("try_cast(s as decimal(10,2))").faults.empty());
}

TEST_F(CastDecimalTest, AtTheEdgesOf64Bits) {
  ExpressionTester edges;
  edges.add({"n",
             kInt64Type,
             {"9223372036854775807", "-9223372036854775808", "999999999999999999", "-5"}});
  edges.add({"d",
             Type::decimal(18, 3),
             {"999999999999999.999", "-999999999999999.999", "-0.500", "0.499"}});
  edges.add({"w",
             Type::decimal(38, 3),
             {"9223372036854775.807", "-9223372036854775.808", "9223372036854775.808", "-0.045"}});
  EXPECT_EQ(edges.evaluate("n::decimal(19,0)").values,
            (Values{"9223372036854775807", "-9223372036854775808", "999999999999999999", "-5"}));
  EXPECT_EQ(edges.evaluate("n::decimal(38,19)").values[1],
            "-9223372036854775808.0000000000000000000");
  const Outcome narrow = edges.evaluate("n::decimal(20,2)");
  EXPECT_EQ(narrow.values, (Values{"null", "null", "999999999999999999.00", "-5.00"}));
  EXPECT_EQ(narrow.faults.at(1), "-9223372036854775808 is out of the range of decimal(20,2)");
  EXPECT_EQ(edges.evaluate("n::decimal(19,2)").values, (Values{"null", "null", "null", "-5.00"}));
  EXPECT_EQ(edges.evaluate("d::decimal(16,0)").values,
            (Values{"1000000000000000", "-1000000000000000", "-1", "0"}));
  EXPECT_EQ(
      edges.evaluate("w::decimal(38,2)").values,
      (Values{"9223372036854775.81", "-9223372036854775.81", "9223372036854775.81", "-0.05"}));
  EXPECT_EQ(edges.evaluate("round(w, 1)").values,
            (Values{"9223372036854775.8", "-9223372036854775.8", "9223372036854775.8", "0.0"}));
}

TEST_F(CastDecimalTest, BetweenBothWidths) {
  ExpressionTester both;
  both.add({"d", Type::decimal(18, 3), {"999999999999999.999", "-999999999999999.999", "-0.001"}});
  both.add(
      {"w", Type::decimal(19, 3), {"9999999999999999.999", "-999999999999999.9994", "0.0005"}});
  both.add({"s", Type::decimal(4, 1), {"-999.9", std::nullopt, "0.1"}});
  EXPECT_EQ(both.evaluate("d::decimal(19,3)").values,
            (Values{"999999999999999.999", "-999999999999999.999", "-0.001"}));
  EXPECT_EQ(both.evaluate("d::decimal(38,23)").values[1],
            "-999999999999999.99900000000000000000000");
  EXPECT_EQ(both.evaluate("d::decimal(18,2)").values,
            (Values{"1000000000000000.00", "-1000000000000000.00", "0.00"}));
  EXPECT_EQ(both.evaluate("s::decimal(18,15)").values,
            (Values{"-999.900000000000000", "null", "0.100000000000000"}));
  EXPECT_EQ(both.evaluate("s::decimal(5,2)::decimal(4,1)::decimal(30,1)").values,
            (Values{"-999.9", "null", "0.1"}));
  const Outcome narrow = both.evaluate("w::decimal(18,3)");
  EXPECT_EQ(narrow.values, (Values{"null", "-999999999999999.999", "0.001"}));
  EXPECT_EQ(narrow.faults.at(0), "9999999999999999.999 is out of the range of decimal(18,3)");
  EXPECT_EQ(both.evaluate("d::int64").values,
            (Values{"1000000000000000", "-1000000000000000", "0"}));
  EXPECT_EQ(both.evaluate("d::float64").values, (Values{"1e+15", "-1e+15", "-0.001"}));
  EXPECT_EQ(both.evaluate("(d::utf8 || '9')::decimal(18,3)").faults.size(), 2u);
  EXPECT_EQ(both.evaluate("(d::utf8)::decimal(18,3) = d").values, (Values{"true", "true", "true"}));
}

TEST_F(CastDecimalTest, ComparesExactlyAcrossScalesAndIntegers) {
  EXPECT_EQ(tester_.evaluate("d = e").values, (Values{"true", "false", "false", "null"}));
  EXPECT_EQ(tester_.evaluate("d < e").values, (Values{"false", "true", "false", "null"}));
  EXPECT_EQ(tester_.evaluate("d > n").values, (Values{"true", "false", "false", "null"}));
  EXPECT_EQ(tester_.evaluate("d > 12").values, (Values{"true", "false", "true", "null"}));
  EXPECT_EQ(tester_.evaluate("d >= '12.50'").values, (Values{"true", "false", "true", "null"}));
  EXPECT_EQ(tester_.evaluate("d between 0 and 20").values,
            (Values{"true", "false", "false", "null"}));
  EXPECT_EQ(tester_.evaluate("d in (12.5::decimal(3,1), 7)").values,
            (Values{"true", "false", "false", "null"}));
}

TEST_F(CastDecimalTest, BranchesKeepTheDigitsOfAll) {
  EXPECT_EQ(to_string(tester_.compiled("coalesce(d, e)")->type()), "decimal(12,4)");
  EXPECT_EQ(tester_.evaluate("coalesce(d, e)").values,
            (Values{"12.5000", "-0.0100", "99999999.9900", "0.0001"}));
  EXPECT_EQ(tester_.evaluate("case when n > 5 then n else d end").values,
            (Values{"12.00", "-0.01", "100000000.00", "null"}));
  EXPECT_EQ(tester_.evaluate("greatest(d, n)").values,
            (Values{"12.50", "0.00", "100000000.00", "3.00"}));
}

}  // namespace
}  // namespace leat::expr
