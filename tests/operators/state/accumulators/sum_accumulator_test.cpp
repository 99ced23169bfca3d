// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sum and avg; the arithmetic itself is tested in exact_sum_test.cpp.
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::Cell;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(SumAccumulator, FloatsInsideAndOutsideTheWindow) {
  OperatorFixture fixture;
  Accumulated sums(fixture, Fold::kSum, kFloat64Type, 4);
  sums.add({1e300, 1.0, 0.5, 0.25, 1e-300, null_cell}, {0, 0, 1, 1, 2, 3});
  Accumulated more(fixture, Fold::kSum, kFloat64Type, 2);
  more.add({-1e300, 0.25}, {1, 0});
  sums.merge(more, {1, 0});
  EXPECT_EQ(sums.values(kFloat64Type), (Texts{"1", "1", "1e-300", "NULL"}));
  EXPECT_EQ(sums.values(kFloat64Type, Fold::kMean),
            (Texts{"0.3333333333333333", "0.3333333333333333", "1e-300", "NULL"}));
}

TEST(SumAccumulator, FloatsThatOverflowAreAFault) {
  OperatorFixture fixture;
  const double infinity = std::numeric_limits<double>::infinity();
  Accumulated sums(fixture, Fold::kSum, kFloat64Type, 3);
  sums.add({1e308, 1e308, 1e308, 1e308, -1e308, 1.0, infinity}, {0, 0, 1, 1, 1, 2, 2});
  EXPECT_EQ(sums.values(kFloat64Type), (Texts{"overflows float64", "1e+308", "inf"}));
  EXPECT_EQ(sums.values(kFloat64Type, Fold::kMean)[0], "1e+308");
}

TEST(SumAccumulator, Int64IsCheckedAtTheEnd) {
  OperatorFixture fixture;
  const int64_t high = std::numeric_limits<int64_t>::max();
  Accumulated sums(fixture, Fold::kSum, kInt64Type, 3);
  sums.add({high, 1, high, 1, -1, -high, -1}, {0, 0, 1, 1, 1, 2, 2});
  EXPECT_EQ(sums.values(kInt64Type), (Texts{"overflows int64", std::to_string(high),
                                            std::to_string(std::numeric_limits<int64_t>::min())}));
  EXPECT_EQ(sums.values(kFloat64Type, Fold::kMean)[0], "4.611686018427388e+18");
}

TEST(SumAccumulator, DecimalsByTheirResult) {
  OperatorFixture fixture;
  Accumulated sums(fixture, Fold::kSum, Type::decimal(10, 2), 2);
  sums.add({101, 100, 100, -101, -100, -100}, {0, 0, 0, 1, 1, 1});
  EXPECT_EQ(sums.values(Type::decimal(38, 2)), (Texts{"301", "-301"}));
  EXPECT_EQ(sums.values(Type::decimal(2, 2)),
            (Texts{"overflows decimal(2,2)", "overflows decimal(2,2)"}));
  EXPECT_EQ(sums.values(Type::decimal(38, 2), Fold::kMean), (Texts{"100", "-100"}));
  EXPECT_EQ(sums.values(Type::decimal(38, 4), Fold::kMean), (Texts{"10033", "-10033"}));
  EXPECT_EQ(sums.values(kFloat64Type, Fold::kSum), (Texts{"3.01", "-3.01"}));
}

TEST(SumAccumulator, DecimalsLeave64Bits) {
  OperatorFixture fixture;
  const int64_t high = 999'999'999'999'999'999;
  Accumulated sums(fixture, Fold::kSum, Type::decimal(18, 0), 3);
  std::vector<Cell> values(30, high);
  std::vector<uint32_t> groups(30, 0);
  for (size_t i = 10; i < 30; ++i) {
    groups[i] = i < 20 ? 1 : 2;
    values[i] = i < 20 || i % 2 == 0 ? -high : high;
  }
  sums.add(values, groups);
  EXPECT_EQ(sums.values(Type::decimal(38, 0)),
            (Texts{"9999999999999999990", "-9999999999999999990", "0"}));
  EXPECT_EQ(sums.values(Type::decimal(38, 0), Fold::kMean),
            (Texts{std::to_string(high), std::to_string(-high), "0"}));
  EXPECT_EQ(sums.values(Type::decimal(18, 0))[0], "overflows decimal(18,0)");
}

TEST(SumAccumulator, ShortDecimalsAreSavedAndMerged) {
  OperatorFixture fixture;
  const int64_t high = 999'999'999'999'999'999;
  const Type type = Type::decimal(18, 0);
  Accumulated sums(fixture, Fold::kSum, type, 2);
  sums.add({-high, -high, -1, null_cell}, {0, 0, 1, 1});
  Accumulated saved(fixture, Fold::kSum, type, 2);
  saved.add({-1, -2, high, 3}, {1, 1, 0, 0});
  Accumulated other(fixture, Fold::kSum, type, 1);
  other.add({-high}, {0});
  sums.load(saved.save({0, 1}), {0, 1});
  sums.merge(other, {0});
  EXPECT_EQ(sums.values(Type::decimal(38, 0)), (Texts{"-1999999999999999995", "-4"}));
  EXPECT_EQ(sums.values(Type::decimal(38, 1), Fold::kMean), (Texts{"-3999999999999999990", "-13"}));
  EXPECT_EQ(sums.values(kFloat64Type, Fold::kMean)[1], "-1.3333333333333333");
}

TEST(SumAccumulator, DecimalMeansRoundHalfAwayFromZero) {
  OperatorFixture fixture;
  Accumulated sums(fixture, Fold::kMean, Type::decimal(10, 0), 3);
  sums.add({1, 2, -1, -2, 1, 1}, {0, 0, 1, 1, 2, 2});
  EXPECT_EQ(sums.values(Type::decimal(38, 0)), (Texts{"2", "-2", "1"}));
}

}  // namespace
}  // namespace leat::state
