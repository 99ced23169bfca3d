// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// approx_quantile.
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

TEST(ApproxQuantileAccumulator, IsRightForFewValues) {
  OperatorFixture fixture;
  Accumulated values(fixture, Fold::kApproxQuantile, kInt64Type, 2);
  values.add({5, 1, 2, null_cell}, {0, 0, 0, 1});
  EXPECT_EQ(values.values(kFloat64Type), (Texts{"2", "NULL"}));
  EXPECT_EQ(values.values(kFloat64Type, {}, {1.0}), (Texts{"5", "NULL"}));
}

TEST(ApproxQuantileAccumulator, IsWrongByLessThanItSays) {
  OperatorFixture fixture;
  Accumulated values(fixture, Fold::kApproxQuantile, kFloat64Type, 1);
  std::vector<double> all;
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::exp(static_cast<double>((i * 7919) % 20'000) / 2'000 - 3);
    all.push_back(i % 3 == 0 ? -value : value);
  }
  for (size_t begin = 0; begin < all.size(); begin += 4000) {
    const std::vector<test::Cell> cells(all.begin() + static_cast<ptrdiff_t>(begin),
                                        all.begin() + static_cast<ptrdiff_t>(begin + 4000));
    values.add(cells, std::vector<uint32_t>(4000, 0));
  }
  std::sort(all.begin(), all.end());
  for (const double fraction : {0.0, 0.01, 0.3, 0.5, 0.75, 0.99, 1.0}) {
    const double found = std::stod(values.values(kFloat64Type, {}, {fraction})[0]);
    const auto rank = std::max(1.0, std::ceil(fraction * static_cast<double>(all.size())));
    const double wanted = all[static_cast<size_t>(rank) - 1];
    EXPECT_LT(std::abs(found - wanted), std::abs(wanted) / 250) << fraction;
  }
  EXPECT_LT(fixture.memory.used(), size_t{2} << 20);
}

TEST(ApproxQuantileAccumulator, ValuesThatAreNotFinite) {
  OperatorFixture fixture;
  const double infinity = std::numeric_limits<double>::infinity();
  Accumulated values(fixture, Fold::kApproxQuantile, kFloat64Type, 1);
  values.add({infinity, -infinity, std::nan(""), -0.0}, {0, 0, 0, 0});
  EXPECT_EQ(values.values(kFloat64Type, {}, {0.0}), (Texts{"-inf"}));
  EXPECT_EQ(values.values(kFloat64Type, {}, {0.5}), (Texts{"0"}));
  EXPECT_EQ(values.values(kFloat64Type, {}, {0.75}), (Texts{"inf"}));
  EXPECT_EQ(values.values(kFloat64Type, {}, {1.0}), (Texts{"nan"}));
}

}  // namespace
}  // namespace leat::state
