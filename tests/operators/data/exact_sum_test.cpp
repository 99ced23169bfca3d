// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Against Shewchuk's algorithm (the one behind Python's math.fsum), which keeps a sum as
// non-overlapping floats and shares nothing with the fixed-point sums under test; and for variances
// against long division written out.
#include "operators/data/exact_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/seed.h"

namespace leat {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The correctly rounded sum. REQUIRES: no intermediate sum overflows.
double reference_sum(const std::vector<double>& values) {
  std::vector<double> partials;  // non-overlapping, increasing in magnitude
  for (double x : values) {
    size_t kept = 0;
    for (double y : partials) {
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      const double high = x + y;
      const double low = y - (high - x);
      if (low != 0) partials[kept++] = low;
      x = high;
    }
    partials.resize(kept);
    partials.push_back(x);
  }
  if (partials.empty()) return 0;
  size_t n = partials.size();
  double high = partials[--n];
  double low = 0;
  while (n > 0) {
    const double x = high;
    const double y = partials[--n];
    high = x + y;
    low = y - (high - x);
    if (low != 0) break;
  }
  // Half-way cases: the next partial decides.
  if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
    const double y = low * 2;
    const double x = high + y;
    if (y == x - high) high = x;
  }
  return high;
}

/// Both windows and what does not fit them, as an accumulator keeps them for one group.
struct Sum {
  ExactSum sum{};
  SideSum side{};
  bool has_side = false;

  void add(double value) {
    if (sum.add(value)) return;
    side.add(value);
    has_side = true;
  }
  void merge(const Sum& other) {
    sum.merge(other.sum);
    add_words(side.words, other.side.words);
    has_side = has_side || other.has_side;
  }
  double total() const { return sum_to_double(sum, has_side ? &side : nullptr); }
  double mean() const { return mean_to_double(sum, has_side ? &side : nullptr); }
};

Sum sum_of(const std::vector<double>& values) {
  Sum sum;
  for (const double value : values) sum.add(value);
  return sum;
}

bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

/// Values of every magnitude, or of magnitudes near to each other, with many that cancel.
std::vector<double> random_values(std::mt19937_64& random, int kind) {
  std::vector<double> values;
  const size_t count = 1 + random() % 300;
  for (size_t i = 0; i < count; ++i) {
    const double mantissa = std::ldexp(static_cast<double>(random() >> 11), -53) + 1;
    int exponent = 0;
    switch (kind) {
      case 0: exponent = static_cast<int>(random() % 20) - 5; break;
      case 1: exponent = static_cast<int>(random() % 2000) - 1040; break;
      case 2: exponent = static_cast<int>(random() % 80) - 70; break;
      case 3: exponent = static_cast<int>(random() % 60) - 1074; break;
      default: exponent = static_cast<int>(random() % 70) + 30; break;
    }
    values.push_back((random() % 2 == 0 ? 1 : -1) * std::ldexp(mantissa, exponent));
    if (random() % 3 == 0) values.push_back(-values[random() % values.size()]);
  }
  std::shuffle(values.begin(), values.end(), random);
  return values;
}

TEST(ExactSum, EqualsTheCorrectlyRoundedSum) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 4000; ++round) {
    const std::vector<double> values = random_values(random, round % 5);
    ASSERT_EQ(sum_of(values).total(), reference_sum(values)) << "round " << round;
  }
}

