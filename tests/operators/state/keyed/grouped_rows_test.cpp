// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/keyed/grouped_rows.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/sort_plan.h"

namespace leat::state {
namespace {

using test::Cell;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;
using Texts = std::vector<std::string>;

SchemaRef schema() { return make_schema({{"v", kInt64Type}, {"n", kInt64Type}}); }

SortPlan input_plan() { return {schema(), schema(), {}}; }

/// Keeps `rows`, in batches of `step`; row i is of the group i % `groups`.
void keep(GroupedRows& held, OperatorFixture& fixture, const std::vector<Row>& rows, size_t step,
          uint32_t groups, uint64_t split = 0) {
  for (size_t begin = 0; begin < rows.size(); begin += step) {
    const size_t count = std::min(step, rows.size() - begin);
    const Batch batch = make_batch(fixture.memory, schema(),
                                   {rows.begin() + static_cast<ptrdiff_t>(begin),
                                    rows.begin() + static_cast<ptrdiff_t>(begin + count)},
                                   Ordinal(split, begin));
    std::vector<uint32_t> group_of;
    for (size_t i = 0; i < count; ++i)
      group_of.push_back(static_cast<uint32_t>((begin + i) % groups));
    ASSERT_TRUE(held.begin(batch));
    ASSERT_TRUE(held.keep(batch.selection(), group_of.data()));
  }
}

Texts texts(const GroupedRows& held, std::span<const SortEntry> entries) {
  Texts result;
  for (const SortEntry& entry : entries)
    result.push_back(test::rows_of(held.batches()[entry.batch])[entry.row]);
  return result;
}

TEST(GroupedRows, ComparesRowsThatWaitWithThoseHeld) {
  OperatorFixture fixture;
  const SortPlan plan = test::plan_for(schema(), "v desc");
  GroupedRows held(plan, fixture.memory);
  keep(held, fixture, {{5, 0}, {Cell(), 1}}, 2, 1);
  ASSERT_TRUE(held.begin(make_batch(fixture.memory, schema(), {{7, 2}, {5, 3}}, Ordinal(1, 0))));
  EXPECT_TRUE(held.before(held.pending(0), 0));
  EXPECT_TRUE(held.before(1, held.pending(0))) << "NULL comes first when descending";
  EXPECT_TRUE(held.before(0, held.pending(1))) << "of equal rows the one that stood first";
  EXPECT_FALSE(held.before(held.pending(1), 0));
  EXPECT_TRUE(held.same_keys(0, held.pending(1)));
  EXPECT_FALSE(held.same_keys(0, 1));
}

TEST(GroupedRows, GroupsInTheirOrderAndAllInThatOfTheInput) {
  OperatorFixture fixture;
  const SortPlan plan = test::plan_for(schema(), "v");
  GroupedRows held(plan, fixture.memory);
  keep(held, fixture, {{3, 0}, {9, 1}, {Cell(), 2}, {1, 3}, {2, 4}, {9, 5}}, 4, 2);
  const auto sorted = sort_groups(held, 3, fixture.memory);
  ASSERT_TRUE(sorted);
  EXPECT_EQ(texts(held, sorted->rows(0)), (Texts{"2|4", "3|0", "NULL|2"}));
  EXPECT_EQ(texts(held, sorted->rows(1)), (Texts{"1|3", "9|1", "9|5"}));
  EXPECT_TRUE(sorted->rows(2).empty());
}

TEST(GroupedRows, KeepsTheChosenRowsOfABatch) {
  OperatorFixture fixture;
  const SortPlan plan = input_plan();
  GroupedRows held(plan, fixture.memory);
  const Batch batch = make_batch(fixture.memory, schema(), {{1, 0}, {2, 1}, {3, 2}});
  const std::vector<uint32_t> group_of{4, 5, 6};
  ASSERT_TRUE(held.begin(batch));
  ASSERT_TRUE(
      held.keep(test::select_rows(fixture.memory, batch, {0, 2}).selection(), group_of.data()));
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held.group(1), 6u);
  EXPECT_EQ(held.ordinal(1), Ordinal(0, 2));
}

/// Whatever is dropped and joined, rows keep their groups, places and order.
TEST(GroupedRows, RetainsAndAbsorbs) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const size_t step : {1, 3, 900, 2000}) {
    OperatorFixture fixture;
    const SortPlan plan = input_plan();
    GroupedRows held(plan, fixture.memory);
    GroupedRows other(plan, fixture.memory);
    std::vector<Row> rows;
    for (int64_t i = 0; i < 5000; ++i) rows.push_back({i, i});
    keep(held, fixture, rows, step, 7, 1);
    keep(other, fixture, rows, 77, 3, 0);
    GroupArray<uint8_t> kept(fixture.memory);
    ASSERT_TRUE(kept.resize(held.size(), 0));
    std::vector<size_t> left;
    for (size_t row = 0; row < held.size(); ++row) {
      kept[row] = random() % 3 == 0 ? 1 : 0;
      if (kept[row] != 0) left.push_back(row);
    }
    GroupNumbers moved(fixture.memory);
    ASSERT_TRUE(held.retain(kept, moved));
    ASSERT_EQ(held.size(), left.size());
    for (size_t i = 0; i < left.size(); ++i) {
      const auto row = static_cast<GroupedRows::Handle>(i);
      ASSERT_EQ(moved[left[i]], i);
      ASSERT_EQ(held.ordinal(row), Ordinal(1, left[i]));
      ASSERT_EQ(held.group(row), left[i] % 7);
      ASSERT_EQ(held.handle({held.entry(row).batch, held.entry(row).row}), row);
    }
    GroupNumbers group_of(fixture.memory);
    for (const uint32_t group : {10, 11, 12}) ASSERT_TRUE(group_of.push_back(group));
    ASSERT_TRUE(held.absorb(other, group_of));
    ASSERT_EQ(held.size(), left.size() + rows.size());
    const auto last = static_cast<GroupedRows::Handle>(held.size() - 1);
    EXPECT_EQ(held.group(last), 10 + 4999 % 3);
    EXPECT_EQ(held.ordinal(last), Ordinal(0, 4999));
    const auto sorted = sort_groups(held, 13, fixture.memory);
    ASSERT_TRUE(sorted);
    EXPECT_EQ(sorted->rows(11).size(), rows.size() / 3 + 1);
  }
}

TEST(GroupedRows, ThinBatchesCostLittle) {
  OperatorFixture fixture;
  const SortPlan plan = input_plan();
  GroupedRows held(plan, fixture.memory);
  std::vector<Row> rows;
  for (int64_t i = 0; i < 3000; ++i) rows.push_back({i, i});
  keep(held, fixture, rows, 1, 1);
  EXPECT_LT(fixture.memory.used(), size_t{2} << 20);
}

}  // namespace
}  // namespace leat::state
