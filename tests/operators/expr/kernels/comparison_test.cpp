// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gtest/gtest.h>

#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/kernels.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

constexpr std::array<const char*, 6> kOperators = {"=", "<>", "<", "<=", ">", ">="};

/// Values in ascending order; every pair is compared in all ways, as columns and with each side
/// constant.
void check_order(const Type& type, const std::vector<std::string>& ascending) {
  const std::string cast = "::" + to_string(type);
  ExpressionTester tester;
  TextColumn left{"l", type, {}};
  TextColumn right{"r", type, {}};
  for (const std::string& a : ascending) {
    for (const std::string& b : ascending) {
      left.values.push_back(a);
      right.values.push_back(b);
    }
  }
  tester.add(left).add(right);
  for (const char* operation : kOperators) {
    const std::string text(operation);
    const Outcome columns = tester.evaluate("l " + text + " r");
    for (size_t i = 0; i < ascending.size(); ++i) {
      const std::string literal = "'" + ascending[i] + "'" + cast;
      const Outcome constant_right = tester.evaluate("l " + text + " " + literal);
      const Outcome constant_left = tester.evaluate(literal + " " + text + " r");
      for (size_t j = 0; j < ascending.size(); ++j) {
        const bool wanted = text == "="    ? j == i
                            : text == "<>" ? j != i
                            : text == "<"  ? j < i
                            : text == "<=" ? j <= i
                            : text == ">"  ? j > i
                                           : j >= i;
        const size_t row = j * ascending.size() + i;  // l is value j, r is value i
        EXPECT_EQ(columns.values[row], wanted ? "true" : "false")
            << ascending[j] << text << ascending[i];
        EXPECT_EQ(constant_right.values[row], wanted ? "true" : "false")
            << ascending[j] << text << ascending[i];
        const size_t mirrored = i * ascending.size() + j;  // r is value j
        const bool swapped = text == "<"    ? i < j
                             : text == "<=" ? i <= j
                             : text == ">"  ? i > j
                             : text == ">=" ? i >= j
                                            : wanted;
        EXPECT_EQ(constant_left.values[mirrored], swapped ? "true" : "false")
            << ascending[i] << text << ascending[j];
      }
    }
  }
}

TEST(Comparison, OrdersEveryType) {
  check_order(kInt64Type, {"-9223372036854775808", "-1", "0", "5", "9223372036854775807"});
  check_order(kFloat64Type, {"-inf", "-1.5", "0", "1e300", "inf", "nan"});
  check_order(kUtf8Type, {"", "a", "aa", "aaaa", "aaaab", "aaaabbbbcccc", "aaaabbbbccccd",
                          "aaaabbbbcccce", "ab", "b", "é"});
  check_order(kBoolType, {"false", "true"});
  check_order(kDateType, {"0001-01-01", "1969-12-31", "2026-01-01"});
  check_order(kTimestampType,
              {"1969-12-31 23:59:59.999999", "1970-01-01 00:00:00", "2026-01-01 10:00:00"});
  check_order(kIntervalType,
              {"-1 day", "23 hours", "1 day", "29 days", "1 month", "1 month 1 second"});
}

TEST(Comparison, ShortTextConstantsCompareAgainstAnyText) {
  ExpressionTester tester;
  TextColumn column{"s", kUtf8Type, {}};
  for (size_t i = 0; i < 130; ++i) {
    column.values.push_back(i % 3 == 0   ? "paid"
                            : i % 3 == 1 ? std::optional<std::string>("paid in a long text")
                                         : std::nullopt);
  }
  tester.add(column);
  const Outcome equal = tester.evaluate("s = 'paid'");
  const Outcome different = tester.evaluate("'paid' <> s");
  const Outcome is_long = tester.evaluate("s = 'paid in a long text'");
  for (size_t i = 0; i < 130; ++i) {
    EXPECT_EQ(equal.values[i], i % 3 == 0 ? "true" : i % 3 == 1 ? "false" : "null");
    EXPECT_EQ(different.values[i], i % 3 == 0 ? "false" : i % 3 == 1 ? "true" : "null");
    EXPECT_EQ(is_long.values[i], i % 3 == 0 ? "false" : i % 3 == 1 ? "true" : "null");
  }
}

TEST(Comparison, DistinctFromTreatsNullAsAValue) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "1", std::nullopt, std::nullopt}});
  tester.add({"b", kInt64Type, {"1", "2", "1", std::nullopt}});
  using Values = std::vector<std::string>;
  EXPECT_EQ(tester.evaluate("a is distinct from b").values,
            (Values{"false", "true", "true", "false"}));
  EXPECT_EQ(tester.evaluate("a is not distinct from b").values,
            (Values{"true", "false", "false", "true"}));
  EXPECT_EQ(tester.evaluate("a is distinct from null").values,
            (Values{"true", "true", "false", "false"}));
  EXPECT_EQ(tester.evaluate("a is distinct from 1").values,
            (Values{"false", "false", "true", "true"}));
}

TEST(Comparison, GreatestAndLeastLeaveNullsOut) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "5", std::nullopt, std::nullopt}});
  tester.add({"b", kInt64Type, {"2", "3", "4", std::nullopt}});
  tester.add({"s", kUtf8Type, {"one long text of many bytes", "b", std::nullopt, std::nullopt}});
  tester.add({"p", kBoolType, {"true", "false", std::nullopt, "false"}});
  using Values = std::vector<std::string>;
  EXPECT_EQ(tester.evaluate("greatest(a, b)").values, (Values{"2", "5", "4", "null"}));
  EXPECT_EQ(tester.evaluate("least(a, b, 2)").values, (Values{"1", "2", "2", "2"}));
  EXPECT_EQ(tester.evaluate("greatest(1, a, 3)").values, (Values{"3", "5", "3", "3"}));
  EXPECT_EQ(tester.evaluate("greatest(s, 'c')").values,
            (Values{"one long text of many bytes", "c", "c", "c"}));
  EXPECT_EQ(tester.evaluate("least(p, true)").values, (Values{"true", "false", "true", "false"}));
  EXPECT_EQ(tester.evaluate("greatest(a, 1.5)").values, (Values{"1.5", "5.0", "1.5", "1.5"}));
}

TEST(Comparison, JsonAndNestedTypesAreNotCompared) {
  EXPECT_EQ(comparison_kernel(Comparison::kEqual, kJsonType), nullptr);
  EXPECT_EQ(comparison_kernel(Comparison::kLess, Type::list(kInt64Type)), nullptr);
  EXPECT_NE(comparison_kernel(Comparison::kLess, Type::decimal(19, 2)), nullptr);
}

}  // namespace
}  // namespace leat::expr
