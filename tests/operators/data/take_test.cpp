// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/take.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {
namespace {

using test::Cell;
using test::make_batch;
using test::make_column;
using test::make_schema;
using test::OperatorFixture;
using test::Row;
using test::rows_of;
using test::select_rows;

SchemaRef scalar_schema() {
  return make_schema({{"b", kBoolType},
                      {"i", kInt64Type},
                      {"f", kFloat64Type},
                      {"d", Type::decimal(20, 2)},
                      {"s", kUtf8Type},
                      {"t", kDateType},
                      {"n", kNullType}});
}

std::vector<Row> random_rows(std::mt19937_64& random, size_t count) {
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    const auto cell = [&](Cell value) { return random() % 5 == 0 ? Cell() : value; };
    rows.push_back({cell(random() % 2 == 0), cell(static_cast<int64_t>(random())),
                    cell(static_cast<double>(random() % 100) / 8),
                    cell(static_cast<int64_t>(random() % 1000)),
                    cell(std::string(random() % 40, 'q')),
                    cell(static_cast<int64_t>(random() % 20'000)), Cell()});
  }
  return rows;
}

/// A column of lists of structs {x int64, y utf8}: nesting of every kind.
ColumnRef nested_column(MemoryAccount& memory, const std::vector<int>& lengths) {
  std::vector<Cell> numbers, texts;
  auto offsets = memory.allocate((lengths.size() + 1) * sizeof(int32_t));
  auto validity = memory.allocate(bitmap_bytes(lengths.size()));
  EXPECT_TRUE(offsets && validity);
  std::memset((*validity)->mutable_data(), 0, bitmap_bytes(lengths.size()));
  int32_t total = 0;
  for (size_t i = 0; i < lengths.size(); ++i) {
    (*offsets)->mutable_as<int32_t>()[i] = total;
    if (lengths[i] < 0) continue;  // NULL
    set_bit((*validity)->mutable_data(), i);
    for (int j = 0; j < lengths[i]; ++j) {
      numbers.emplace_back(total);
      texts.emplace_back(j % 2 == 0 ? Cell(std::string(20, static_cast<char>('a' + j))) : Cell());
      ++total;
    }
  }
  (*offsets)->mutable_as<int32_t>()[lengths.size()] = total;
  const Type element = Type::structure({{"x", kInt64Type}, {"y", kUtf8Type}});
  Column::Parts inner;
  inner.children = {make_column(memory, kInt64Type, numbers),
                    make_column(memory, kUtf8Type, texts)};
  Column::Parts parts;
  parts.validity = *validity;
  parts.values = *offsets;
  parts.children = {
      std::make_shared<Column>(element, static_cast<size_t>(total), std::move(inner))};
  return std::make_shared<Column>(Type::list(element), lengths.size(), std::move(parts));
}

TEST(Take, RowsOfAColumnInAnyOrder) {
  OperatorFixture fixture;
  const ColumnRef column =
      test::make_column(fixture.memory, kUtf8Type, {"a", test::null_cell, "a text of some length"});
  const std::vector<uint32_t> rows{2, 0, 2, 1};
  const auto taken = take_column(*column, rows, fixture.memory);
  ASSERT_TRUE(taken);
  EXPECT_EQ((*taken)->view_at(0), "a text of some length");
  EXPECT_EQ((*taken)->view_at(1), "a");
  EXPECT_EQ((*taken)->view_at(2), "a text of some length");
  EXPECT_FALSE((*taken)->is_valid(3));
}

TEST(Take, NullsOfAnyType) {
  OperatorFixture fixture;
  const Type structure = Type::structure({{"l", Type::list(kUtf8Type)}, {"b", kBoolType}});
  for (const Type& type : {kInt64Type, kBoolType, kUtf8Type, kNullType, structure}) {
    const auto column = null_column(type, 70, fixture.memory);
    ASSERT_TRUE(column);
    EXPECT_EQ((*column)->length(), 70u);
    EXPECT_EQ((*column)->type(), type);
    for (const size_t row : {0, 69}) EXPECT_FALSE((*column)->is_valid(row));
  }
  const auto lists = null_column(Type::list(kUtf8Type), 1, fixture.memory);
  ASSERT_TRUE(lists);
  EXPECT_EQ((*lists)->child(0).length(), 0u);
  EXPECT_NE((*lists)->child(0).values<Utf8View>(), nullptr) << "no rows are an array as well";
}

TEST(Compact, KeepsTheSelectedRowsAndTheirIdentities) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  OperatorFixture fixture;
  for (int round = 0; round < 20; ++round) {
    const Batch batch =
        make_batch(fixture.memory, scalar_schema(), random_rows(random, 200), Ordinal(3, 17));
    std::vector<uint32_t> chosen;
    for (uint32_t i = 0; i < 200; ++i) {
      if (random() % 4 == 0) chosen.push_back(i);
    }
    const Batch thin = select_rows(fixture.memory, batch, chosen);
    const auto dense = compact(thin, fixture.memory);
    ASSERT_TRUE(dense);
    EXPECT_TRUE(dense->selection().is_all());
    EXPECT_EQ(dense->length(), chosen.size());
    EXPECT_EQ(rows_of(*dense), rows_of(thin));
    for (size_t i = 0; i < chosen.size(); ++i) EXPECT_EQ(dense->ordinal(i), thin.ordinal(i));
  }
}

TEST(Compact, DoesNotKeepTheChunkAlive) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"s", kUtf8Type}});
  Batch dense;
  {
    auto chunk = fixture.memory.allocate(size_t{2} << 20);
    ASSERT_TRUE(chunk);
    std::memset((*chunk)->mutable_data(), 'z', 100);
    ViewBuilder builder(kUtf8Type, fixture.memory);
    ASSERT_TRUE(builder.reserve(2));
    builder.append_in_place({(*chunk)->as<char>(), 30}, builder.adopt(*chunk));
    builder.append_in_place({(*chunk)->as<char>(), 3}, 0);
    auto compacted = compact(Batch(schema, {builder.finish()}, 2, {}), fixture.memory);
    ASSERT_TRUE(compacted);
    dense = std::move(*compacted);
  }
  EXPECT_LT(fixture.memory.used(), size_t{8} << 10);
  EXPECT_EQ(rows_of(dense), (std::vector<std::string>{std::string(30, 'z'), "zzz"}));
}

