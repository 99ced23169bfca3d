// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>

#include "operators/expr/kernels/decimal_math.h"
#include "tests/operators/expr/expression_tester.h"
#include "tests/support/seed.h"

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

// ------------------------------------------------------------------------- at the edges of 64 bits

class DecimalEdgesTest : public ::testing::Test {
 protected:
  void add(const char* name, const Type& type, std::vector<std::optional<std::string>> values) {
    tester_.add({name, type, std::move(values)});
  }
  Values values(const std::string& text) { return tester_.evaluate(text).values; }

  ExpressionTester tester_;
};

TEST_F(DecimalEdgesTest, EighteenDigits) {
  add("a", Type::decimal(18, 0), {"999999999999999999", "-999999999999999999", "1", std::nullopt});
  add("b", Type::decimal(18, 0), {"999999999999999999", "999999999999999999", "-1", "7"});
  add("c", Type::decimal(18, 18), {"0.999999999999999999", "-0.999999999999999999", "0", "0"});
  add("d", Type::decimal(17, 2), {"999999999999999.99", "-999999999999999.99", "0.01", "0"});
  add("e", Type::decimal(17, 1), {"9999999999999999.9", "-9999999999999999.9", "0.1", "0"});
  EXPECT_EQ(values("a * b"), (Values{"999999999999999998000000000000000001",
                                     "-999999999999999998000000000000000001", "-1", "null"}));
  EXPECT_EQ(values("a + b"), (Values{"1999999999999999998", "0", "0", "null"}));
  EXPECT_EQ(values("a - b"), (Values{"0", "-1999999999999999998", "2", "null"}));
  EXPECT_EQ(values("-a - b"), (Values{"-1999999999999999998", "0", "0", "null"}));
  EXPECT_EQ(values("a + c"),
            (Values{"999999999999999999.999999999999999999",
                    "-999999999999999999.999999999999999999", "1.000000000000000000", "null"}));
  // 18 digits, the last result of 64 bits, and 19, the first of 128.
  EXPECT_EQ(to_string(tester_.compiled("d - e")->type()), "decimal(19,2)");
  EXPECT_EQ(values("d - e"),
            (Values{"-8999999999999999.91", "8999999999999999.91", "-0.09", "0.00"}));
  EXPECT_EQ(to_string(tester_.compiled("d + d")->type()), "decimal(18,2)");
  EXPECT_EQ(values("d + d"),
            (Values{"1999999999999999.98", "-1999999999999999.98", "0.02", "0.00"}));
  EXPECT_EQ(tester_.selected("a < b"), (std::vector<uint32_t>{1}));
  EXPECT_EQ(tester_.selected("a = b"), (std::vector<uint32_t>{0}));
  EXPECT_EQ(tester_.selected("a > c"), (std::vector<uint32_t>{0, 2}));
}

/// Values of 64 bits whose common type has more are not cast to it.
TEST_F(DecimalEdgesTest, ComparedAsTheyLie) {
  add("n", kInt64Type, {"9223372036854775807", "-9223372036854775808", "10", std::nullopt, "3"});
  add("d", Type::decimal(18, 2),
      {"9999999999999999.99", "-9999999999999999.99", "10.00", "1", "3.01"});
  add("e", Type::decimal(18, 18), {"0.1", "-0.999999999999999999", "0", "1e-18", "0.3"});
  EXPECT_EQ(tester_.selected("n > d"), (std::vector<uint32_t>{0}));
  EXPECT_EQ(tester_.selected("n = d"), (std::vector<uint32_t>{2}));
  EXPECT_EQ(tester_.selected("n <> d"), (std::vector<uint32_t>{0, 1, 4}));
  EXPECT_EQ(tester_.selected("d <= n"), (std::vector<uint32_t>{0, 2}));
  EXPECT_EQ(tester_.selected("n < d"), (std::vector<uint32_t>{1, 4}));
  EXPECT_EQ(tester_.selected("e < d"), (std::vector<uint32_t>{0, 2, 3, 4}));
  EXPECT_EQ(tester_.selected("d >= e"), (std::vector<uint32_t>{0, 2, 3, 4}));
  EXPECT_EQ(tester_.selected("e > n"), (std::vector<uint32_t>{1}));
  EXPECT_EQ(values("n > d"), (Values{"true", "false", "false", "null", "false"}));
  const std::vector<uint32_t> some = {2, 3, 4};
  EXPECT_EQ(tester_.evaluate("d > n", &some).values, (Values{"false", "null", "true"}));
  EXPECT_EQ(tester_.selected("d > 0.001::decimal(18,3)"), (std::vector<uint32_t>{0, 2, 3, 4}));
}

