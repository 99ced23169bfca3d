// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/repeated_rows.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

TEST(RepeatedRows, KeepTheirOrdinals) {
  test::OperatorFixture fixture;
  const Batch batch = test::make_batch(fixture.memory, test::make_schema({{"a", kInt64Type}}),
                                       {{1}, {2}, {3}}, Ordinal(4, 10));
  const std::vector<uint32_t> rows{0, 2, 2};
  const auto places = places_of_repeated(batch, rows, fixture.memory);
  ASSERT_TRUE(places);
  EXPECT_EQ((*places)[0], Ordinal(4, 10));
  EXPECT_EQ((*places)[1], Ordinal(4, 12));
  EXPECT_EQ((*places)[2], Ordinal(4, 12));
}

TEST(RepeatedRows, NullRowsAreNull) {
  test::OperatorFixture fixture;
  const ColumnRef column = test::make_column(fixture.memory, kUtf8Type, {"a", "b"});
  const std::vector<uint32_t> rows{1, kNullRow, 0, 1};
  const auto taken = take_or_null(column, rows, fixture.memory);
  ASSERT_TRUE(taken);
  EXPECT_EQ(test::value_text(**taken, 0), "b");
  EXPECT_EQ(test::value_text(**taken, 1), "NULL");
  EXPECT_EQ(test::value_text(**taken, 3), "b");
}

}  // namespace
}  // namespace leat
