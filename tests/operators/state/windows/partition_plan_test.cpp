// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/partition_plan.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

class PartitionPlanTest : public ::testing::Test {
 protected:
  expr::ProgramRef program(const std::string& text) {
    return expr::compile(SourceText(text, {}, {}), *schema_, {}, diagnostics_);
  }
  expr::SortKey key(const std::string& text) {
    return *expr::compile_sort_key(SourceText(text, {}, {}), *schema_, {}, diagnostics_);
  }

  SchemaRef schema_ = test::make_schema({{"a", kInt64Type}, {"b", kInt64Type}, {"c", kInt64Type}});
  Diagnostics diagnostics_;
};

TEST_F(PartitionPlanTest, EqualColumnsAndArrangementsAreThereOnce) {
  PartitionPlanner planner(schema_);
  EXPECT_EQ(planner.add_column(program("b")), 1u);
  EXPECT_EQ(planner.add_column(program("a + b")), 3u);
  EXPECT_EQ(planner.add_column(program("a + b")), 3u);
  EXPECT_EQ(planner.add_column(program("a + b"), 1), 4u);
  EXPECT_EQ(planner.add_arrangement({program("a + b")}, {key("b desc")}), 0u);
  EXPECT_EQ(planner.add_arrangement({program("a + b")}, {key("b desc")}), 0u);
  EXPECT_EQ(planner.add_arrangement({program("a + b")}, {key("b")}), 1u);
  EXPECT_EQ(planner.add_arrangement({}, {key("b")}), 2u);
  const PartitionPlan plan = std::move(planner).finish();
  EXPECT_EQ(plan.stored->size(), 5u);
  EXPECT_EQ(plan.arrangements[0].partition_by, std::vector<size_t>{3});
  EXPECT_EQ(plan.arrangements[0].order.keys[0].stored, 1u);
  EXPECT_EQ(columns_read(plan), (std::vector<size_t>{0, 1}));
}

}  // namespace
}  // namespace leat::state
