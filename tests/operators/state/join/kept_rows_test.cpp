// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/kept_rows.h"

#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::DealtRows;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;
using test::rows_of;

std::shared_ptr<KeptRows> keep(const SchemaRef& schema, MemoryAccount& memory,
                               const std::vector<std::vector<Batch>>& lanes) {
  auto rows = std::make_shared<KeptRows>(schema, memory);
  for (const std::vector<Batch>& batches : lanes) {
    RowKeeper keeper(memory, KeepPlaces::kYes);
    for (const Batch& batch : batches) EXPECT_TRUE(keeper.keep(batch));
    EXPECT_TRUE(keeper.seal());
    EXPECT_TRUE(rows->absorb(keeper));
  }
  EXPECT_TRUE(rows->finish());
  return rows;
}

TEST(KeptRows, AreNumberedInTheOrderOfTheirStream) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"n", kInt64Type}, {"s", kUtf8Type}});
  for (size_t round = 0; round < 20; ++round) {
    std::vector<std::vector<Row>> splits(random() % 20);
    int64_t number = 0;
    for (auto& split : splits) {
      split.resize(random() % 400);
      for (Row& row : split) row = {number, std::string(number++ % 30, 'x')};
    }
    const DealtRows data(schema, splits);
    const auto rows = keep(schema, fixture.memory, data.dealt(fixture.memory, 3, random));
    ASSERT_EQ(rows->rows(), data.rows());
    std::vector<uint32_t> numbers(rows->rows());
    std::iota(numbers.begin(), numbers.end(), 0U);
    const auto column = rows->pick_column(0, numbers, fixture.memory);
    ASSERT_TRUE(column);
    for (size_t i = 0; i < numbers.size(); ++i)
      ASSERT_EQ((*column)->values<int64_t>()[i], static_cast<int64_t>(i));
  }
}

TEST(KeptRows, RowsOfOneSplitMayLieInSeveralLanes) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"n", kInt64Type}});
  const Batch all =
      make_batch(fixture.memory, schema, {{0}, {1}, {2}, {3}, {4}, {5}}, Ordinal(7, 0));
  const auto rows = keep(schema, fixture.memory,
                         {{test::select_rows(fixture.memory, all, {1, 2, 5})},
                          {test::select_rows(fixture.memory, all, {0, 3, 4})}});
  const auto batch = rows->range(0, 6, fixture.memory);
  ASSERT_TRUE(batch);
  EXPECT_EQ(rows_of(*batch), (std::vector<std::string>{"0", "1", "2", "3", "4", "5"}));
}

TEST(KeptRows, NoRowIsNull) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"l", Type::list(kInt64Type)}, {"s", kUtf8Type}});
  const auto rows = keep(schema, fixture.memory, {});
  const std::vector<uint32_t> numbers{kNoRow, kNoRow};
  for (const size_t column : {0, 1}) {
    const auto values = rows->pick_column(column, numbers, fixture.memory);
    ASSERT_TRUE(values);
    EXPECT_FALSE((*values)->is_valid(0));
    EXPECT_FALSE((*values)->is_valid(1));
  }
}

/// Row i stands in line 10 * i.
class Tens final : public RowOrigin {
 public:
  explicit Tens(std::string file) : file_(std::move(file)) {}
  TextPlace locate(uint64_t row) const override { return {file_, row * 10, 1}; }
  std::string raw(uint64_t) const override { return "raw"; }

 private:
  std::string file_;
};

TEST(KeptRows, KnowWhereTheyCameFromWithoutTheText) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"n", kInt64Type}});
  const auto of_file = [&](const char* file, uint64_t split) {
    const Batch batch = make_batch(fixture.memory, schema, {{1}, {2}, {3}}, Ordinal(split, 4));
    RowPlaces places = batch.places();
    places.origin = std::make_shared<Tens>(file);
    return batch.with_places(std::move(places));
  };
  const auto rows = keep(schema, fixture.memory, {{of_file("b.csv", 1)}, {of_file("a.csv", 0)}});
  EXPECT_EQ(describe(rows->place(0)), "a.csv:40");
  EXPECT_EQ(describe(rows->place(4)), "b.csv:50");
  const auto batch = rows->range(3, 6, fixture.memory);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->places().origin->locate(batch->ordinal(2).row()).line, 60u);
  EXPECT_EQ(describe(TextPlace()), "an unknown place");
}

TEST(KeptRows, ManySmallBatchesTakeLittleMemory) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"n", kInt64Type}, {"m", kInt64Type}});
  std::vector<Batch> batches;
  RowKeeper keeper(fixture.memory, KeepPlaces::kNo);
  for (uint64_t i = 0; i < 5000; ++i) {
    ASSERT_TRUE(keeper.keep(make_batch(fixture.memory, schema, {{1, 2}}, Ordinal(i, 0))));
  }
  EXPECT_LT(fixture.memory.used(), size_t{1} << 20);
}

}  // namespace
}  // namespace leat::state
