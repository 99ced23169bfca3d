// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/row_key.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::Cell;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;
using test::rows_of;

SchemaRef key_schema() {
  return make_schema({{"s", kUtf8Type},
                      {"i", kInt64Type},
                      {"b", kBoolType},
                      {"f", kFloat64Type},
                      {"d", Type::decimal(30, 2)},
                      {"t", kDateType},
                      {"x", kBinaryType},
                      {"n", kNullType},
                      {"u", kTimestampType}});
}

Row random_row(std::mt19937_64& random) {
  const auto cell = [&](Cell value) { return random() % 3 == 0 ? Cell() : value; };
  return {cell(std::string(random() % 30, 'x')),
          cell(static_cast<int64_t>(random() % 3)),
          cell(random() % 2 == 0),
          cell(static_cast<double>(random() % 3)),
          cell(static_cast<int64_t>(random() % 3)),
          cell(static_cast<int64_t>(random() % 3)),
          cell(std::string(random() % 3, '\0')),
          Cell(),
          cell(static_cast<int64_t>(random() % 2))};
}

TEST(RowKey, EqualKeysAndOnlyTheyHaveEqualBytesAndReadBack) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  OperatorFixture fixture;
  RowKeyEncoder encoder(fixture.memory);
  std::vector<Type> types;
  for (const Field& field : key_schema()->fields()) types.push_back(field.type);
  for (int round = 0; round < 30; ++round) {
    std::vector<Row> rows;
    std::vector<uint32_t> chosen;
    for (uint32_t i = 0; i < 100; ++i) {
      rows.push_back(random_row(random));
      if (random() % 3 != 0) chosen.push_back(i);
    }
    const Batch batch =
        test::select_rows(fixture.memory, make_batch(fixture.memory, key_schema(), rows), chosen);
    ASSERT_TRUE(encoder.encode(batch.columns(), batch.selection()));
    const std::vector<std::string> texts = rows_of(batch);
    std::vector<std::string_view> keys;
    for (const uint32_t row : chosen) keys.push_back(encoder.key(row));
    for (size_t i = 0; i < keys.size(); ++i) {
      for (size_t j = 0; j < i; ++j)
        ASSERT_EQ(keys[i] == keys[j], texts[i] == texts[j]) << texts[i] << " and " << texts[j];
    }
    auto columns = decode_row_keys(keys, types, fixture.memory);
    ASSERT_TRUE(columns);
    ASSERT_EQ(rows_of(Batch(key_schema(), std::move(*columns), keys.size(), {})), texts);
  }
}

TEST(RowKey, NeighbouringStringsDoNotRunTogether) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kUtf8Type}, {"b", kUtf8Type}});
  const Batch batch =
      make_batch(fixture.memory, schema,
                 {{"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"}, {"abc", Cell()}});
  RowKeyEncoder encoder(fixture.memory);
  ASSERT_TRUE(encoder.encode(batch.columns(), batch.selection()));
  std::set<std::string_view> keys;
  for (size_t row = 0; row < 5; ++row) keys.insert(encoder.key(row));
  EXPECT_EQ(keys.size(), 5u);
}

}  // namespace
}  // namespace leat::state
