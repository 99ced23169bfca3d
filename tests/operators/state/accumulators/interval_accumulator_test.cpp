// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sum and avg of intervals; the values are those of PostgreSQL.
#include <gtest/gtest.h>

#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_aggregate;

namespace {

using test::Opt;
using test::Row;
using Rows = std::vector<std::string>;

Rows aggregated(const std::string& call, const std::vector<std::string>& intervals) {
  test::OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"x", kUtf8Type}});
  const test::Binding binding =
      test::bind_ok(operator_aggregate, Opt::map({{"columns", Opt::map({{"v", call}})}}), schema);
  std::vector<Row> rows;
  for (const std::string& interval : intervals) rows.push_back({interval});
  return test::run(fixture, binding, {test::make_batch(fixture.memory, schema, rows)}).rows;
}

TEST(IntervalAccumulator, SumsEachPart) {
  EXPECT_EQ(aggregated("sum(x::interval)::utf8", {"1 month 2 days", "3 days 04:05:06", "-1 day"}),
            (Rows{"1 mon 4 days 04:05:06"}));
  EXPECT_EQ(aggregated("sum(x::interval)::utf8", {}), (Rows{"NULL"}));
}

/// interval_mean_is_sum is caught here.
TEST(IntervalAccumulator, MeansCarryOnAsPostgresqls) {
  EXPECT_EQ(aggregated("avg(x::interval)::utf8", {"1 month", "2 months"}), (Rows{"1 mon 15 days"}));
  EXPECT_EQ(aggregated("avg(x::interval)::utf8", {"1 day", "2 days"}), (Rows{"1 day 12:00:00"}));
  EXPECT_EQ(aggregated("avg(x::interval)::utf8", {"1 month 1 day", "1 second", "2 hours"}),
            (Rows{"10 days 08:40:00.333333"}));
}

TEST(IntervalAccumulator, WhatIsSavedAndLoadedIsTheSame) {
  test::OperatorFixture fixture;
  FixedBuilder<Interval> builder(kIntervalType, fixture.memory);
  ASSERT_TRUE(builder.reserve(3));
  for (const Interval& value : {Interval{1, 2, 3}, Interval{0, 31, -5}, Interval{-7, 0, 11}})
    builder.append(value);
  const ColumnRef column = builder.finish();
  const std::vector<ColumnRef> columns{column};
  const std::vector<uint32_t> groups{0, 1, 0};
  const std::vector<uint32_t> both{0, 1};
  const RowPlaces places;
  const Selection rows(3);
  const state::FoldSpec spec{state::Fold::kSum, {kIntervalType}};
  const auto first = state::Accumulator::make(spec, fixture.memory);
  const auto second = state::Accumulator::make(spec, fixture.memory);
  ASSERT_TRUE(first->resize(2));
  ASSERT_TRUE(second->resize(2));
  ASSERT_TRUE(first->update({column.get(), rows, groups.data(), places, columns}));
  ASSERT_TRUE(first->seal());
  const auto saved = first->save(both, fixture.memory);
  ASSERT_TRUE(saved);
  ASSERT_TRUE(second->load(*saved, both.data()));
  ASSERT_TRUE(second->load(*saved, both.data()));
  ASSERT_TRUE(second->seal());
  std::vector<RowFault> faults;
  const auto sums =
      second->finish({both, state::Fold::kSum, kIntervalType, fixture.memory, faults});
  ASSERT_TRUE(sums);
  EXPECT_EQ((*sums)->values<Interval>()[0], (Interval{-12, 4, 28}));
  EXPECT_EQ((*sums)->values<Interval>()[1], (Interval{0, 62, -10}));
}

}  // namespace
}  // namespace leat
