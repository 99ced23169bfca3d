// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/split_place.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

TEST(SplitPlace, CountsLinesAndColumnsFromTheSplit) {
  test::OperatorFixture fixture;
  const std::string text = "....ab\nc\n\ndef";
  Split split;
  split.input = std::make_shared<Input>(Input{"x.csv", 0});
  split.first_line = 10;
  split.chunk = *fixture.memory.allocate(text.size());
  std::copy(text.begin(), text.end(), split.chunk->mutable_as<char>());
  split.begin = 4;
  split.end = static_cast<uint32_t>(text.size());
  const std::vector<std::pair<uint64_t, uint64_t>> expected{
      {10, 1}, {10, 2}, {10, 3}, {11, 1}, {11, 2}, {12, 1}, {13, 1}, {13, 2}, {13, 3}, {13, 4}};
  PlaceCursor cursor(split);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(cursor.at(i), (TextPlace{"x.csv", expected[i].first, expected[i].second})) << i;
  }
  for (size_t i = expected.size(); i-- > 0;) {
    EXPECT_EQ(cursor.at(i), (TextPlace{"x.csv", expected[i].first, expected[i].second}))
        << "backwards " << i;
    EXPECT_EQ(place_in_split(split, i), cursor.at(i));
  }
}

TEST(SplitPlace, ASplitMayBeginInTheMiddleOfALine) {
  test::OperatorFixture fixture;
  Split split;
  split.input = std::make_shared<Input>(Input{"x.json", 0});
  split.first_line = 2;
  split.chunk = *fixture.memory.allocate(4);
  std::copy_n("ab\nc", 4, split.chunk->mutable_as<char>());
  split.end = 4;
  PlaceCursor cursor(split, 7);
  EXPECT_EQ(cursor.at(1), (TextPlace{"x.json", 2, 8}));
  EXPECT_EQ(cursor.at(3), (TextPlace{"x.json", 3, 1}));
  EXPECT_EQ(cursor.at(0), (TextPlace{"x.json", 2, 7}));
}

}  // namespace
}  // namespace leat::io
