// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/partitions.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;

TEST(Partitions, EachLevelHasItsOwnBits) {
  const uint64_t hash = uint64_t{5} << 58 | uint64_t{9} << 52 | uint64_t{63} << 4;
  EXPECT_EQ(partition_of(hash, 0), 5u);
  EXPECT_EQ(partition_of(hash, 1), 9u);
  EXPECT_EQ(partition_of(hash, 2), 0u);
  EXPECT_EQ(partition_of(hash, kPartitionLevels - 1), 63u);
}

TEST(Partitions, RowsLieInOrderInThePartitionOfTheirKey) {
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
  ASSERT_TRUE(area);
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"n", kInt64Type}});
  auto work = fixture.memory.lease(PartitionWriter::kWorkBytes);
  ASSERT_TRUE(work);
  PartitionWriter writer(schema, 0, **area, work->account());
  KeyHasher hasher(fixture.memory);
  constexpr int64_t kRows = 20'000;
  for (int64_t begin = 0; begin < kRows; begin += 1000) {
    std::vector<Row> rows;
    for (int64_t i = begin; i < begin + 1000; ++i)
      rows.push_back({i % 7 == 0 ? test::Cell() : test::Cell(i % 500), i});
    const Batch batch = make_batch(fixture.memory, schema, rows);
    std::vector<uint64_t> hashes(batch.length());
    const std::vector<ColumnRef> keys{batch.columns().front()};
    ASSERT_TRUE(hasher.hash(keys, batch.selection(), hashes.data()));
    ASSERT_TRUE(writer.add(batch, hashes.data()));
  }
  PartitionRuns runs;
  ASSERT_TRUE(writer.finish(runs, fixture.memory));
  EXPECT_EQ(writer.rows(), static_cast<uint64_t>(kRows));
  size_t rows = 0;
  for (size_t partition = 0; partition < kJoinPartitions; ++partition) {
    int64_t last = -1;
    for (const SpillRunRef& run : runs[partition]) {
      for (size_t i = 0; i < run->blocks(); ++i) {
        const auto block = run->read(i, fixture.memory);
        ASSERT_TRUE(block);
        std::vector<uint64_t> hashes(block->length());
        const std::vector<ColumnRef> keys{block->columns().front()};
        ASSERT_TRUE(hasher.hash(keys, block->selection(), hashes.data()));
        for (size_t row = 0; row < block->rows(); ++row, ++rows) {
          EXPECT_EQ(partition_of(hashes[row], 0), partition);
          EXPECT_LT(last, block->column(1).values<int64_t>()[row]);
          last = block->column(1).values<int64_t>()[row];
        }
      }
    }
  }
  EXPECT_EQ(rows, static_cast<size_t>(kRows));
}

}  // namespace
}  // namespace leat::state
