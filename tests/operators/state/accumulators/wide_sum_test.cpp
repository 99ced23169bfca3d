// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/wide_sum.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

TEST(WideSum, ProductsAreExact) {
  const Product x = Product::of(-1.5);
  EXPECT_EQ(x.words[0], 3u);
  EXPECT_EQ(x.exponent, -1);
  EXPECT_TRUE(x.negative);
  EXPECT_FALSE(x.times(x).negative);
  EXPECT_EQ(x.times(x).words[0], 9u);
  EXPECT_EQ(Product::of(std::numeric_limits<int64_t>::min()).exponent, 63);
  EXPECT_EQ(Product::of(0.0).size, 0u);
  const Product large = Product::of(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(large.times(large).times(large.times(large)).size, 4u);
}

TEST(WideSum, GrowsBothWaysAndForgetsNothing) {
  test::OperatorFixture fixture;
  Arena arena(fixture.memory);
  WideSum sum{};
  const double largest = std::numeric_limits<double>::max();
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const double value : {1.0, largest, smallest, -largest, -1.0}) {
    const Product x = Product::of(value);
    ASSERT_TRUE(sum.add(x, arena));
  }
  EXPECT_EQ(Exact(sum).to_double(), smallest);
  const Product fourth = Product::of(largest).times(Product::of(largest));
  ASSERT_TRUE(sum.add(fourth.times(fourth), arena));
  ASSERT_TRUE(sum.add(Product::of(-smallest), arena));
  EXPECT_EQ(Exact(sum).scale(), 4096);
}

TEST(WideSum, DoesNotDependOnTheOrderOrOnTheParts) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 200; ++round) {
    test::OperatorFixture fixture;
    Arena arena(fixture.memory);
    WideSum whole{};
    WideSum parts[2]{};
    for (int i = 0; i < 50; ++i) {
      const auto value = static_cast<int64_t>(random() >> (random() % 60));
      const int exponent = static_cast<int>(random() % 40) - 20;
      const Product x = Product::of(std::ldexp(static_cast<double>(value >> 20), exponent));
      const Product y = Product::of(random() % 2 == 0 ? value : -value);
      ASSERT_TRUE(whole.add(x.times(y), arena));
      ASSERT_TRUE(parts[random() % 2].add(x.times(y), arena));
    }
    ASSERT_TRUE(parts[0].merge(parts[1], arena));
    EXPECT_TRUE(Exact(parts[0]).minus(Exact(whole)).is_zero());
    WideSum copy{};
    ASSERT_TRUE(copy.merge_bytes(whole.words_bytes(), whole.low, arena));
    EXPECT_TRUE(Exact(copy).minus(Exact(whole)).is_zero());
  }
}

TEST(WideSum, DividesAndRoundsOnce) {
  test::OperatorFixture fixture;
  Arena arena(fixture.memory);
  WideSum sum{};
  ASSERT_TRUE(sum.add(Product::of(int64_t{-10}), arena));
  EXPECT_EQ(Exact(sum).divided(4), -2.5);
  EXPECT_EQ(Exact(sum).divided(3, 2), -10.0 / 6);
  EXPECT_EQ(Exact(sum).times(3).plus(Exact(sum)).to_double(2), -10);
  EXPECT_EQ(Exact(sum).minus(Exact(sum)).divided(3), 0);
  EXPECT_EQ(Exact(WideSum{}).to_double(), 0);
}

}  // namespace
}  // namespace leat::state
