// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_column.h"

#include <gtest/gtest.h>

#include "tests/operators/text/random_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

using test::OperatorFixture;
using test::value_text;

TEST(JsonColumn, GrowsBeyondWhatItWasStartedWith) {
  OperatorFixture fixture;
  JsonColumn column(kInt64Type, fixture.memory);
  ASSERT_TRUE(column.start(BufferRef(), 10));
  for (int64_t i = 0; i < 1000; ++i) {
    if (i % 10 == 3) {
      ASSERT_TRUE(column.append_null());
      continue;
    }
    if (column.is_full()) {
      ASSERT_TRUE(column.grow());
    }
    column.put(i);
  }
  const ColumnRef finished = column.finish();
  ASSERT_EQ(finished->length(), 1000u);
  for (size_t i = 0; i < 1000; ++i)
    ASSERT_EQ(value_text(*finished, i), i % 10 == 3 ? "NULL" : std::to_string(i));
}

TEST(JsonColumn, CanBeStartedAgain) {
  OperatorFixture fixture;
  JsonColumn column(Type::list(kBoolType), fixture.memory);
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(column.start(BufferRef(), 1));
    column.children()[0].put_bool(true);
    column.put_list();
    ASSERT_TRUE(column.append_null());
    column.put_list();
    const ColumnRef finished = column.finish();
    EXPECT_EQ(value_text(*finished, 0), "[true]");
    EXPECT_EQ(value_text(*finished, 1), "NULL");
    EXPECT_EQ(value_text(*finished, 2), "[]");
  }
}

// Values that were taken back leave no trace: the column equals one that never had them.
TEST(JsonColumn, TruncateTakesBack) {
  const test::Seed seed;
  for (uint64_t round = 0; round < 200; ++round) {
    std::mt19937_64 random = seed.generator(round);
    OperatorFixture fixture;
    RandomRows rows(random, fixture.memory);
    const Type type = rows.type(3);
    JsonColumn column(type, fixture.memory);
    ASSERT_TRUE(column.start(BufferRef(), 4));
    std::vector<std::mt19937_64> kept;  // the generator before each value that stays
    for (int i = 0; i < 100; ++i) {
      const std::mt19937_64 before = random;
      rows.append(column);
      if (rows.below(3) == 0) {
        column.truncate(column.length() - 1);
      } else {
        kept.push_back(before);
      }
    }
    const ColumnRef finished = column.finish();
    ASSERT_EQ(finished->length(), kept.size());
    JsonColumn again(type, fixture.memory);
    ASSERT_TRUE(again.start(BufferRef(), 4));
    for (const std::mt19937_64& before : kept) {
      random = before;
      rows.append(again);
    }
    const ColumnRef expected = again.finish();
    for (size_t i = 0; i < kept.size(); ++i)
      ASSERT_EQ(value_text(*finished, i), value_text(*expected, i)) << to_string(type);
  }
}

}  // namespace
}  // namespace leat::io
