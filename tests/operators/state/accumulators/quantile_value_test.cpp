// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/quantile_value.h"

#include <gtest/gtest.h>

namespace leat::state {
namespace {

TEST(QuantileValue, PlacesAmongValues) {
  const auto at = [](Fold fold, double fraction, bool descending, size_t count) {
    const QuantilePlace place = quantile_place(fold, {fraction, descending}, count);
    return std::tuple(place.low, place.next, place.share);
  };
  EXPECT_EQ(at(Fold::kQuantileContinuous, 0.5, false, 4), std::tuple(1u, 2u, 0.5));
  EXPECT_EQ(at(Fold::kQuantileContinuous, 0.25, true, 4), std::tuple(3u, 2u, 0.75));
  EXPECT_EQ(at(Fold::kQuantileContinuous, 1, false, 4), std::tuple(3u, 3u, 0.0));
  EXPECT_EQ(at(Fold::kQuantileContinuous, 0.9, false, 1), std::tuple(0u, 0u, 0.0));
  EXPECT_EQ(at(Fold::kQuantileDiscrete, 0.5, false, 4), std::tuple(1u, 1u, 0.0));
  EXPECT_EQ(at(Fold::kQuantileDiscrete, 0.5, true, 4), std::tuple(2u, 2u, 0.0));
}

TEST(QuantileValue, InTheTypeOfTheResult) {
  Int128 out = 0;
  const QuantileValue<Int128> decimals(Type::decimal(10, 2), Type::decimal(38, 4));
  EXPECT_TRUE(decimals.units(100, 200, 0.25, out) && out == 12500);
  const QuantileValue<int64_t> dates(kDateType, kTimestampType);
  EXPECT_TRUE(dates.units(1, 2, 0.5, out) && out == 129'600'000'000);
  const QuantileValue<int64_t> days(kDateType, kDateType);
  EXPECT_TRUE(days.units(-3, 2, 0.5, out) && out == -3);
  const QuantileValue<int64_t> floats(kFloat64Type, kFloat64Type);
  EXPECT_EQ(floats.number(order_of(1.0), order_of(2.0), 0.25), 1.25);
  EXPECT_TRUE(value_between(0, -3, 0.5, 0, out) && out == -2);
}

/// Neither a difference nor a value on the way may wrap: the result fits, or it is told.
TEST(QuantileValue, AtTheEdgesOf128Bits) {
  const Int128 most = decimal_power(38) - 1;
  Int128 out = 1;
  EXPECT_TRUE(value_between(most, -most, 0.5, 0, out) && out == 0);
  EXPECT_TRUE(value_between(-most, most, 0.25, 0, out) && out == -(most / 2));
  EXPECT_TRUE(value_between(most, -most, 0.5, 16, out) && out == 0);
  EXPECT_TRUE(value_between(-most, most, 0, 0, out) && out == -most);
  EXPECT_FALSE(value_between(most, most - 1, 0.5, 1, out));
  EXPECT_FALSE(value_between(most, 0, 0, 1, out));
  const QuantileValue<Int128> decimals(Type::decimal(38, 0), Type::decimal(38, 1));
  const Int128 fits = decimal_power(37) - 1;
  EXPECT_TRUE(decimals.units(fits, fits - 1, 0.5, out) && out == fits * 10 - 5);
  EXPECT_TRUE(decimals.units(fits, fits, 0, out) && out == fits * 10);
  EXPECT_FALSE(decimals.units(fits + 1, fits + 1, 0, out));
  EXPECT_FALSE(decimals.units(most, most, 0, out));
}

}  // namespace
}  // namespace leat::state
