// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/groups/group_array.h"

#include <utility>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::OperatorFixture;

constexpr size_t kPiece = kChunkBytes / sizeof(uint64_t);

TEST(GroupArray, KeepsItsElementsAsItGrows) {
  OperatorFixture fixture;
  GroupArray<uint64_t> array(fixture.memory);
  EXPECT_EQ(array.in_one_piece(), nullptr);
  for (size_t i = 0; i < 3 * kPiece + 5; ++i) {
    ASSERT_TRUE(array.push_back(i * 7));
    if (i < kPiece) {
      ASSERT_EQ(array.in_one_piece(), &array[0]);
    }
  }
  EXPECT_EQ(array.size(), 3 * kPiece + 5);
  EXPECT_EQ(array.in_one_piece(), nullptr);
  const auto pieces = std::as_const(array).pieces();
  for (size_t i = 0; i < array.size(); ++i) ASSERT_EQ(pieces[i], i * 7);
}

TEST(GroupArray, NewElementsAreWhatTheyAreSaidToBe) {
  OperatorFixture fixture;
  GroupArray<uint64_t> array(fixture.memory);
  ASSERT_TRUE(array.resize(kPiece + 3, 1));
  ASSERT_TRUE(array.resize(10, 2));
  ASSERT_TRUE(array.resize(2 * kPiece + 1, 3));
  for (size_t i = 0; i < array.size(); ++i) ASSERT_EQ(array[i], i < 10 ? 1u : 3u);
}

TEST(GroupArray, HoldsAPieceMoreThanItNeedsAtMost) {
  OperatorFixture fixture;
  GroupArray<uint64_t> array(fixture.memory);
  for (size_t pieces = 1; pieces < 8; ++pieces) {
    ASSERT_TRUE(array.resize(pieces * kPiece + 1, 0));
    EXPECT_LE(fixture.memory.peak(), (pieces + 2) * kChunkBytes);
  }
}

TEST(GroupArray, ARefusalLeavesTheElements) {
  OperatorFixture fixture(3 * kChunkBytes);
  GroupArray<uint64_t> array(fixture.memory);
  ASSERT_TRUE(array.resize(kPiece, 4));
  const Status refused = array.resize(5 * kPiece, 5);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMemory);
  EXPECT_EQ(array.size(), kPiece);
  for (size_t i = 0; i < array.size(); ++i) ASSERT_EQ(array[i], 4u);
}

}  // namespace
}  // namespace leat::state
