// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What comes out is tested with the operator, tests/operators/transforms/top_test.cpp.
#include "operators/state/keyed/top_rows.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/sort_plan.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;

TEST(TopRows, TurnsRowsAwayOnceItKnowsTheLastOneWanted) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"v", kInt64Type}});
  TopPlan plan;
  plan.partitions.order = test::plan_for(schema, "v");
  plan.rows = 2;
  TopRows rows(plan, fixture.lane());
  ASSERT_TRUE(rows.consume(make_batch(fixture.memory, schema, {{5}, {3}, {4}, {9}})));
  EXPECT_EQ(fixture.ledger[Counter::kBeyond], 0u);
  ASSERT_TRUE(rows.prune());
  EXPECT_EQ(fixture.ledger[Counter::kBeyond], 2u);
  ASSERT_TRUE(rows.consume(make_batch(fixture.memory, schema, {{4}, {7}, {1}}, Ordinal(1, 0))));
  EXPECT_EQ(fixture.ledger[Counter::kBeyond], 4u) << "4 and 7 are not held";
  const auto result = rows.finish();
  ASSERT_TRUE(result);
  test::CollectingOutput output(fixture.ledger);
  ASSERT_TRUE((*result)->emit_part(0, fixture.lane(), output));
  EXPECT_EQ(output.rows, (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(fixture.ledger[Counter::kBeyond], 5u);
}

}  // namespace
}  // namespace leat::state
