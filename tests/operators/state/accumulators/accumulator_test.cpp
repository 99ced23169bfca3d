// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/accumulator.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "operators/expr/aggregate_expression.h"
#include "tests/support/accumulated.h"
#include "tests/support/seed.h"

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
  EXPECT_EQ(fold_of("first", false, true), Fold::kFirstOrdered);
  EXPECT_EQ(fold_of("last", false, true), Fold::kLastOrdered);
  EXPECT_EQ(fold_of("max", false, true, true), Fold::kTop);
  EXPECT_EQ(fold_of("median_of_medians", false), std::nullopt);
}

TEST(Accumulator, SharesStateWhereTheStateIsTheSame) {
  const auto share = [](Fold a, Fold b) {
    return share_state({a, {kInt64Type}}, {b, {kInt64Type}});
  };
  EXPECT_TRUE(share(Fold::kSum, Fold::kMean));
  EXPECT_TRUE(share(Fold::kVarianceSample, Fold::kDeviationPopulation));
  EXPECT_TRUE(share(Fold::kQuantileContinuous, Fold::kQuantileDiscrete));
  EXPECT_TRUE(share(Fold::kMode, Fold::kHistogram));
  EXPECT_TRUE(share(Fold::kMode, Fold::kEntropy));
  EXPECT_TRUE(share(Fold::kAbsoluteDeviation, Fold::kQuantileContinuous));
  EXPECT_TRUE(share(Fold::kCorrelation, Fold::kRegressionSyy));
  EXPECT_FALSE(share(Fold::kMinimum, Fold::kMaximum));
  EXPECT_FALSE(share(Fold::kSum, Fold::kVarianceSample));
  EXPECT_FALSE(share(Fold::kSkewness, Fold::kCorrelation));
  EXPECT_FALSE(share_state({Fold::kSum, {kInt64Type}, {}, true}, {Fold::kSum, {kInt64Type}}));
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

TEST(Accumulator, KnowsWhatItCanFold) {
  const Type list = Type::list(kInt64Type);
  EXPECT_TRUE(can_fold({Fold::kCount, {}}));
  EXPECT_TRUE(can_fold({Fold::kCountDistinct, {list, kIntervalType}}));
  EXPECT_FALSE(can_fold({Fold::kCountDistinct, {kInt64Type, kJsonType}}));
  EXPECT_TRUE(can_fold({Fold::kArgument, {list, kInt64Type}, {KeyOrder{}}}));
  EXPECT_TRUE(can_fold({Fold::kFirst, {list}}));
  EXPECT_FALSE(can_fold({Fold::kQuantileContinuous, {kUtf8Type}}));
  EXPECT_TRUE(can_fold({Fold::kQuantileDiscrete, {kUtf8Type}}));
  EXPECT_FALSE(can_fold({Fold::kBitOr, {kFloat64Type}}));
}

TEST(Accumulator, AValueMayTakeAQuarterOfTheBudget) {
  OperatorFixture fixture(size_t{64} << 20);
  EXPECT_FALSE(too_large(size_t{16} << 20, fixture.memory));
  const std::optional<Error> error = too_large((size_t{16} << 20) + 1, fixture.memory);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kData);
  EXPECT_EQ(error->message,
            "exceeds 16 MiB, a quarter of the memory limit, with a value of 16 MiB");
}

// ---------------------------------------------------------------------- states that leave memory

struct Conformance {
  FoldSpec spec;
  Type result;
  std::optional<Fold> fold = std::nullopt;  // if it is not that of the spec
};

