// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What comes out is tested with the operator, tests/operators/transforms/fill_test.cpp.
#include "operators/state/keyed/filled_column.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

TEST(FilledColumn, ABatchWithoutGapsIsNotCopied) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"x", kInt64Type}});
  PartitionPlanner planner(schema);
  planner.add_arrangement(std::vector<expr::ProgramRef>(), {});
  const PartitionPlan plan = std::move(planner).finish();
  std::vector<test::Row> rows(2000, test::Row{1});
  PartitionedRows all(plan, fixture.memory);
  for (const uint64_t split : {0, 1}) {
    PartitionedRun run(plan, fixture.lane());
    if (split == 1) rows[7] = {null_cell};
    ASSERT_TRUE(run.consume(make_batch(fixture.memory, schema, rows, Ordinal(split, 0))));
    ASSERT_TRUE(run.seal());
    all.take(run);
  }
  ASSERT_TRUE(all.settle());
  const auto arranged = all.arrange(0);
  ASSERT_TRUE(arranged);
  const auto filled = FilledColumn::make(all, *arranged, 0, {}, fixture.memory);
  ASSERT_TRUE(filled);
  const auto first = filled->of_batch(0, fixture.memory);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, all.batches()[0].columns()[0]);
  const auto second = filled->of_batch(1, fixture.memory);
  ASSERT_TRUE(second);
  EXPECT_EQ(test::value_text(**second, 7), "1");
}

}  // namespace
}  // namespace leat::state
