// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/state/windows/partitioned_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::null_cell;

TEST(ArrangedRows, PartitionsAndPeersWhereverRowsAre) {
  const SchemaRef schema = test::make_schema({{"k", kFloat64Type}, {"v", kInt64Type}});
  PartitionPlanner planner(schema);
  planner.add_arrangement({expr::column_program(*schema, 0)},
                          {{expr::column_program(*schema, 1), false, false}});
  const PartitionPlan plan = std::move(planner).finish();
  test::OperatorFixture fixture;
  const std::vector<Batch> batches{
      make_batch(fixture.memory, schema, {{-0.0, 1}, {0.0, 1}, {0.0, 2}}),
      make_batch(fixture.memory, schema, {{0.0, 2}, {1.5, 2}}),
      make_batch(fixture.memory, schema, {{1.5, null_cell}, {null_cell, null_cell}})};
  const auto expect_found = [&](const PartitionedRows& rows) {
    const auto arranged = rows.arranged(0);
    ASSERT_TRUE(arranged);
    const auto found = [](const auto& array) {
      std::vector<uint32_t> all;
      for (size_t i = 0; i < array.size(); ++i) all.push_back(array[i]);
      return all;
    };
    EXPECT_EQ(found(arranged->partitions), (std::vector<uint32_t>{0, 4, 6, 7}));
    EXPECT_EQ(found(arranged->peers), (std::vector<uint32_t>{0, 2, 4, 5, 6, 7}));
    EXPECT_EQ(arranged->position(5), 5u);
    EXPECT_EQ(arranged->peer_at(0), 0u);
    EXPECT_EQ(arranged->peer_at(4), 2u);
    EXPECT_EQ(arranged->peer_at(7), 5u);
    EXPECT_EQ(rows.rows(), 7u);
    EXPECT_EQ(rows.locate(4).batch, 1u);
    EXPECT_EQ(rows.batch(2)->rows(), 2u);
  };
  PartitionedRows resident(plan, fixture.memory);
  ASSERT_TRUE(resident.take_arranged(batches));
  expect_found(resident);

  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
  ASSERT_TRUE(area);
  SpillWriter writer(**area, fixture.memory);
  for (const Batch& batch : batches) ASSERT_TRUE(writer.append(batch));
  auto run = writer.finish(fixture.memory);
  ASSERT_TRUE(run);
  PageStore pages(**area, fixture.memory);
  PartitionedRows paged(plan, fixture.memory);
  ASSERT_TRUE(paged.take_arranged(*run, {3, 2, 2}, pages));
  expect_found(paged);
  EXPECT_TRUE(pages.status());
}

}  // namespace
}  // namespace leat::state
