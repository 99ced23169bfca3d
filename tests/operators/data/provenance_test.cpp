// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/provenance.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

class LinesOrigin final : public RowOrigin {
 public:
  TextPlace locate(uint64_t row) const override { return {"a.csv", row + 1, 1}; }
  std::string raw(uint64_t row) const override { return "row " + std::to_string(row); }
};

TEST(Provenance, RenumberedRowsCameFromWhereTheyCameFrom) {
  const RowPlaces places{Ordinal(7, 100), {}, std::make_shared<LinesOrigin>()};
  const RowPlaces again = places.renumbered(Ordinal(2, 5)).renumbered(Ordinal(9, 30));
  EXPECT_EQ(again[0], Ordinal(9, 30));
  EXPECT_EQ(again[3], Ordinal(9, 33));
  EXPECT_EQ(again.origin->locate(again[3].row()).line, 104u);
  EXPECT_EQ(again.origin->raw(again[0].row()), "row 100");
}

TEST(Provenance, SparseRowsAreRenumberedWithoutGaps) {
  test::OperatorFixture fixture;
  BufferRef ordinals = *fixture.memory.allocate(2 * sizeof(uint64_t));
  ordinals->mutable_as<uint64_t>()[0] = Ordinal(1, 4).packed();
  ordinals->mutable_as<uint64_t>()[1] = Ordinal(1, 9).packed();
  const RowPlaces places{Ordinal(), ordinals, std::make_shared<LinesOrigin>()};
  const RowPlaces again = places.renumbered(Ordinal(3, 0));
  EXPECT_EQ(again[1], Ordinal(3, 1));
  EXPECT_EQ(again.origin->raw(again[1].row()), "row 9");
}

TEST(Provenance, RowsFromNowhereStayThere) {
  EXPECT_EQ(RowPlaces{}.renumbered(Ordinal(1, 0)).origin, nullptr);
}

}  // namespace
}  // namespace leat
