// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/accumulator.h"

#include <gtest/gtest.h>

#include "operators/expr/aggregate_expression.h"
#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(Accumulator, EveryDocumentedFunctionHasAFold) {
  for (const expr::AggregateFunction& function : expr::aggregate_functions()) {
    EXPECT_TRUE(fold_of(function.name, false)) << function.name;
  }
  EXPECT_EQ(fold_of("variance", false), Fold::kVarianceSample);
  EXPECT_EQ(fold_of("stddev", false), Fold::kDeviationSample);
  EXPECT_EQ(fold_of("count", true), Fold::kCountDistinct);
  EXPECT_EQ(fold_of("sum", true), std::nullopt);
  EXPECT_EQ(fold_of("median_of_medians", false), std::nullopt);
}

TEST(Accumulator, SharesStateWhereTheStateIsTheSame) {
  EXPECT_TRUE(share_state(Fold::kSum, Fold::kMean));
  EXPECT_TRUE(share_state(Fold::kVarianceSample, Fold::kDeviationPopulation));
  EXPECT_FALSE(share_state(Fold::kMinimum, Fold::kMaximum));
  EXPECT_FALSE(share_state(Fold::kSum, Fold::kVarianceSample));
}

TEST(Accumulator, CountsValues) {
  OperatorFixture fixture;
  Accumulated counts(fixture, Fold::kCount, kInt64Type, 3);
  counts.add({1, test::null_cell, 2, 2}, {0, 0, 1, 1});
  Accumulated more(fixture, Fold::kCount, kInt64Type, 2);
  more.add({7, 8, 9}, {0, 1, 1});
  counts.merge(more, {2, 0});
  EXPECT_EQ(counts.values(kInt64Type), (Texts{"3", "2", "1"}));
}

TEST(Accumulator, CountsDistinctValuesPerGroup) {
  OperatorFixture fixture;
  Accumulated counts(fixture, Fold::kCountDistinct, kUtf8Type, 2);
  counts.add({"a", "a", "b", test::null_cell, "a"}, {0, 0, 0, 0, 1});
  Accumulated more(fixture, Fold::kCountDistinct, kUtf8Type, 2);
  more.add({"b", "c", "a"}, {1, 1, 0});
  counts.merge(more, {1, 0});
  EXPECT_EQ(counts.values(kInt64Type), (Texts{"3", "1"}));
}

}  // namespace
}  // namespace leat::state
