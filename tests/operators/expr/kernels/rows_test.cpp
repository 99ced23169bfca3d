// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/rows.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

std::vector<size_t> walked(const Rows& rows) {
  std::vector<size_t> result;
  for_each_row(rows, [&](size_t row) { result.push_back(row); });
  return result;
}

TEST(Rows, AllRowsHaveBitsUpToTheLength) {
  Rows rows;
  rows.set_all(70);
  EXPECT_TRUE(rows.is_all());
  EXPECT_TRUE(rows.is_dense());
  EXPECT_EQ(rows.bits()[0], ~uint64_t{0});
  EXPECT_EQ(rows.bits()[1], (uint64_t{1} << 6) - 1);
  EXPECT_EQ(walked(rows).size(), 70u);
  rows.set_all(0);
  EXPECT_EQ(rows.count(), 0u);
  EXPECT_TRUE(walked(rows).empty());
}

TEST(Rows, SelectionsAndPrefixesHaveBothForms) {
  ExpressionTester tester;
  const Selection selection = selection_of({1, 64, 69}, tester.memory());
  Rows rows;
  rows.set(selection, 70);
  EXPECT_FALSE(rows.is_all());
  EXPECT_FALSE(rows.is_dense());
  EXPECT_TRUE(rows.contains(64));
  EXPECT_FALSE(rows.contains(63));
  EXPECT_EQ(walked(rows), (std::vector<size_t>{1, 64, 69}));
  rows.set(Selection(70).prefix(3), 70);
  EXPECT_EQ(walked(rows), (std::vector<size_t>{0, 1, 2}));
  EXPECT_EQ(rows.bits()[0], 7u);
}

TEST(Rows, PartsStayWithinTheirParent) {
  ExpressionTester tester;
  const Selection selection = selection_of({1, 2, 3, 69}, tester.memory());
  Rows parent;
  parent.set(selection, 70);
  Rows::Bits bits{};
  bits[0] = 0b1101;
  bits[1] = ~uint64_t{0};  // also past the length
  Rows part;
  part.set_part(parent, bits);
  EXPECT_EQ(part.count(), 3u);
  EXPECT_EQ(part.parent(), &parent);
  EXPECT_EQ(walked(part), (std::vector<size_t>{2, 3, 69}));
}

TEST(Rows, ListsFullWords) {
  const uint64_t bits[] = {~uint64_t{0}, 0, uint64_t{1} << 63};
  uint32_t out[130];
  ASSERT_EQ(list_bits(bits, 3, out), 65u);
  EXPECT_EQ(out[0], 0u);
  EXPECT_EQ(out[63], 63u);
  EXPECT_EQ(out[64], 191u);
}

}  // namespace
}  // namespace leat::expr
