// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// count(distinct ...) and folds of distinct values.
#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(DistinctAccumulator, CountsDistinctValuesPerGroup) {
  OperatorFixture fixture;
  Accumulated counts(fixture, Fold::kCountDistinct, kUtf8Type, 2);
  counts.add({"a", "a", "b", null_cell, "a"}, {0, 0, 0, 0, 1});
  Accumulated more(fixture, Fold::kCountDistinct, kUtf8Type, 2);
  more.add({"b", "c", "a"}, {1, 1, 0});
  counts.merge(more, {1, 0});
  EXPECT_EQ(counts.values(kInt64Type), (Texts{"3", "1"}));
}

TEST(DistinctAccumulator, CombinationsWithANullDoNotCount) {
  OperatorFixture fixture;
  Accumulated counts(fixture, FoldSpec{Fold::kCountDistinct, {kUtf8Type, kInt64Type}}, 1);
  counts.add_columns({{"a", "a", "a", "b", null_cell}, {1, 1, 2, null_cell, 1}}, {0, 0, 0, 0, 0});
  EXPECT_EQ(counts.values(kInt64Type), (Texts{"2"}));
}

TEST(DistinctAccumulator, SumsEachValueOnce) {
  OperatorFixture fixture;
  const FoldSpec spec{Fold::kSum, {kInt64Type}, {}, true};
  Accumulated sums(fixture, spec, 2);
  sums.add({5, 5, 7, null_cell}, {0, 0, 0, 1});
  Accumulated more(fixture, spec, 1);
  more.add({7, 7, 1}, {0, 0, 0});
  sums.merge(more, {0});
  EXPECT_EQ(sums.values(kInt64Type), (Texts{"13", "NULL"}));
}

TEST(DistinctAccumulator, TheMedianOfDistinctValues) {
  OperatorFixture fixture;
  Accumulated medians(fixture, FoldSpec{Fold::kQuantileContinuous, {kInt64Type}, {}, true}, 1);
  medians.add({1, 1, 1, 2, 6}, {0, 0, 0, 0, 0});
  EXPECT_EQ(medians.values(kFloat64Type), (Texts{"2"}));
}

}  // namespace
}  // namespace leat::state