TEST(ExactSum, KnownHardCases) {
  const std::vector<std::pair<std::vector<double>, double>> cases{
      {{}, 0},
      {{1e16, 1, -1e16}, 1},
      {{1e308, 1, -1e308}, 1},
      {{1, 1e100, 1, -1e100}, 2},
      {{0x1p53, 1}, 0x1p53},                 // a tie goes to even
      {{0x1p53, 1, 0x1p-1000}, 0x1p53 + 2},  // a little more than a tie does not
      {{0x1p53, 3}, 0x1p53 + 4},
      {{0x1p-1074, 0x1p-1074}, 0x1p-1073},
      {{0x1p-1022, -0x1p-1074}, 0x1p-1022 - 0x1p-1074},
      {{1.7976931348623157e308, 1.7976931348623157e308}, kInfinity},
      {{1.7976931348623157e308, 1.7976931348623157e308, -1.7976931348623157e308},
       1.7976931348623157e308},
      {{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.0},
      {{-0.0, -0.0}, 0.0},
      {{4.5e18, 4.7e18, 1e-12}, 9.2e18},
      {{0x1p-60, 0x1p-88, -0x1p-60}, 0x1p-88},
  };
  for (size_t i = 0; i < cases.size(); ++i)
    EXPECT_EQ(sum_of(cases[i].first).total(), cases[i].second) << "case " << i;
}

TEST(ExactSum, InfinitiesAndNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(sum_of({1, kInfinity, -5}).total(), kInfinity);
  EXPECT_EQ(sum_of({1, -kInfinity}).mean(), -kInfinity);
  EXPECT_TRUE(std::isnan(sum_of({kInfinity, -kInfinity}).total()));
  EXPECT_TRUE(std::isnan(sum_of({kInfinity, nan}).total()));
  EXPECT_TRUE(std::isnan(sum_of({nan}).mean()));
  Sum merged = sum_of({1});
  merged.merge(sum_of({kInfinity}));
  EXPECT_EQ(merged.total(), kInfinity);
  EXPECT_EQ(merged.sum.count(), 2u);
}

TEST(ExactSum, AnyOrderAndAnySplitGiveTheSameBits) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 500; ++round) {
    std::vector<double> values = random_values(random, round % 5);
    if (round % 7 == 0) values.push_back(kInfinity);
    const double total = sum_of(values).total();
    const double mean = sum_of(values).mean();
    std::shuffle(values.begin(), values.end(), random);
    std::vector<Sum> parts(1 + random() % 5);
    for (const double value : values) parts[random() % parts.size()].add(value);
    for (size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
    ASSERT_TRUE(same(parts[0].total(), total));
    ASSERT_TRUE(same(parts[0].mean(), mean));
    ASSERT_EQ(parts[0].sum.count(), values.size());
  }
}

TEST(ExactSum, ManyValuesOfTheLargestMagnitudeDoNotOverflow) {
  Sum sum;
  const double largest = 0x1.fffffffffffffp61;
  for (int i = 0; i < 1'000'000; ++i) sum.add(largest);
  EXPECT_FALSE(sum.has_side);
  EXPECT_EQ(sum.total(), largest * 1e6);
}

TEST(ExactSum, MeansAreRoundedOnce) {
  EXPECT_EQ(sum_of({1, 2}).mean(), 1.5);
  EXPECT_EQ(sum_of({1, 1, 2}).mean(), 4.0 / 3);
  EXPECT_EQ(sum_of({0.1, 0.1, 0.1}).mean(), 0.1)
      << "the sum rounded first would give 0.10000000000000002";
  EXPECT_EQ(sum_of({1e308, 1e308}).mean(), 1e308) << "the sum alone would overflow";
  EXPECT_EQ(sum_of({0x1p-1074, 0, 0}).mean(), 0.0);
  EXPECT_EQ(sum_of({0x1p-1074, 0x1p-1074, 0}).mean(), 0x1p-1074);
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 2000; ++round) {
    // Integers: the quotient of long double (64 bits) is exact enough to round when the dividend
    // is.
    std::vector<double> values;
    long double total = 0;
    for (uint64_t i = 0; i < 1 + random() % 50; ++i) {
      values.push_back(static_cast<double>(static_cast<int64_t>(random() % 2'000'001) - 1'000'000));
      total += values.back();
    }
    const double count = static_cast<double>(values.size());
    ASSERT_EQ(sum_of(values).mean(), static_cast<double>(total) / count);
  }
}

TEST(ExactSum, UnitsAreIntegers) {
  ExactSum sum{};
  for (int i = 0; i < 3; ++i) sum.add_units(std::numeric_limits<int64_t>::max());
  for (int i = 0; i < 3; ++i) sum.add_units(std::numeric_limits<int64_t>::min());
  Int128 value = 0;
  ASSERT_TRUE(BigInteger(sum.words).to_int128(value));
  EXPECT_TRUE(value == -3);
  EXPECT_EQ(units_mean_to_double(sum, 0), -0.5);
  ExactSum cents{};
  cents.add_units(1);
  cents.add_units(2);
  EXPECT_EQ(units_mean_to_double(cents, 2), 0.015);
  ExactSum tiny{};
  tiny.add_units(1);
  EXPECT_EQ(units_mean_to_double(tiny, 38), 1e-38);
}