std::vector<Conformance> every_kind() {
  const Type decimal = Type::decimal(20, 2);
  const std::vector<KeyOrder> up{{false, false}};
  const std::vector<KeyOrder> down{{true, true}};
  return {
      {{Fold::kCount, {kInt64Type}}, kInt64Type},
      {{Fold::kCountDistinct, {kInt64Type}}, kInt64Type},
      {{Fold::kCountDistinct, {kUtf8Type, kInt64Type}}, kInt64Type},
      {{Fold::kSum, {kInt64Type}}, kInt64Type},
      {{Fold::kSum, {kInt64Type}, {}, true}, kInt64Type},
      {{Fold::kSum, {kFloat64Type}}, kFloat64Type},
      {{Fold::kSum, {decimal}}, Type::decimal(38, 2)},
      {{Fold::kVarianceSample, {kInt64Type}}, kFloat64Type},
      {{Fold::kVarianceSample, {kFloat64Type}}, kFloat64Type},
      {{Fold::kMinimum, {kInt64Type}}, kInt64Type},
      {{Fold::kMaximum, {kFloat64Type}}, kFloat64Type},
      {{Fold::kMaximum, {decimal}}, decimal},
      {{Fold::kMinimum, {kUtf8Type}}, kUtf8Type},
      {{Fold::kFirst, {kUtf8Type}}, kUtf8Type},
      {{Fold::kLast, {kInt64Type}}, kInt64Type},
      {{Fold::kFirst, {kBoolType}}, kBoolType},
      {{Fold::kLast, {decimal}}, decimal},
      {{Fold::kFirstOrdered, {kUtf8Type, kInt64Type}, up}, kUtf8Type},
      {{Fold::kLastOrdered, {kInt64Type, kUtf8Type}, down}, kInt64Type},
      {{Fold::kArgument, {kUtf8Type, kFloat64Type}, down}, kUtf8Type},
      {{Fold::kQuantileContinuous, {kFloat64Type}}, kFloat64Type},
      {{Fold::kQuantileContinuous, {decimal}}, Type::decimal(38, 16)},
      {{Fold::kQuantileDiscrete, {kUtf8Type}}, kUtf8Type},
      {{Fold::kMode, {kInt64Type}}, kInt64Type},
      {{Fold::kMode, {kUtf8Type}},
       Type::list(Type::structure({{"key", kUtf8Type}, {"value", kInt64Type}})),
       Fold::kHistogram},
      {{Fold::kMode, {kUtf8Type}}, kFloat64Type, Fold::kEntropy},
      {{Fold::kQuantileContinuous, {kFloat64Type}}, kFloat64Type, Fold::kAbsoluteDeviation},
      {{Fold::kQuantileContinuous, {decimal}}, kFloat64Type, Fold::kAbsoluteDeviation},
      {{Fold::kProduct, {kFloat64Type}}, kFloat64Type},
      {{Fold::kTop, {kUtf8Type, kInt64Type}, down}, Type::list(kUtf8Type)},
      {{Fold::kApproxQuantile, {kFloat64Type}}, kFloat64Type},
      {{Fold::kApproxCountDistinct, {kUtf8Type}}, kInt64Type},
      {{Fold::kList, {kInt64Type}}, Type::list(kInt64Type)},
      {{Fold::kList, {kUtf8Type, kInt64Type}, down, true}, Type::list(kUtf8Type)},
      {{Fold::kText, {kUtf8Type}}, kUtf8Type},
      {{Fold::kBitXor, {kInt64Type}}, kInt64Type},
      {{Fold::kSkewness, {kInt64Type}}, kFloat64Type},
      {{Fold::kSkewness, {kFloat64Type}}, kFloat64Type, Fold::kKurtosis},
      {{Fold::kCorrelation, {kFloat64Type, kInt64Type}}, kFloat64Type},
      {{Fold::kCorrelation, {kFloat64Type, decimal}}, kFloat64Type, Fold::kRegressionIntercept},
      {{Fold::kBitOr, {kNullType}}, kInt64Type},
  };
}

test::Cell random_cell(const Type& type, std::mt19937_64& random) {
  if (random() % 6 == 0) return {};
  switch (type.id()) {
    case TypeId::kBool: return random() % 2 == 0;
    case TypeId::kFloat64: {
      const double value = static_cast<double>(static_cast<int64_t>(random())) * 0x1p-60;
      return random() % 20 == 0 ? std::ldexp(value, static_cast<int>(random() % 800) - 400) : value;
    }
    case TypeId::kUtf8: return std::string(random() % 20, static_cast<char>('a' + random() % 4));
    case TypeId::kNull: return {};
    default: return static_cast<int64_t>(random() % 40) - 20;
  }
}

/// accumulator_state_lost is caught here.
TEST(Accumulator, WhatIsSavedAndLoadedIsTheSame) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  constexpr uint32_t kGroups = 7;
  const std::vector<uint32_t> all{0, 1, 2, 3, 4, 5, 6};
  for (const Conformance& kind : every_kind()) {
    for (int round = 0; round < 10; ++round) {
      OperatorFixture fixture;
      // The same rows in one, and in three of which two leave memory: one all at once, with its
      // groups in another order, one in two pieces.
      Accumulated whole(fixture, kind.spec, kGroups);
      std::vector<Accumulated> parts;
      for (int i = 0; i < 3; ++i) parts.emplace_back(fixture, kind.spec, kGroups);
      for (uint64_t split = 0; split < 12; ++split) {
        const size_t rows = 1 + random() % 60;
        std::vector<std::vector<test::Cell>> cells(kind.spec.types.size());
        std::vector<uint32_t> groups;
        for (size_t i = 0; i < cells.size(); ++i) {
          for (size_t row = 0; row < rows; ++row)
            cells[i].push_back(random_cell(kind.spec.types[i], random));
        }
        // The last group stays without rows.
        for (size_t row = 0; row < rows; ++row)
          groups.push_back(static_cast<uint32_t>(random() % (kGroups - 1)));
        whole.add_columns(cells, groups, Ordinal(split, 0));
        parts[random() % 3].add_columns(cells, groups, Ordinal(split, 0));
      }
      Accumulated loaded(fixture, kind.spec, kGroups);
      const std::vector<uint32_t> shuffled{6, 2, 4, 0, 1, 5, 3};
      loaded.load(parts[1].save(shuffled), shuffled);
      loaded.load(parts[2].save({5, 3}), {5, 3});
      loaded.merge(parts[0], all);
      Accumulated again(fixture, kind.spec, kGroups);
      again.load(loaded.save(all), all);
      Accumulated rest(fixture, kind.spec, kGroups);
      // What is left of the third part was sealed with it: it is saved a second time.
      again.load(parts[2].save_more({0, 1, 2, 4, 6}), {0, 1, 2, 4, 6});
      again.merge(rest, all);
      const FoldParameters parameters{.count = 3};
      ASSERT_EQ(again.values(kind.result, kind.fold, parameters),
                whole.values(kind.result, kind.fold, parameters))
          << "fold " << static_cast<int>(kind.spec.fold) << " of " << to_string(kind.spec.types[0]);
    }
  }
}

}  // namespace
}  // namespace leat::state