TEST(Compact, SharesColumnsThatAreCompactAlready) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"i", kInt64Type}}), std::vector<Row>(128, Row{1}));
  const auto dense = compact(batch, fixture.memory);
  ASSERT_TRUE(dense);
  EXPECT_EQ(dense->columns()[0], batch.columns()[0]);
}

TEST(Compact, CopiesAPrefixSelection) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"i", kInt64Type}}), std::vector<Row>(10, Row{7}));
  const auto dense = compact(batch.with_selection(batch.selection().prefix(4)), fixture.memory);
  ASSERT_TRUE(dense);
  EXPECT_EQ(dense->length(), 4u);
  EXPECT_EQ(dense->column(0).length(), 4u);
}

TEST(Compact, NestedColumns) {
  OperatorFixture fixture;
  const SchemaRef schema =
      make_schema({{"l", Type::list(Type::structure({{"x", kInt64Type}, {"y", kUtf8Type}}))}});
  const Batch batch(schema, {nested_column(fixture.memory, {2, 0, -1, 3, 1})}, 5, {});
  const Batch thin = select_rows(fixture.memory, batch, {0, 2, 3});
  const auto dense = compact(thin, fixture.memory);
  ASSERT_TRUE(dense);
  EXPECT_EQ(rows_of(*dense), rows_of(thin));
  EXPECT_EQ(rows_of(*dense)[1], "NULL");
  EXPECT_EQ(dense->column(0).child(0).length(), 5u) << "elements of other rows stay behind";
}

TEST(Take, PicksRowsOfManyBatchesInTheOrderGiven) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  OperatorFixture fixture;
  std::vector<Batch> batches;
  std::vector<std::vector<std::string>> texts;
  for (uint64_t i = 0; i < 5; ++i) {
    batches.push_back(
        make_batch(fixture.memory, scalar_schema(), random_rows(random, 50), Ordinal(i, 0)));
    texts.push_back(rows_of(batches.back()));
  }
  std::vector<RowRef> rows;
  std::vector<std::string> wanted;
  for (int i = 0; i < 300; ++i) {
    rows.push_back({static_cast<uint32_t>(random() % 5), static_cast<uint32_t>(random() % 50)});
    wanted.push_back(texts[rows.back().batch][rows.back().row]);
  }
  const auto picked = take(batches, rows, fixture.memory);
  ASSERT_TRUE(picked);
  EXPECT_EQ(rows_of(*picked), wanted);
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(picked->ordinal(i), Ordinal(rows[i].batch, rows[i].row));
}

TEST(Take, NestedColumnsOfManyBatches) {
  OperatorFixture fixture;
  const SchemaRef schema =
      make_schema({{"l", Type::list(Type::structure({{"x", kInt64Type}, {"y", kUtf8Type}}))}});
  const std::vector<Batch> batches{
      Batch(schema, {nested_column(fixture.memory, {2, 0, -1})}, 3, {}),
      Batch(schema, {nested_column(fixture.memory, {4, 1})}, 2, {})};
  const std::vector<RowRef> rows{{1, 1}, {0, 0}, {1, 0}, {0, 2}, {0, 1}, {1, 1}};
  const auto picked = take(batches, rows, fixture.memory);
  ASSERT_TRUE(picked);
  const std::vector<std::string> first = rows_of(batches[0]), second = rows_of(batches[1]);
  EXPECT_EQ(rows_of(*picked), (std::vector<std::string>{second[1], first[0], second[0], first[2],
                                                        first[1], second[1]}));
}

TEST(Take, RefusedMemoryLeaksNothing) {
  OperatorFixture fixture(64 << 10);
  {
    const Batch batch =
        make_batch(fixture.memory, make_schema({{"i", kInt64Type}, {"s", kUtf8Type}}),
                   std::vector<Row>(512, Row{1, "a string that is not short"}));
    std::vector<RowRef> rows(4096, RowRef{0, 3});
    const auto picked = take({&batch, 1}, rows, fixture.memory);
    ASSERT_FALSE(picked);
    EXPECT_EQ(picked.error().code, ErrorCode::kMemory);
  }
  EXPECT_EQ(fixture.budget.used(), 0u);
}

TEST(IsSparse, UnderHalf) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"i", kInt64Type}}), std::vector<Row>(4, Row{1}));
  EXPECT_FALSE(is_sparse(batch));
  EXPECT_FALSE(is_sparse(select_rows(fixture.memory, batch, {0, 1})));
  EXPECT_TRUE(is_sparse(select_rows(fixture.memory, batch, {3})));
}

}  // namespace
}  // namespace leat
