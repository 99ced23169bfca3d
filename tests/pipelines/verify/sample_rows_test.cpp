// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/verify/sample_rows.h"

#include <set>

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

TEST(SampleRows, EqualNumbersMakeEqualRows) {
  MemoryBudget budget(1 << 20);
  MemoryAccount& memory = budget.open_account("test");
  const auto schema = std::make_shared<const Schema>(sample_fields());
  const auto one = sample_batch(schema, {5, 6, 7}, SampleNulls::kSome, memory);
  const auto other = sample_batch(schema, {7, 5}, SampleNulls::kSome, memory);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(sample_text(*one, 2), sample_text(*other, 0));
  EXPECT_EQ(sample_text(*one, 0), sample_text(*other, 1));
  EXPECT_NE(sample_text(*one, 0), sample_text(*one, 1));
  EXPECT_EQ(one->ordinal(1), Ordinal(0, 6));
}

TEST(SampleRows, EveryTypeHasAColumnAndNullsAreAsAsked) {
  MemoryBudget budget(1 << 20);
  MemoryAccount& memory = budget.open_account("test");
  const auto schema = std::make_shared<const Schema>(sample_fields());
  std::set<TypeId> types;
  for (const Field& field : schema->fields()) types.insert(field.type.id());
  EXPECT_EQ(types.size(), 12u) << "all but null";
  std::vector<uint64_t> numbers;
  for (uint64_t i = 0; i < 50; ++i) numbers.push_back(i);
  for (const SampleNulls nulls : {SampleNulls::kNone, SampleNulls::kSome, SampleNulls::kAll}) {
    const auto batch = sample_batch(schema, numbers, nulls, memory);
    ASSERT_TRUE(batch);
    for (const ColumnRef& column : batch->columns()) {
      size_t valid = 0;
      for (size_t row = 0; row < numbers.size(); ++row) valid += column->is_valid(row);
      const bool none = nulls == SampleNulls::kNone;
      EXPECT_EQ(valid == numbers.size(), none);
      EXPECT_EQ(valid == 0, nulls == SampleNulls::kAll);
    }
  }
}

}  // namespace
}  // namespace leat::pipelines
