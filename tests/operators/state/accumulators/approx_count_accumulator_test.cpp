// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// approx_count_distinct.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

int64_t count(const Accumulated& values) { return std::stoll(values.values(kInt64Type)[0]); }

TEST(ApproxCountAccumulator, IsRightForFewValues) {
  OperatorFixture fixture;
  Accumulated values(fixture, Fold::kApproxCountDistinct, kUtf8Type, 2);
  values.add({"a", "b", "a", null_cell, null_cell}, {0, 0, 0, 0, 1});
  EXPECT_EQ(values.values(kInt64Type), (Texts{"2", "0"}));
}

TEST(ApproxCountAccumulator, IsNearForManyHoweverTheyAreDealt) {
  for (const int64_t distinct : {100, 129, 1000, 10'000, 200'000}) {
    OperatorFixture fixture;
    Accumulated whole(fixture, Fold::kApproxCountDistinct, kInt64Type, 1);
    std::vector<Accumulated> parts;
    for (int i = 0; i < 3; ++i)
      parts.emplace_back(fixture, Fold::kApproxCountDistinct, kInt64Type, 1);
    for (int64_t begin = 0; begin < distinct; begin += 1000) {
      std::vector<test::Cell> cells;
      for (int64_t i = begin; i < std::min(distinct, begin + 1000); ++i) cells.push_back(i * 31);
      whole.add(cells, std::vector<uint32_t>(cells.size(), 0));
      parts[static_cast<size_t>(begin / 1000 % 3)].add(cells,
                                                       std::vector<uint32_t>(cells.size(), 0));
    }
    parts[2].merge(parts[0], {0});
    parts[2].merge(parts[1], {0});
    EXPECT_EQ(count(parts[2]), count(whole));
    EXPECT_NEAR(static_cast<double>(count(whole)), static_cast<double>(distinct),
                0.05 * static_cast<double>(distinct));
    EXPECT_LT(fixture.memory.used(), size_t{512} << 10);
  }
}

}  // namespace
}  // namespace leat::state
