// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// median and other quantiles of numbers and times.
#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

Texts quantile(const Type& type, const std::vector<test::Cell>& cells, const Type& result,
               Fold fold, FoldParameters parameters) {
  OperatorFixture fixture;
  Accumulated values(fixture, Fold::kQuantileContinuous, type, 2);
  values.add(cells, std::vector<uint32_t>(cells.size(), 0));
  return values.values(result, fold, std::move(parameters));
}

TEST(QuantileAccumulator, LiesBetweenNeighboursInProportion) {
  const std::vector<test::Cell> cells{4, 1, null_cell, 3, 2};
  const auto at = [&](double fraction, bool descending = false) {
    return quantile(kInt64Type, cells, kFloat64Type, Fold::kQuantileContinuous,
                    {fraction, descending})[0];
  };
  EXPECT_EQ(at(0.5), "2.5");
  EXPECT_EQ(at(0), "1");
  EXPECT_EQ(at(1), "4");
  EXPECT_EQ(at(0.25), "1.75");
  EXPECT_EQ(at(0.25, true), "3.25");
  EXPECT_EQ(quantile(kInt64Type, cells, kFloat64Type, Fold::kQuantileContinuous, {})[1], "NULL");
}

TEST(QuantileAccumulator, BesideInfinitiesAndFarApart) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto median = [](double a, double b) {
    return quantile(kFloat64Type, {a, b}, kFloat64Type, Fold::kQuantileContinuous, {0.5, false})[0];
  };
  EXPECT_EQ(median(-infinity, 5), "-inf");
  EXPECT_EQ(median(5, infinity), "inf");
  EXPECT_EQ(median(-infinity, infinity), "nan");
  EXPECT_EQ(median(-1e308, 1e308), "0");
  EXPECT_EQ(median(-1.5e308, 1e308), "-2.5e+307");
}

TEST(QuantileAccumulator, DiscreteIsAlwaysOneOfTheValues) {
  const std::vector<test::Cell> cells{4, 1, 3, 2};
  const auto at = [&](double fraction, bool descending = false) {
    return quantile(kInt64Type, cells, kInt64Type, Fold::kQuantileDiscrete,
                    {fraction, descending})[0];
  };
  EXPECT_EQ(at(0), "1");
  EXPECT_EQ(at(0.25), "1");
  EXPECT_EQ(at(0.26), "2");
  EXPECT_EQ(at(0.5), "2");
  EXPECT_EQ(at(0.5, true), "3");
  EXPECT_EQ(at(1), "4");
}

TEST(QuantileAccumulator, DecimalsAreExact) {
  for (const Type& type : {Type::decimal(38, 2), Type::decimal(18, 2)}) {
    const auto middle = [&](const std::vector<test::Cell>& cells) {
      return quantile(type, cells, Type::decimal(38, 16), Fold::kQuantileContinuous, {})[0];
    };
    EXPECT_EQ(middle({1, 2}), "150000000000000");
    EXPECT_EQ(middle({-1, -2}), "-150000000000000");
    EXPECT_EQ(middle({7}), "700000000000000");
    EXPECT_EQ(quantile(type, {7, -3, 9}, type, Fold::kQuantileDiscrete, {})[0], "7");
  }
  EXPECT_EQ(
      quantile(Type::decimal(18, 2), {7, 9}, Type::decimal(3, 3), Fold::kQuantileContinuous, {})[0],
      "80");
  EXPECT_EQ(quantile(Type::decimal(18, 2), {700, 900}, Type::decimal(3, 3),
                     Fold::kQuantileContinuous, {})[0],
            "overflows decimal(3,3)");
  const int64_t most = 999'999'999'999'999'999;
  EXPECT_EQ(quantile(Type::decimal(18, 2), {most, -most}, Type::decimal(38, 16),
                     Fold::kQuantileContinuous, {})[0],
            "0");
}

TEST(QuantileAccumulator, TimesAreRoundedToTheMicrosecond) {
  EXPECT_EQ(quantile(kTimestampType, {10, 13}, kTimestampType, Fold::kQuantileContinuous, {})[0],
            "12");
  EXPECT_EQ(quantile(kDateType, {1, 2}, kTimestampType, Fold::kQuantileContinuous, {})[0],
            "129600000000");
  EXPECT_EQ(quantile(kDateType, {1, 2}, kDateType, Fold::kQuantileDiscrete, {})[0], "1");
}

TEST(QuantileAccumulator, NanIsTheGreatestNumber) {
  const double nan = std::nan("");
  EXPECT_EQ(
      quantile(kFloat64Type, {nan, 1.5, -2.5}, kFloat64Type, Fold::kQuantileContinuous, {})[0],
      "1.5");
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(quantile(kFloat64Type, {infinity, infinity, 1.0}, kFloat64Type,
                     Fold::kQuantileContinuous, {0.75})[0],
            "inf");
}

TEST(QuantileAccumulator, AgreesWithSortingAll) {
  OperatorFixture fixture;
  Accumulated values(fixture, Fold::kQuantileContinuous, kInt64Type, 3);
  std::vector<int64_t> sorted[3];
  uint64_t state = 1;
  for (int batch = 0; batch < 40; ++batch) {
    std::vector<test::Cell> cells;
    std::vector<uint32_t> groups;
    for (int i = 0; i < 500; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const auto value = static_cast<int64_t>(state >> 40) - (1 << 23);
      groups.push_back(static_cast<uint32_t>(state >> 20) % 3);
      sorted[groups.back()].push_back(value);
      cells.push_back(value);
    }
    values.add(cells, groups);
  }
  Texts wanted;
  for (std::vector<int64_t>& all : sorted) {
    std::sort(all.begin(), all.end());
    const double place = 0.3 * static_cast<double>(all.size() - 1);
    const auto floor = static_cast<size_t>(place);
    const auto low = static_cast<double>(all[floor]);
    const auto high = static_cast<double>(all[floor + 1]);
    wanted.push_back(fmt::format("{}", low + (high - low) * (place - static_cast<double>(floor))));
  }
  EXPECT_EQ(values.values(kFloat64Type, Fold::kQuantileContinuous, {0.3}), wanted);
}

TEST(QuantileAccumulator, TheMedianOfDistancesFromTheMedian) {
  OperatorFixture fixture;
  Accumulated numbers(fixture, Fold::kAbsoluteDeviation, kInt64Type, 2);
  numbers.add({1, 2, 2, null_cell, 5}, {0, 0, 0, 0, 0});
  EXPECT_EQ(numbers.values(kFloat64Type), (Texts{"0.5", "NULL"}));
}

}  // namespace
}  // namespace leat::state
