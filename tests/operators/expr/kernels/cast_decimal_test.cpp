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
