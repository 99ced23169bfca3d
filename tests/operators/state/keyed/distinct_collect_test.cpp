// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/keyed/distinct_collect.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;

TEST(DistinctCollect, TheFirstRowOfEachKeyInTheOrderOfTheInput) {
  test::OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"seat", kInt64Type}, {"key", kInt64Type}});
  DistinctPlan plan;
  plan.output = plan.partitions.order.input = plan.partitions.order.stored = schema;
  plan.partitions.keys.push_back({expr::column_program(*schema, 1), 1});
  const auto distinct = make_distinct(std::move(plan));
  const auto made = test::collect(
      fixture, *distinct,
      {{make_batch(fixture.memory, schema, {{3, 7}, {4, 8}, {5, 7}}, Ordinal(1, 0))},
       {make_batch(fixture.memory, schema, {{0, 9}, {1, 8}, {2, 9}}, Ordinal(0, 0))}});
  ASSERT_TRUE(made);
  test::CollectingOutput output(fixture.ledger);
  for (size_t part = 0; part < (*made)->parts(); ++part)
    ASSERT_TRUE((*made)->emit_part(part, fixture.lane(), output));
  EXPECT_EQ(output.rows, (std::vector<std::string>{"0|9", "1|8", "3|7"}));
}

}  // namespace
}  // namespace leat::state