/// Results of 18 digits lie in 64 bits, those of 19 in 128.
TEST_F(DecimalEdgesTest, EveryOperationOnBothSidesOf18Digits) {
  add("a", Type::decimal(9, 0), {"999999999", "-999999999", "0", std::nullopt});
  add("b", Type::decimal(10, 0), {"9999999999", "-9999999999", "-7", "7"});
  EXPECT_EQ(to_string(tester_.compiled("a * a")->type()), "decimal(18,0)");
  EXPECT_EQ(values("a * a"), (Values{"999999998000000001", "999999998000000001", "0", "null"}));
  EXPECT_EQ(to_string(tester_.compiled("a * b")->type()), "decimal(19,0)");
  EXPECT_EQ(values("a * b"), (Values{"9999999989000000001", "9999999989000000001", "0", "null"}));
  EXPECT_EQ(values("-(a * a)"),
            (Values{"-999999998000000001", "-999999998000000001", "0", "null"}));
  EXPECT_EQ(values("-(a * b)"),
            (Values{"-9999999989000000001", "-9999999989000000001", "0", "null"}));
  EXPECT_EQ(values("b % (a * a + 1)"), (Values{"9999999999", "-9999999999", "0", "null"}));
  EXPECT_EQ(values("abs(a * b) - abs(a * a)"),
            (Values{"8999999991000000000", "8999999991000000000", "0", "null"}));
  EXPECT_EQ(values("sign(b)"), (Values{"1", "-1", "-1", "1"}));
  EXPECT_EQ(values("round(b, -9)"), (Values{"10000000000", "-10000000000", "0", "0"}));
  EXPECT_EQ(values("round(b * 100000000, -17)"),
            (Values{"1000000000000000000", "-1000000000000000000", "0", "0"}));
  EXPECT_EQ(values("div(b, 2.0)"), (Values{"4999999999", "-4999999999", "-3", "3"}));
  EXPECT_EQ(values("greatest(a, b, 1.5)"), (Values{"9999999999.0", "1.5", "1.5", "7.0"}));
  EXPECT_EQ(values("coalesce(a, b * 1000000000)"),
            (Values{"999999999", "-999999999", "0", "7000000000"}));
  EXPECT_EQ(values("case when b > 0 then a else b * b end"),
            (Values{"999999999", "99999999980000000001", "49", "null"}));
  EXPECT_EQ(values("nullif(b, a)"), values("b"));
  EXPECT_EQ(values("a is distinct from b"), (Values{"true", "true", "true", "true"}));
  EXPECT_EQ(values("hash(b) = hash(b::decimal(38,0))"), (Values{"true", "true", "true", "true"}));
}

TEST_F(DecimalEdgesTest, Int64IsReadAsItIs) {
  add("n", kInt64Type, {"9223372036854775807", "-9223372036854775808", "-1", std::nullopt});
  add("d", Type::decimal(18, 2), {"9999999999999999.99", "9999999999999999.99", "0.05", "1"});
  EXPECT_EQ(values("n * d"), (Values{"92233720368547757977766279631452241.93",
                                     "-92233720368547757987766279631452241.92", "-0.05", "null"}));
  EXPECT_EQ(values("n + d"),
            (Values{"9233372036854775806.99", "-9213372036854775808.01", "-0.95", "null"}));
  EXPECT_EQ(values("d - n"),
            (Values{"-9213372036854775807.01", "9233372036854775807.99", "1.05", "null"}));
  EXPECT_EQ(values("n * n::decimal(19,0)"),
            (Values{"85070591730234615847396907784232501249",
                    "85070591730234615865843651857942052864", "1", "null"}));
  EXPECT_EQ(values("n % d")[2], "0.00");
  EXPECT_EQ(values("n / d")[2], "-20.0000000000000000");
}

