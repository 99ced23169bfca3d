// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `sort` and `top` do with it is tested in transforms/sort_test.cpp and top_test.cpp; here is
// what only this layer shows.
#include "operators/state/sorting/sort_run.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/sort_plan.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::plan_for;

TEST(SortRun, PrefixesOrderAsValuesDo) {
  OperatorFixture fixture;
  const std::vector<std::pair<Type, std::vector<test::Cell>>> ascending{
      {kInt64Type, {INT64_MIN, -1, 0, 1, INT64_MAX}},
      {kFloat64Type, {-INFINITY, -1.5, -0x1p-1074, 0.0, 0x1p-1074, 2.0, INFINITY, std::nan("")}},
      {kUtf8Type, {"", "a", "ab", "b", "é"}},
      {kDateType, {-5, 5}},
      {kBoolType, {false, true}},
      {Type::decimal(38, 0), {-5, 0, 5}}};
  for (const auto& [type, cells] : ascending) {
    const SchemaRef schema = make_schema({{"k", type}});
    std::vector<test::Row> rows;
    for (const test::Cell& cell : cells) rows.push_back({cell});
    const Batch batch = make_batch(fixture.memory, schema, rows);
    std::vector<uint64_t> up(rows.size()), down(rows.size());
    write_prefixes(plan_for(schema, "k"), batch, up.data());
    write_prefixes(plan_for(schema, "k desc"), batch, down.data());
    for (size_t i = 1; i < rows.size(); ++i) {
      EXPECT_LT(up[i - 1], up[i]) << to_string(type) << " row " << i;
      EXPECT_GT(down[i - 1], down[i]) << to_string(type) << " row " << i;
    }
  }
}

TEST(SortRun, KeepFirstTellsWhereItCut) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const SortPlan plan = plan_for(schema, "k nulls first");
  SortRun run(plan, fixture.lane());
  ASSERT_TRUE(
      run.keep(make_batch(fixture.memory, schema, {{5}, {test::null_cell}, {3}, {4}, {1}})));
  EXPECT_FALSE(run.boundary());
  ASSERT_TRUE(run.keep_first(3));
  ASSERT_TRUE(run.boundary());
  EXPECT_EQ(run.boundary()->part, SortPart::kLater);
  uint64_t three = 0;
  write_prefixes(plan, make_batch(fixture.memory, schema, {{3}}), &three);
  EXPECT_EQ(run.boundary()->prefix, three);
  EXPECT_EQ(run.rows(), 3u);
  ASSERT_TRUE(run.keep_first(1));
  EXPECT_EQ(run.boundary()->part, SortPart::kEarlier);
  ASSERT_TRUE(run.sort());
  EXPECT_EQ(run.rows(), 1u);
  const SortedEntries entries = run.take_sorted().entries;
  EXPECT_EQ(entries.parts[static_cast<size_t>(SortPart::kEarlier)].size(), 1u) << "the NULL";
  EXPECT_EQ(entries.parts[static_cast<size_t>(SortPart::kLater)].size(), 0u);
}

}  // namespace
}  // namespace leat::state
