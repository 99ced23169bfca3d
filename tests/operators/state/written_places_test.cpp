// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/written_places.h"

#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

TEST(WrittenPlaces, AreReadBackAsTheyWere) {
  test::OperatorFixture fixture;
  std::vector<ColumnRef> columns;
  const std::vector<TextPlace> places{{"a.csv", 7, 3}, {"b.csv", 90000, 70000}, {"", 0, 0}};
  ASSERT_TRUE(add_places(3, Selection(3), fixture.memory, columns,
                         [&](size_t index, size_t) { return places[index]; }));
  const Batch batch(test::make_schema({{"file", kUtf8Type}, {"line", kInt64Type}}),
                    std::move(columns), 3, RowPlaces());
  const WrittenOrigin origin(batch, {0}, std::nullopt, Ordinal(5, 10));
  EXPECT_EQ(origin.locate(10), places[0]);
  EXPECT_EQ(origin.locate(11), (TextPlace{"b.csv", 90000, 0})) << "columns this large are dropped";
  EXPECT_EQ(origin.locate(12), places[2]);
  EXPECT_EQ(origin.raw(10), "");
  EXPECT_EQ(place_of_row(batch, 0), TextPlace()) << "of rows without an origin nothing is known";
}

TEST(WrittenPlaces, FaultsComeBackAsTheyWere) {
  Error error(code::kNotOfType, ErrorCode::kData, "a message, with: signs", "and a hint");
  EXPECT_EQ(unpack_fault(pack_fault(error)).message, error.message);
  EXPECT_EQ(unpack_fault(pack_fault(error)).hint, error.hint);
  EXPECT_EQ(unpack_fault(pack_fault(error)).number, error.number);
  EXPECT_FALSE(unpack_fault(pack_fault(error)).pipeline);
  error.pipeline = Span{12, 345};
  EXPECT_EQ(unpack_fault(pack_fault(error)).pipeline, error.pipeline);
  EXPECT_EQ(unpack_fault(pack_fault(error)).code, ErrorCode::kData);
  EXPECT_EQ(unpack_fault(pack_fault(Error(code::kNotOfType, ErrorCode::kData, "x"))).message, "x");
}

}  // namespace
}  // namespace leat::state
