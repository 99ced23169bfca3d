// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// skewness, kurtosis, correlation, covariance and regression.
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

Texts of_two(Fold fold, const std::vector<test::Cell>& y, const std::vector<test::Cell>& x,
             const Type& type = kFloat64Type) {
  OperatorFixture fixture;
  Accumulated moments(fixture, FoldSpec{Fold::kCorrelation, {type, type}}, 1);
  moments.add_columns({y, x}, std::vector<uint32_t>(y.size(), 0));
  return moments.values(fold == Fold::kRegressionCount ? kInt64Type : kFloat64Type, fold);
}

TEST(MomentAccumulator, LinesOfLeastSquares) {
  // y = 3 x + 1
  const std::vector<test::Cell> y{4, 7, 10, null_cell, 1};
  const std::vector<test::Cell> x{1, 2, 3, 4, null_cell};
  const std::vector<std::pair<Fold, std::string>> cases{
      {Fold::kCorrelation, "1"},         {Fold::kCovariancePopulation, "2"},
      {Fold::kCovarianceSample, "3"},    {Fold::kRegressionMeanX, "2"},
      {Fold::kRegressionMeanY, "7"},     {Fold::kRegressionCount, "3"},
      {Fold::kRegressionIntercept, "1"}, {Fold::kRegressionR2, "1"},
      {Fold::kRegressionSlope, "3"},     {Fold::kRegressionSxx, "2"},
      {Fold::kRegressionSxy, "6"},       {Fold::kRegressionSyy, "18"}};
  for (const Type& type : {kInt64Type, kFloat64Type, Type::decimal(30, 0)}) {
    for (const auto& [fold, wanted] : cases)
      EXPECT_EQ(of_two(fold, y, x, type), Texts{wanted}) << static_cast<int>(fold);
  }
}

TEST(MomentAccumulator, WhatDoesNotVaryHasNoCorrelation) {
  const std::vector<test::Cell> same{2.5, 2.5, 2.5};
  const std::vector<test::Cell> other{1.0, 2.0, 4.0};
  EXPECT_EQ(of_two(Fold::kCorrelation, same, other), Texts{"NULL"});
  EXPECT_EQ(of_two(Fold::kCorrelation, other, same), Texts{"NULL"});
  EXPECT_EQ(of_two(Fold::kRegressionSlope, other, same), Texts{"NULL"});
  EXPECT_EQ(of_two(Fold::kRegressionR2, same, other), Texts{"1"});
  EXPECT_EQ(of_two(Fold::kRegressionR2, other, same), Texts{"NULL"});
  EXPECT_EQ(of_two(Fold::kCovarianceSample, {1.0}, {2.0}), Texts{"NULL"});
  EXPECT_EQ(of_two(Fold::kCovariancePopulation, {1.0}, {2.0}), Texts{"0"});
  EXPECT_EQ(of_two(Fold::kRegressionCount, {}, {}), Texts{"0"});
}

TEST(MomentAccumulator, FarFromZeroNothingCancels) {
  // Sums of squares in float64 have no digit left of the deviations.
  const double far = 0x1p52;
  EXPECT_EQ(of_two(Fold::kRegressionSlope, {1.0, 3.0, 5.0}, {far, far + 1, far + 2}), Texts{"2"});
  EXPECT_EQ(of_two(Fold::kCorrelation, {1e300, 2e300, 3e300}, {1e-300, 2e-300, 3e-300}),
            Texts{"1"});
}

TEST(MomentAccumulator, SmallAndLargeIntegersGoTogether) {
  const int64_t large = int64_t{1} << 62;
  EXPECT_EQ(
      of_two(Fold::kRegressionSlope, {-large, 0, 3, large}, {-large, 0, 3, large}, kInt64Type),
      Texts{"1"});
  EXPECT_EQ(of_two(Fold::kRegressionMeanX, {0, 0}, {large, 2}, kInt64Type),
            Texts{fmt::format("{}", 0x1p61)});
  EXPECT_EQ(of_two(Fold::kRegressionSxy, {2, 0}, {large, 0}, kInt64Type),
            Texts{fmt::format("{}", 0x1p62)});
}

TEST(MomentAccumulator, ValuesThatAreNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<test::Cell> x{1.0, 2.0, infinity};
  const std::vector<test::Cell> y{1.0, 3.0, 5.0};
  EXPECT_EQ(of_two(Fold::kCorrelation, y, x), Texts{"nan"});
  EXPECT_EQ(of_two(Fold::kRegressionMeanX, y, x), Texts{"inf"});
  EXPECT_EQ(of_two(Fold::kRegressionSyy, y, x), Texts{"8"});
  EXPECT_EQ(of_two(Fold::kRegressionSxx, y, x), Texts{"nan"});
  EXPECT_EQ(of_two(Fold::kCovariancePopulation, {1e155, -1e155}, {1e155, -1e155}),
            Texts{"overflows float64"});
}

Texts of_one(Fold fold, const std::vector<test::Cell>& x, const Type& type) {
  OperatorFixture fixture;
  Accumulated moments(fixture, Fold::kSkewness, type, 1);
  moments.add(x, std::vector<uint32_t>(x.size(), 0));
  return moments.values(kFloat64Type, fold);
}

TEST(MomentAccumulator, ShapesOfDistributions) {
  for (const Type& type : {kInt64Type, kFloat64Type}) {
    // The third and fourth central moments of 0, 0, 0, 4 are 6 and 21, the variance is 3.
    EXPECT_EQ(of_one(Fold::kSkewness, {0, 0, 0, 4}, type), Texts{"2"});
    EXPECT_EQ(of_one(Fold::kKurtosis, {0, 0, 0, 4}, type), Texts{"4.000000000000002"});
    EXPECT_EQ(of_one(Fold::kKurtosisPopulation, {0, 0, 0, 4}, type), Texts{"-0.6666666666666665"});
    EXPECT_EQ(of_one(Fold::kSkewness, {1, 2, null_cell, 3}, type), Texts{"0"});
    EXPECT_EQ(of_one(Fold::kSkewness, {1, 2}, type), Texts{"NULL"});
    EXPECT_EQ(of_one(Fold::kKurtosis, {1, 2, 3}, type), Texts{"NULL"});
    EXPECT_EQ(of_one(Fold::kKurtosisPopulation, {5, 5}, type), Texts{"NULL"});
  }
  const int64_t large = int64_t{1} << 60;
  EXPECT_EQ(of_one(Fold::kSkewness, {0, 1, -1, large}, kInt64Type), Texts{"2"});
  EXPECT_EQ(of_one(Fold::kSkewness, {-1e308, -1e308, -1e308, 1e308}, kFloat64Type), Texts{"2"});
}

}  // namespace
}  // namespace leat::state
