// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/decimal_math.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "operators/data/exact_sum.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

const Int128 kMost = kDecimalPowers[38] - 1;

TEST(DecimalMath, TypesOfResults) {
  const auto name = [](char symbol, const Type& left, const Type& right) {
    const auto type = decimal_result(symbol, left, right);
    return type ? to_string(*type) : "none";
  };
  const Type price = Type::decimal(10, 2);
  EXPECT_EQ(name('+', price, price), "decimal(11,2)");
  EXPECT_EQ(name('-', price, Type::decimal(5, 4)), "decimal(13,4)");
  EXPECT_EQ(name('+', price, kInt64Type), "decimal(22,2)");
  EXPECT_EQ(name('+', Type::decimal(38, 0), Type::decimal(38, 38)), "decimal(38,38)");
  EXPECT_EQ(name('*', price, Type::decimal(5, 4)), "decimal(15,6)");
  EXPECT_EQ(name('*', Type::decimal(38, 10), price), "decimal(38,12)");
  EXPECT_EQ(name('*', Type::decimal(20, 20), Type::decimal(20, 19)), "none");
  EXPECT_EQ(name('/', price, kInt64Type), "decimal(38,16)");
  EXPECT_EQ(name('/', Type::decimal(20, 18), price), "decimal(38,18)");
  EXPECT_EQ(name('%', price, Type::decimal(4, 3)), "decimal(4,3)");
  EXPECT_EQ(name('%', Type::decimal(2, 2), Type::decimal(3, 0)), "decimal(2,2)");
}

TEST(DecimalMath, AddsBeyondTheWordWhenTheResultFits) {
  Int128 out = 0;
  // 1.75e18 with twenty digits more than the other operand is past 2^127, the sum is not past 10^38.
  EXPECT_TRUE(add_scaled(1'750'000'000'000'000'000, 20, -kMost, 0, out));
  EXPECT_EQ(decimal_text(out, 0), "75000000000000000000000000000000000001");
  EXPECT_FALSE(add_scaled(kMost, 0, 1, 0, out));
  EXPECT_TRUE(add_scaled(kMost, 0, -1, 0, out));
  EXPECT_FALSE(add_scaled(kMost, 38, -kMost, 0, out));
  EXPECT_TRUE(add_scaled(-5, 0, 5, 0, out));
  EXPECT_EQ(out, 0);
}

TEST(DecimalMath, DividesWithIntermediatesBeyondTheWord) {
  Int128 out = 0;
  EXPECT_TRUE(divide_scaled(kMost, kMost, 16, out));
  EXPECT_EQ(decimal_text(out, 16), "1.0000000000000000");
  EXPECT_TRUE(divide_scaled(1, 3, 38, out));
  EXPECT_EQ(decimal_text(out, 38), "0.33333333333333333333333333333333333333");
  EXPECT_TRUE(divide_scaled(2, -3, 16, out));
  EXPECT_EQ(decimal_text(out, 16), "-0.6666666666666667");
  EXPECT_FALSE(divide_scaled(1, kMost, 76, out)) << "39 digits";
  EXPECT_TRUE(divide_scaled(1, kMost, 75, out));
  EXPECT_EQ(decimal_text(out, 37), "1.0000000000000000000000000000000000000");
  EXPECT_FALSE(divide_scaled(kMost, 1, 1, out));
  EXPECT_TRUE(divide_scaled(1, 2, 0, out));
  EXPECT_EQ(out, 1) << "half away from zero";
  EXPECT_TRUE(divide_scaled(-1, 2, 0, out));
  EXPECT_EQ(out, -1);
}

/// A number with any number of digits, so that all ways through the code are taken.
Int128 random_value(std::mt19937_64& random) {
  const auto bits = static_cast<int>(random() % 127);
  const auto value = static_cast<Int128>(UInt128{random()} << 64 | random());
  Int128 result = value >> bits;
  result %= kDecimalPowers[38];
  return result;
}

TEST(DecimalMath, AgreesWithIntegersOfAnySize) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const auto big = [](Int128 value, int digits) {
    const auto bits = static_cast<UInt128>(value);
    const std::array<uint64_t, 3> words = {static_cast<uint64_t>(bits),
                                           static_cast<uint64_t>(bits >> 64),
                                           value < 0 ? ~uint64_t{0} : 0};
    BigInteger integer(words);
    for (; digits > 0; --digits) integer.multiply(10);
    return integer;
  };
  for (int round = 0; round < 20'000; ++round) {
    const Int128 left = random_value(random);
    const Int128 right = random_value(random);
    const auto digits = static_cast<int>(random() % 39);
    Int128 out = 0;
    Int128 wanted = 0;
    BigInteger sum = big(left, digits);
    sum.add(big(right, 0));
    const bool fits = sum.to_int128(wanted) && magnitude_of(wanted) <= kMost;
    EXPECT_EQ(add_scaled(left, digits, right, 0, out), fits);
    EXPECT_TRUE(!fits || out == wanted);
    const BigInteger product = BigInteger::product(big(left, 0), big(right, 0));
    const bool product_fits = product.to_int128(wanted) && magnitude_of(wanted) <= kMost;
    EXPECT_EQ(multiply_exact(left, right, out), product_fits);
    EXPECT_TRUE(!product_fits || out == wanted);
    if (right == 0) continue;
    // left * 10^digits = out * right + rest, and twice the rest is at most the divisor.
    if (divide_scaled(left, right, digits, out)) {
      BigInteger rest = BigInteger::product(big(out, 0), big(right, 0));
      rest.negate();
      rest.add(big(left, digits));
      Int128 small = 0;
      ASSERT_TRUE(rest.to_int128(small));
      EXPECT_LE(magnitude_of(small), magnitude_of(right) - magnitude_of(small));
    }
    const Int128 remainder = remainder_scaled(left, digits, right, 0);
    EXPECT_LT(magnitude_of(remainder), magnitude_of(right));
    EXPECT_TRUE(digits != 0 || remainder == left % right);
    BigInteger difference = big(left, digits);
    BigInteger other = big(right, 0);
    other.negate();
    difference.add(other);
    EXPECT_EQ(compare_scaled(left, 0, right, digits), difference.is_zero()       ? 0
                                                      : difference.is_negative() ? -1
                                                                                 : 1);
  }
}

TEST(DecimalMath, RemaindersNeedNoRoom) {
  EXPECT_EQ(remainder_scaled(kMost, 38, 7, 0), 2);
  EXPECT_EQ(remainder_scaled(-5, 0, kMost, 38), -5);
}

TEST(DecimalMath, ReadsDigitsAsTheyAreWritten) {
  const auto read = [](const char* text) {
    const auto number = read_decimal(text);
    return number
               ? decimal_text(number->value, number->type.scale()) + " " + to_string(number->type)
               : "none";
  };
  EXPECT_EQ(read("1.50"), "1.50 decimal(3,2)");
  EXPECT_EQ(read("-0.05"), "-0.05 decimal(2,2)");
  EXPECT_EQ(read("12"), "12 decimal(2,0)");
  EXPECT_EQ(read("0"), "0 decimal(1,0)");
  EXPECT_EQ(read("1.5e3"), "1500 decimal(4,0)");
  EXPECT_EQ(read("1e-3"), "0.001 decimal(3,3)");
  EXPECT_EQ(read("1e38"), "none");
  EXPECT_EQ(read("1e-39"), "none");
  EXPECT_EQ(read("x"), "none");
  EXPECT_EQ(read(""), "none");
}

}  // namespace
}  // namespace leat::expr
