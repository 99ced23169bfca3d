// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// mode and histogram.
#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(FrequencyAccumulator, TheMostFrequentAndOfSeveralTheFirst) {
  OperatorFixture fixture;
  Accumulated modes(fixture, Fold::kMode, kUtf8Type, 3);
  modes.add({"a", "a", "b", null_cell, null_cell}, {0, 0, 0, 0, 1}, Ordinal(3, 0));
  Accumulated more(fixture, Fold::kMode, kUtf8Type, 2);
  more.add({"c", "b", "x"}, {0, 0, 1}, Ordinal(1, 0));
  modes.merge(more, {0, 2});
  // b and a came twice each, b first in the second part.
  EXPECT_EQ(modes.values(kUtf8Type), (Texts{"b", "NULL", "x"}));
}

TEST(FrequencyAccumulator, RowsOfOneOrdinalCountInTheOrderOfArrival) {
  OperatorFixture fixture;
  Accumulated known(fixture, Fold::kMode, kInt64Type, 1);
  known.add({7, 5}, {0, 0}, Ordinal(9, 0));
  Accumulated same(fixture, Fold::kMode, kInt64Type, 1);
  same.add({5}, {0}, Ordinal(2, 0));
  same.add({7}, {0}, Ordinal(2, 0));  // a join made both of one row
  known.merge(same, {0});
  EXPECT_EQ(known.values(kInt64Type), (Texts{"5"}));
}

TEST(FrequencyAccumulator, HistogramsAreInTheOrderOfValues) {
  OperatorFixture fixture;
  Accumulated counts(fixture, Fold::kMode, kInt64Type, 2);
  counts.add({5, -1, 5, null_cell}, {0, 0, 0, 1});
  const Type type = Type::list(Type::structure({{"key", kInt64Type}, {"value", kInt64Type}}));
  EXPECT_EQ(counts.values(type, Fold::kHistogram), (Texts{"[{-1,1},{5,2}]", "NULL"}));
}

TEST(FrequencyAccumulator, WithoutAnyValue) {
  OperatorFixture fixture;
  Accumulated counts(fixture, Fold::kMode, kUtf8Type, 2);
  EXPECT_EQ(counts.values(kUtf8Type), (Texts{"NULL", "NULL"}));
  const Type type = Type::list(Type::structure({{"key", kUtf8Type}, {"value", kInt64Type}}));
  EXPECT_EQ(counts.values(type, Fold::kHistogram), (Texts{"NULL", "NULL"}));
}

TEST(FrequencyAccumulator, TheEntropyDoesNotDependOnTheOrder) {
  OperatorFixture fixture;
  Accumulated one(fixture, Fold::kEntropy, kInt64Type, 3);
  one.add({1, 2, 2, null_cell, 5}, {0, 0, 0, 0, 0});
  one.add({7, 7}, {1, 1}, Ordinal(1, 0));
  EXPECT_EQ(one.values(kFloat64Type), (Texts{"1.5", "0", "NULL"}));
  // Seven shares that round differently in another order of their sum.
  std::vector<test::Cell> up;
  std::vector<test::Cell> down;
  for (int64_t value = 1; value <= 7; ++value)
    for (int64_t k = 0; k < value * value; ++k) up.push_back(value);
  down.assign(up.rbegin(), up.rend());
  const std::vector<uint32_t> groups(up.size(), 0);
  Accumulated ascending(fixture, Fold::kEntropy, kInt64Type, 1);
  Accumulated descending(fixture, Fold::kEntropy, kInt64Type, 1);
  ascending.add(up, groups);
  descending.add(down, groups);
  EXPECT_EQ(ascending.values(kFloat64Type), descending.values(kFloat64Type));
}

}  // namespace
}  // namespace leat::state
