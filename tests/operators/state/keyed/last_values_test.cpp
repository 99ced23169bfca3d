// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What comes out is tested with the operator, tests/operators/transforms/fill_test.cpp.
#include "operators/state/keyed/last_values.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

TEST(LastValues, FillsSelectedRowsOfTheirPartition) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"s", kUtf8Type}});
  LastValues values((*schema)[1], 1, fixture.memory);
  const Batch first = make_batch(fixture.memory, schema, {{0, "x"}, {0, "y"}, {0, null_cell}});
  const std::vector<uint32_t> group_of{0, 1, 0};
  const auto filled = values.fill(first, 1, group_of.data(), 2);
  ASSERT_TRUE(filled);
  EXPECT_EQ(test::value_text(**filled, 2), "x");
  // The row of 'z' is not there: nothing is filled from it.
  const Batch second = test::select_rows(
      fixture.memory,
      make_batch(fixture.memory, schema, {{0, "z"}, {0, null_cell}, {0, null_cell}}), {1, 2});
  const std::vector<uint32_t> next{1, 1, 0};
  const auto more = values.fill(second, 1, next.data(), 2);
  ASSERT_TRUE(more);
  EXPECT_EQ(test::value_text(**more, 1), "y");
  EXPECT_EQ(test::value_text(**more, 2), "NULL") << "one in a row, and that was before";
}

TEST(LastValues, NothingToFillCostsNoCopy) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}});
  LastValues values((*schema)[0], std::nullopt, fixture.memory);
  const Batch batch = make_batch(fixture.memory, schema, {{null_cell}, {1}});
  const std::vector<uint32_t> group_of{0, 0};
  const auto filled = values.fill(batch, 0, group_of.data(), 1);
  ASSERT_TRUE(filled);
  EXPECT_EQ(*filled, batch.columns()[0]);
}

}  // namespace
}  // namespace leat::state
