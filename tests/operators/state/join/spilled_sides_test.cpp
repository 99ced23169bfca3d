// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What goes through both sides is tested in spilled_join_test.cpp; here is what is written of a
// row.
#include "operators/state/join/spilled_sides.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

TEST(SpilledSides, OrdinalsOrderAsNumbers) {
  test::OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"k", kInt64Type}});
  const Batch low = test::make_batch(fixture.memory, schema, {{1}}, Ordinal(0, 7));
  const Batch high =
      test::make_batch(fixture.memory, schema, {{1}}, Ordinal((uint64_t{1} << 40) - 1, 0));
  const auto a = ordinal_column(low, fixture.memory);
  const auto b = ordinal_column(high, fixture.memory);
  ASSERT_TRUE(a && b);
  EXPECT_LT((*a)->values<int64_t>()[0], (*b)->values<int64_t>()[0]);
}

TEST(SpilledSides, PlacesAreFoundByTheNumberOfTheRow) {
  test::OperatorFixture fixture;
  const SchemaRef schema =
      test::make_schema({{"file", kUtf8Type}, {"line", kInt64Type}, {"raw", kUtf8Type}});
  const Batch batch = test::make_batch(
      fixture.memory, schema,
      {{"a.csv", int64_t{3} << 16 | 1, "1,2"}, {"b.csv", int64_t{9} << 16 | 5, "3,4"}});
  const WrittenOrigin origin(batch, PlaceColumns{0}, 2, Ordinal(4, 100));
  EXPECT_EQ(origin.locate(100), (TextPlace{"a.csv", 3, 1}));
  EXPECT_EQ(origin.locate(101), (TextPlace{"b.csv", 9, 5}));
  EXPECT_EQ(origin.raw(101), "3,4");
}

}  // namespace
}  // namespace leat::state
