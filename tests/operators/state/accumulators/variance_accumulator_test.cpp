// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// var and stddev; the arithmetic itself is tested in exact_sum_test.cpp.
#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(VarianceAccumulator, SamplesAndPopulations) {
  OperatorFixture fixture;
  for (const Type& type : {kInt64Type, kFloat64Type}) {
    Accumulated moments(fixture, Fold::kVarianceSample, type, 3);
    moments.add({2, 4, 4, 4, 5, 3, null_cell}, {0, 0, 0, 0, 0, 1, 2});
    Accumulated more(fixture, Fold::kVarianceSample, type, 1);
    more.add({5, 7, 9}, {0, 0, 0});
    moments.merge(more, {0});
    EXPECT_EQ(moments.values(kFloat64Type, Fold::kVariancePopulation), (Texts{"4", "0", "NULL"}));
    EXPECT_EQ(moments.values(kFloat64Type, Fold::kDeviationPopulation), (Texts{"2", "0", "NULL"}));
    EXPECT_EQ(moments.values(kFloat64Type), (Texts{"4.571428571428571", "NULL", "NULL"}));
    EXPECT_EQ(moments.values(kFloat64Type, Fold::kDeviationSample)[0], "2.138089935299395");
  }
}

TEST(VarianceAccumulator, WhatOverflowsIsAFault) {
  OperatorFixture fixture;
  Accumulated moments(fixture, Fold::kVarianceSample, kFloat64Type, 2);
  moments.add({1e155, -1e155, 1e150, -1e150}, {0, 0, 1, 1});
  EXPECT_EQ(moments.values(kFloat64Type, Fold::kDeviationPopulation),
            (Texts{"overflows float64", "1e+150"}));
}

TEST(VarianceAccumulator, Decimals) {
  OperatorFixture fixture;
  Accumulated moments(fixture, Fold::kVariancePopulation, Type::decimal(10, 1), 1);
  moments.add({15, 25}, {0, 0});
  EXPECT_EQ(moments.values(kFloat64Type), (Texts{"0.25"}));
}

}  // namespace
}  // namespace leat::state