TEST(BigInteger, AgreesWith128Bits) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const auto big = [](Int128 value) {
    const std::array<uint64_t, 3> words{static_cast<uint64_t>(value),
                                        static_cast<uint64_t>(value >> 64),
                                        static_cast<uint64_t>(value >> 127)};
    return BigInteger(words);
  };
  const auto number = [&] {
    Int128 value = static_cast<int64_t>(random());
    return random() % 2 == 0 ? value >> (random() % 64) : (value << (random() % 40));
  };
  const auto expect = [&](const BigInteger& actual, Int128 wanted) {
    Int128 value = 0;
    ASSERT_TRUE(actual.to_int128(value));
    ASSERT_TRUE(value == wanted);
  };
  for (int round = 0; round < 20'000; ++round) {
    const Int128 a = number();
    const Int128 b = number();
    BigInteger sum = big(a);
    sum.add(big(b));
    expect(sum, a + b);
    BigInteger negated = big(a);
    negated.negate();
    expect(negated, -a);
    const auto factor = static_cast<uint32_t>(random() >> 44);
    BigInteger product = big(a >> 20);
    product.multiply(factor);
    expect(product, (a >> 20) * factor);
    const auto x = static_cast<int64_t>(random()) >> 2;
    const auto y = static_cast<int64_t>(random()) >> 2;
    expect(BigInteger::product(big(x), big(y)), Int128{x} * y);
    const uint64_t divisor = 1 + (random() >> (random() % 63));
    BigInteger quotient = big(a);
    const bool rest = quotient.divide(divisor);
    expect(quotient, a / static_cast<Int128>(divisor));
    ASSERT_EQ(rest, a % static_cast<Int128>(divisor) != 0);
    BigInteger shifted = big(x);
    shifted.shift_left(61);
    expect(shifted, Int128{x} << 61);
  }
}

struct Moments {
  Sum sum;
  SquareSum squares{};
  SideSquareSum side{};
  bool has_side = false;

  void add(double value) {
    sum.add(value);
    if (!std::isfinite(value) || squares.add(value)) return;
    side.add(value);
    has_side = true;
  }
  void merge(const Moments& other) {
    sum.merge(other.sum);
    squares.merge(other.squares);
    add_words(side.words, other.side.words);
    has_side = has_side || other.has_side;
  }
  double variance(unsigned less) const {
    return variance_to_double(sum.sum, squares, sum.has_side ? &sum.side : nullptr,
                              has_side ? &side : nullptr, less);
  }
};

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

TEST(Variance, OfKnownValues) {
  EXPECT_EQ(moments_of({2, 4, 4, 4, 5, 5, 7, 9}).variance(0), 4.0);
  EXPECT_EQ(moments_of({1, 2, 3, 4}).variance(1), 5.0 / 3);
  EXPECT_EQ(moments_of({7}).variance(0), 0.0);
  EXPECT_EQ(moments_of({0.1, 0.1, 0.1, 0.1}).variance(1), 0.0)
      << "equal values never have a variance";
  EXPECT_EQ(moments_of({1e9 + 1, 1e9 + 2, 1e9 + 3}).variance(1), 1.0) << "nothing cancels";
  EXPECT_EQ(moments_of({1e200, 3e200}).variance(0), kInfinity);
  EXPECT_EQ(moments_of({0x1p500, 0x3p500}).variance(0), 0x1p1000);
  EXPECT_EQ(moments_of({0x1p-500, 0x3p-500}).variance(0), 0x1p-1000);
  EXPECT_EQ(moments_of({0x1p-600, 0x3p-600}).variance(0), 0.0);
  EXPECT_TRUE(std::isnan(moments_of({1, kInfinity}).variance(0)));
}

TEST(Variance, OfIntegersAgreesWithFractions) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 2000; ++round) {
    Moments moments;
    Int128 sum = 0, squares = 0;
    const auto count = static_cast<int64_t>(2 + random() % 40);
    for (int64_t i = 0; i < count; ++i) {
      const auto value = static_cast<int64_t>(random() % 200'001) - 100'000;
      moments.add(static_cast<double>(value));
      sum += value;
      squares += Int128{value} * value;
    }
    // Below 2^53 both are exact, and the quotient of two exact doubles is rounded once.
    const auto numerator = static_cast<double>(static_cast<int64_t>(count * squares - sum * sum));
    const auto denominator = static_cast<double>(count * (count - 1));
    ASSERT_EQ(moments.variance(1), numerator / denominator);
  }
}

TEST(Variance, Int64OfAnySize) {
  ExactSum sum{};
  SquareSum squares{};
  for (const int64_t value :
       {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    sum.add_integer(value);
    squares.add_integer(value);
  }
  // Deviations of 2^63 - 0.5 each.
  EXPECT_EQ(variance_to_double(sum, squares, nullptr, nullptr, 0), 0x1p126);
}

TEST(Variance, AnySplitGivesTheSameBits) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 300; ++round) {
    std::vector<double> values = random_values(random, round % 5);
    values.push_back(1);
    const double whole = moments_of(values).variance(1);
    ASSERT_GE(whole, 0);
    std::shuffle(values.begin(), values.end(), random);
    std::vector<Moments> parts(1 + random() % 5);
    for (const double value : values) parts[random() % parts.size()].add(value);
    for (size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
    ASSERT_TRUE(same(parts[0].variance(1), whole));
  }
}

}  // namespace
}  // namespace leat
