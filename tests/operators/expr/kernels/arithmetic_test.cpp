// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "operators/text/value_format.h"
#include "tests/operators/expr/expression_tester.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

std::vector<std::optional<std::string>> repeated(const std::string& value, size_t rows) {
  return std::vector<std::optional<std::string>>(rows, value);
}

// Three ways to bring operands, both ways to walk rows, whole blocks and rests: all see an overflow
// in its row and only there.
TEST(Arithmetic, FindsTheWrongRowWhateverTheLoop) {
  constexpr size_t kRows = 150;
  for (const char* text : {"a + b", "a + 1", "1 + a", "b + a", "a * 2", "2 * a", "a - (-1)"}) {
    for (uint32_t wrong : {0u, 63u, 64u, 127u, 128u, 149u}) {
      ExpressionTester tester;
      auto values = repeated("10", kRows);
      values[wrong] = "9223372036854775807";
      tester.add({"a", kInt64Type, values});
      tester.add({"b", kInt64Type, repeated("1", kRows)});
      const Outcome all = tester.evaluate(text);
      ASSERT_EQ(all.faults.size(), 1u) << text << " row " << wrong;
      EXPECT_TRUE(all.faults.contains(wrong));
      EXPECT_EQ(all.values[wrong], "null");
      EXPECT_EQ(all.values[(wrong + 1) % kRows],
                std::string(text).find('*') == std::string::npos ? "11" : "20");
      const std::vector<uint32_t> with = {wrong};
      const std::vector<uint32_t> without = {(wrong + 1) % static_cast<uint32_t>(kRows)};
      EXPECT_EQ(tester.evaluate(text, &with).faults.size(), 1u);
      EXPECT_EQ(tester.evaluate(text, &without).faults.size(), 0u);
    }
  }
}

TEST(Arithmetic, NullsDoNotFail) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "2"}});
  tester.add({"b", kInt64Type, {std::nullopt, "2"}});
  const Outcome outcome = tester.evaluate("a / b");
  EXPECT_EQ(outcome.values, (std::vector<std::string>{"null", "1"}));
  EXPECT_TRUE(outcome.faults.empty());
}

TEST(Arithmetic, Int64MatchesWiderArithmetic) {
  const test::Seed seed;
  auto random = seed.generator();
  const auto some = [&]() -> int64_t {
    const auto bits = static_cast<int64_t>(random());
    return bits >> (random() % 64);
  };
  ExpressionTester tester;
  std::vector<int64_t> a;
  std::vector<int64_t> b;
  TextColumn left{"a", kInt64Type, {}};
  TextColumn right{"b", kInt64Type, {}};
  for (int i = 0; i < 1000; ++i) {
    a.push_back(some());
    b.push_back(some());
    left.values.push_back(std::to_string(a.back()));
    right.values.push_back(std::to_string(b.back()));
  }
  tester.add(left).add(right);
  const Outcome sums = tester.evaluate("a + b");
  const Outcome differences = tester.evaluate("a - b");
  const Outcome products = tester.evaluate("a * b");
  const auto expect = [](const Outcome& outcome, size_t row, Int128 exact) {
    const bool fits = exact >= INT64_MIN && exact <= INT64_MAX;
    ASSERT_EQ(outcome.faults.contains(static_cast<uint32_t>(row)), !fits);
    ASSERT_EQ(outcome.values[row], fits ? std::to_string(static_cast<int64_t>(exact)) : "null");
  };
  for (size_t row = 0; row < a.size(); ++row) {
    expect(sums, row, Int128{a[row]} + b[row]);
    expect(differences, row, Int128{a[row]} - b[row]);
    expect(products, row, Int128{a[row]} * b[row]);
  }
}

TEST(Arithmetic, FloatsNeverOverflowSilently) {
  ExpressionTester tester;
  tester.add({"x", kFloat64Type, {"1e308", "1e-200", "0", "inf", "nan", "1.5"}});
  const Outcome squares = tester.evaluate("x * x");
  EXPECT_EQ(squares.values,
            (std::vector<std::string>{"null", "null", "0", "Infinity", "NaN", "2.25"}));
  EXPECT_EQ(squares.faults.at(0), "double precision out of range: overflow: 1e+308 * 1e+308");
  EXPECT_EQ(squares.faults.at(1), "double precision out of range: underflow: 1e-200 * 1e-200");
  const Outcome inverse = tester.evaluate("1 / x");
  EXPECT_EQ(inverse.values, (std::vector<std::string>{"1e-308", "1e+200", "null", "0", "NaN",
                                                      "0.6666666666666666"}));
  EXPECT_EQ(inverse.faults.at(2), "division by zero: 1 / 0");
  EXPECT_EQ(tester.evaluate("-x").values[5], "-1.5");
  EXPECT_EQ(tester.evaluate("x % 1").values[5], "0.5");
}

TEST(Arithmetic, NegatesIntegers) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"5", "-9223372036854775808", std::nullopt}});
  const Outcome outcome = tester.evaluate("-a");
  EXPECT_EQ(outcome.values, (std::vector<std::string>{"-5", "null", "null"}));
  EXPECT_EQ(outcome.faults.size(), 1u);
}

}  // namespace
}  // namespace leat::expr
