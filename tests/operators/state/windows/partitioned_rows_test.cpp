// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/partitioned_rows.h"

#include <map>

#include <gtest/gtest.h>

#include "engine/runtime.h"
#include "operators/state/windows/parallel_sort.h"
#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::Cell;
using test::DealtRows;
using test::make_schema;
using test::OperatorFixture;
using test::Row;

PartitionPlan plan_of(const SchemaRef& schema, const std::vector<std::string>& partition_by,
                      const std::vector<std::string>& order_by) {
  Diagnostics diagnostics;
  std::vector<expr::ProgramRef> partitions;
  for (const std::string& key : partition_by)
    partitions.push_back(expr::compile(SourceText(key, {}, {}), *schema, {}, diagnostics));
  std::vector<expr::SortKey> orders;
  for (const std::string& key : order_by) {
    orders.push_back(*expr::compile_sort_key(SourceText(key, {}, {}), *schema, {}, diagnostics));
  }
  PartitionPlanner planner(schema);
  planner.add_arrangement(partitions, orders);
  EXPECT_TRUE(diagnostics.ok());
  return std::move(planner).finish();
}

/// What the rows look like: `n` of all rows in order of the input, and by arrangement.
struct Seen {
  std::vector<int64_t> input;
  std::map<std::string, std::vector<int64_t>> partitions;
  std::map<std::string, std::vector<size_t>> peers;  // lengths
};

Seen look(const PartitionPlan& plan, const std::vector<std::vector<Batch>>& lanes,
          OperatorFixture& fixture, size_t key_columns) {
  PartitionedRows rows(plan, fixture.memory);
  for (const std::vector<Batch>& lane : lanes) {
    PartitionedRun run(plan, fixture.lane());
    for (const Batch& batch : lane) EXPECT_TRUE(run.consume(batch));
    EXPECT_TRUE(run.seal());
    rows.take(run);
  }
  EXPECT_TRUE(rows.settle());
  Seen seen;
  const size_t number = plan.input->size() - 1;
  for (const Batch& batch : rows.batches()) {
    for (size_t row = 0; row < batch.rows(); ++row)
      seen.input.push_back(batch.column(number).values<int64_t>()[row]);
  }
  auto arranged = rows.arrange(0);
  EXPECT_TRUE(arranged);
  size_t peer = 0;
  for (size_t i = 0; i < arranged->partition_count(); ++i) {
    std::string key;
    const std::span<const uint32_t> positions = arranged->partition(i);
    for (size_t column = 0; column < key_columns; ++column) {
      const RowRef first = rows.locate(positions[0]);
      key += test::value_text(rows.batches()[first.batch].column(column), first.row) + '|';
    }
    EXPECT_FALSE(seen.partitions.contains(key)) << "a partition came in two: " << key;
    for (const uint32_t position : positions) {
      const RowRef at = rows.locate(position);
      seen.partitions[key].push_back(
          rows.batches()[at.batch].column(number).values<int64_t>()[at.row]);
    }
    for (; arranged->peers[peer] < arranged->partitions[i + 1]; ++peer)
      seen.peers[key].push_back(arranged->peers[peer + 1] - arranged->peers[peer]);
  }
  return seen;
}

TEST(PartitionedRows, ByPartitionInOrderAndBack) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const SchemaRef schema =
      make_schema({{"p", kUtf8Type}, {"q", kInt64Type}, {"a", kInt64Type}, {"n", kInt64Type}});
  for (size_t round = 0; round < 12; ++round) {
    const size_t keys = round % 3;
    const bool ordered = round % 2 == 0;
    std::vector<std::vector<Row>> splits(8);
    Seen wanted;
    std::map<std::string, std::vector<std::pair<int64_t, int64_t>>> partitions;
    int64_t number = 0;
    const size_t most = round < 6 ? 2500 : 90;  // as after a thin filter
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % most; i > 0; --i) {
        const Row row{
            random() % 7 == 0 ? Cell() : Cell(std::string(random() % 3, 'x') + "some long text"),
            static_cast<int64_t>(random() % 3),
            random() % 9 == 0 ? Cell() : Cell(static_cast<int64_t>(random() % 40)), number};
        std::string key;
        if (keys > 0) key += row[0].is_null() ? "NULL|" : std::get<std::string>(row[0].value) + '|';
        if (keys > 1) key += fmt::format("{}|", std::get<int64_t>(row[1].value));
        // a desc nulls last
        const int64_t order = !ordered           ? 0
                              : row[2].is_null() ? 1000
                                                 : -std::get<int64_t>(row[2].value);
        partitions[key].push_back({order, number});
        wanted.input.push_back(number++);
        split.push_back(row);
      }
    }
    for (auto& [key, rows] : partitions) {
      std::sort(rows.begin(), rows.end());
      for (size_t i = 0; i < rows.size(); ++i) {
        wanted.partitions[key].push_back(rows[i].second);
        if (i == 0 || rows[i].first != rows[i - 1].first) wanted.peers[key].push_back(0);
        ++wanted.peers[key].back();
      }
    }
    const DealtRows data(schema, std::move(splits));
    std::vector<std::string> names{"p", "q"};
    names.resize(keys);
    const PartitionPlan plan = plan_of(
        schema, names,
        ordered ? std::vector<std::string>{"a desc nulls last"} : std::vector<std::string>{});
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture fixture;
      const Seen seen = look(plan, data.dealt(fixture.memory, lanes, random), fixture, keys);
      ASSERT_EQ(seen.input, wanted.input) << "round " << round << ", lanes " << lanes;
      ASSERT_EQ(seen.partitions, wanted.partitions) << "round " << round << ", lanes " << lanes;
      ASSERT_EQ(seen.peers, wanted.peers) << "round " << round << ", lanes " << lanes;
    }
  }
}

TEST(PartitionedRows, LargePartitionsAreSortedBySeveral) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  test::OperatorFixture fixture;
  std::vector<int64_t> values(300'000);
  for (int64_t& value : values) value = static_cast<int64_t>(random() % 1'000'000'000);
  std::vector<int64_t> wanted = values;
  std::sort(wanted.begin(), wanted.end());
  Runtime runtime({.procs = 4});
  runtime.run(
      [&] { EXPECT_TRUE(parallel_sort(std::span(values), std::less<int64_t>(), fixture.memory)); });
  EXPECT_EQ(values, wanted);
}

TEST(PartitionedRows, NoRows) {
  const SchemaRef schema = make_schema({{"p", kInt64Type}, {"n", kInt64Type}});
  const PartitionPlan plan = plan_of(schema, {"p"}, {"n"});
  OperatorFixture fixture;
  PartitionedRows rows(plan, fixture.memory);
  ASSERT_TRUE(rows.settle());
  const auto arranged = rows.arrange(0);
  ASSERT_TRUE(arranged);
  EXPECT_EQ(arranged->partition_count(), 0u);
}

}  // namespace
}  // namespace leat::state
