// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `aggregate` as a whole does is tested in transforms/aggregate_test.cpp; here is what only
// this layer shows.
#include "operators/state/aggregation.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;

/// Groups by the only column, without aggregates.
AggregationPlan distinct_plan(const SchemaRef& schema) {
  Diagnostics diagnostics;
  const SourceText source((*schema)[0].name, {}, {});
  AggregationPlan plan;
  plan.inputs.push_back({expr::compile(source, *schema, {}, diagnostics), size_t{0}, std::nullopt});
  plan.keys = schema->fields();
  plan.output = schema;
  return plan;
}

TEST(Aggregation, CountsRowsAndGroupsAcrossAbsorption) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const AggregationPlan plan = distinct_plan(schema);
  auto small = std::make_unique<Aggregation>(plan, fixture.lane());
  auto large = std::make_unique<Aggregation>(plan, fixture.lane());
  ASSERT_TRUE(small->consume(make_batch(fixture.memory, schema, {{2}, {2}}, Ordinal(0, 0))));
  ASSERT_TRUE(large->consume(make_batch(fixture.memory, schema, {{1}, {2}, {3}}, Ordinal(1, 0))));
  ASSERT_TRUE(small->absorb(std::move(large)));
  EXPECT_EQ(small->groups(), 3u);
  EXPECT_EQ(small->rows(), 5u);
  ASSERT_EQ(small->finish(), size_t{1});
  test::CollectingOutput output(fixture.ledger);
  ASSERT_TRUE(small->emit_part(0, fixture.lane(), output));
  EXPECT_EQ(output.rows, (std::vector<std::string>{"2", "1", "3"}));
  EXPECT_EQ(output.ids, (std::vector<Ordinal>{Ordinal(0, 0), Ordinal(1, 0), Ordinal(1, 2)}));
  EXPECT_EQ(fixture.ledger[Counter::kMade], 3u);
}

TEST(Aggregation, PassesOnWhatItsOutputReports) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const AggregationPlan plan = distinct_plan(schema);
  Aggregation aggregation(plan, fixture.lane());
  ASSERT_TRUE(aggregation.consume(make_batch(fixture.memory, schema, {{2}})));
  test::CollectingOutput output(fixture.ledger);
  output.fail_after = 0;
  ASSERT_EQ(aggregation.finish(), size_t{1});
  const Status status = aggregation.emit_part(0, fixture.lane(), output);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace leat::state
