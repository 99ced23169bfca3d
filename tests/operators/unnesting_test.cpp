// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/unnesting.h"

#include <gtest/gtest.h>

#include "tests/support/nested_columns.h"

namespace leat {
namespace {

using test::make_column;
using Part = UnnestPlan::Part;
using Rows = std::vector<std::string>;

TEST(Unnesting, ALongListMakesManyBatches) {
  test::OperatorFixture fixture;
  std::vector<test::Cell> cells;
  for (int i = 0; i < 10'000; ++i) cells.emplace_back(i);
  const Batch batch = test::batch_of(
      {"id", "l"},
      {test::make_column(fixture.memory, kInt64Type, {7, 8}),
       test::list_column(fixture.memory, test::make_column(fixture.memory, kInt64Type, cells),
                         {9'999, 1})});
  UnnestPlan plan;
  plan.lists = {1};
  plan.made = {{Part::kColumn, 0}, {Part::kElement, 1}, {Part::kPosition, 1}};
  plan.output = test::make_schema({{"id", kInt64Type}, {"l", kInt64Type}, {"nth", kInt64Type}});
  Unnester unnester(plan, fixture.lane());
  test::CollectingOutput output(fixture.ledger);
  ASSERT_TRUE(unnester.process(batch, output));
  ASSERT_EQ(output.rows.size(), 10'000u);
  for (const Batch& made : output.batches) EXPECT_LE(made.length(), kBatchRowsMax);
  EXPECT_EQ(output.rows[9'998], "7|9998|9999");
  EXPECT_EQ(output.rows[9'999], "8|9999|1");
  EXPECT_EQ(output.ids[9'998], Ordinal(0, 0));
  EXPECT_EQ(output.ids[9'999], Ordinal(0, 1));
  EXPECT_EQ(fixture.ledger[Counter::kMade], 10'000u);
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 2u);
}

TEST(Unnesting, ANullStructHasNullFields) {
  test::OperatorFixture fixture;
  const ColumnRef a = test::make_column(fixture.memory, kInt64Type, {1, 2, 3});
  const ColumnRef structs = test::struct_column(fixture.memory, {{"a", kInt64Type}}, {a}, {1});
  UnnestPlan plan;
  plan.made = {{Part::kStructField, 0, 0}};
  plan.output = test::make_schema({{"a", kInt64Type}});
  Unnester unnester(plan, fixture.lane());
  test::CollectingOutput output(fixture.ledger);
  ASSERT_TRUE(unnester.process(test::batch_of({"s"}, {structs}), output));
  EXPECT_EQ(output.rows, (Rows{"1", "NULL", "3"}));

  const ColumnRef lists = test::list_column(fixture.memory, structs, {2, 1});
  UnnestPlan in_list;
  in_list.lists = {0};
  in_list.made = {{Part::kElementField, 0, 0}};
  in_list.output = plan.output;
  Unnester elements(in_list, fixture.lane());
  output.rows.clear();
  ASSERT_TRUE(elements.process(test::batch_of({"l"}, {lists}), output));
  EXPECT_EQ(output.rows, (Rows{"1", "NULL", "3"}));
}

}  // namespace
}  // namespace leat
