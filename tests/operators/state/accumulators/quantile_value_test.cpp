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
  const QuantileValue<Int128> decimals(Type::decimal(10, 2), Type::decimal(38, 4));
  EXPECT_EQ(static_cast<int64_t>(decimals.units(100, 200, 0.25)), 12500);
  const QuantileValue<int64_t> dates(kDateType, kTimestampType);
  EXPECT_EQ(static_cast<int64_t>(dates.units(1, 2, 0.5)), 129'600'000'000);
  const QuantileValue<int64_t> floats(kFloat64Type, kFloat64Type);
  EXPECT_EQ(floats.number(order_of(1.0), order_of(2.0), 0.25), 1.25);
  EXPECT_EQ(static_cast<int64_t>(part_of_difference(-3, 0.5, 0)), -2);
}

}  // namespace
}  // namespace leat::state
