// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is restored is tested with those who spill (spilled_groups_test.cpp); here is what lies on
// the disk.
#include "operators/state/groups/spilled_partitions.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

TEST(SpilledPartitions, LieByTheHighBitsOfTheirHashes) {
  test::OperatorFixture fixture;
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
  ASSERT_TRUE(area);
  const SchemaRef schema = test::make_schema({{"key", kInt64Type}});
  constexpr uint32_t kFew = 0x04000000;  // a partition's share of tags
  KeysToWrite keys{1000, 16, [](uint32_t key) { return key % 3 * kFew + key; }, nullptr};
  keys.rows = [&](std::span<const uint32_t> some, MemoryAccount& memory) -> Result<Batch> {
    LEAT_TRY_ASSIGN(ColumnRef column,
                    integer_column(some.size(), memory, [&](size_t i) { return some[i]; }));
    return Batch(schema, {std::move(column)}, some.size(), {});
  };
  const auto written =
      write_partitions(keys, {**area, fixture.ledger, fixture.memory, fixture.memory});
  ASSERT_TRUE(written);
  EXPECT_EQ(fixture.ledger[Counter::kSpilled], 1000u);
  std::vector<int64_t> found;
  for (uint32_t partition = 0; partition < kPartitions; ++partition) {
    for (uint32_t i = written->blocks[partition]; i < written->blocks[partition + 1]; ++i) {
      const auto block = written->run->read(i, fixture.memory);
      ASSERT_TRUE(block);
      for (size_t row = 0; row < block->length(); ++row) {
        found.push_back(block->column(0).values<int64_t>()[row]);
        ASSERT_EQ(static_cast<uint32_t>(found.back()) % 3, partition);
      }
    }
  }
  ASSERT_EQ(found.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.begin() + 300)) << "as they were met";
}

}  // namespace
}  // namespace leat::state