/// No type has room for each of these products and sums: what the rows hold decides.
TEST_F(DecimalEdgesTest, TheLargestValuesOfABatchDecide) {
  const Type wide = Type::decimal(30, 2);
  const std::string high = "92233720368547758.07";  // 2^63 - 1
  const std::string low = "-92233720368547758.08";
  add("small", wide, {high, low, high, "0.01"});
  add("large", wide, {high, low, "92233720368547758.08", "-0.01"});
  add("huge", wide, {"10000000000000000.00", "-9999999999999999999999999999.99", high, "-3.00"});
  add("most", Type::decimal(38, 2), {std::string(36, '9') + ".99", "0.01", "-0.01", low});
  const Values squares = {"8507059173023461584739690778423250.1249",
                          "8507059173023461586584365185794205.2864",
                          "8507059173023461584739690778423250.1249", "0.0001"};
  EXPECT_EQ(values("small * small"), squares);
  EXPECT_EQ(values("small * large"),
            (Values{squares[0], squares[1], "8507059173023461585662027982108727.7056", "-0.0001"}));
  const Outcome product = tester_.evaluate("large * huge");
  EXPECT_EQ(product.values, (Values{"922337203685477580700000000000000.0000", "null",
                                    "8507059173023461585662027982108727.7056", "0.0300"}));
  EXPECT_EQ(product.faults.at(1),
            "decimal(38,4) out of range: -92233720368547758.08 * -9999999999999999999999999999.99");
  const Outcome sum = tester_.evaluate("most + small");
  EXPECT_EQ(sum.values, (Values{"null", "-92233720368547758.07", "92233720368547758.06",
                                "-92233720368547758.07"}));
  EXPECT_EQ(sum.faults.size(), 1u);
  const std::vector<uint32_t> some = {1, 2, 3};
  EXPECT_EQ(tester_.evaluate("most - small", &some).values,
            (Values{"92233720368547758.09", "-92233720368547758.08", "-92233720368547758.09"}));
  EXPECT_EQ(values("small * 1.5 * 2.5 * 3.5"), values("small * (1.5 * 2.5 * 3.5)"));
}

std::string random_number(std::mt19937_64& random, int digits_max, int scale) {
  std::string digits;
  for (int left = static_cast<int>(random() % static_cast<unsigned>(digits_max)); left >= 0; --left)
    digits += static_cast<char>('0' + random() % 10);
  const std::string sign = random() % 2 == 0 ? "-" : "";
  if (const auto missing = scale + 1 - static_cast<int>(digits.size()); missing > 0)
    digits.insert(0, static_cast<size_t>(missing), '0');
  const size_t point = digits.size() - static_cast<size_t>(scale);
  return sign + digits.substr(0, point) + (scale > 0 ? "." + digits.substr(point) : "");
}

/// Batches of one row are as exact as batches of many, and as the functions that check each value.
TEST(DecimalArithmetic, IsTheSameWhateverStandsInOtherRows) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 150; ++i) {
    const auto type_of = [&] {
      const auto precision = static_cast<uint8_t>(1 + random() % 38);
      return Type::decimal(precision, static_cast<uint8_t>(random() % (precision / 2 + 1u)));
    };
    const Type left = type_of();
    const Type right = type_of();
    const int digits_left = 1 + static_cast<int>(random() % left.precision());
    const int digits_right = 1 + static_cast<int>(random() % right.precision());
    TextColumn a{"a", left, {}};
    TextColumn b{"b", right, {}};
    for (int row = 0; row < 6; ++row) {
      a.values.push_back(random_number(random, digits_left, left.scale()));
      b.values.push_back(random_number(random, digits_right, right.scale()));
    }
    ExpressionTester all;
    all.add(a).add(b);
    for (const char* text : {"a + b", "a - b", "a * b"}) {
      const Outcome outcome = all.evaluate(text);
      for (uint32_t row = 0; row < 6; ++row) {
        const Int128 x = read_decimal(*a.values[row])->value;
        const Int128 y = read_decimal(*b.values[row])->value;
        const int scale = outcome.type.scale();
        Int128 exact = 0;
        const bool fits = text[2] == '*'
                              ? multiply_exact(x, y, exact)
                              : add_scaled(x, scale - left.scale(), text[2] == '-' ? -y : y,
                                           scale - right.scale(), exact);
        EXPECT_EQ(outcome.values[row], fits ? decimal_text(exact, scale) : "null")
            << text << ": " << *a.values[row] << " and " << *b.values[row] << " as "
            << to_string(left) << " and " << to_string(right);
        EXPECT_EQ(outcome.faults.contains(row), !fits);
      }
    }
  }
}

}  // namespace
}  // namespace leat::expr
