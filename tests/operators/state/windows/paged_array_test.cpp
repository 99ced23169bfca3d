// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/paged_array.h"

#include <gtest/gtest.h>

#include "operators/data/exact_sum.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

template <typename T>
class PagedArrayTest : public testing::Test {};

using Elements = testing::Types<uint8_t, uint32_t, int64_t, Int128>;
TYPED_TEST_SUITE(PagedArrayTest, Elements);

/// Elements that were set with gaps, and the fingers that read them.
template <typename T>
void expect_elements(PagedArray<T>& array, size_t size) {
  const auto value = [](size_t i) { return static_cast<T>(i * 37 % 251); };
  ASSERT_TRUE(array.resize(size, T{7}));
  for (size_t i = 0; i < size; ++i) {
    if (i % 3 != 1 && i < size - 10) array.set(i, value(i));
  }
  ASSERT_TRUE(array.finish());
  ASSERT_EQ(array.size(), size);
  const auto wanted = [&](size_t i) { return i % 3 != 1 && i < size - 10 ? value(i) : T{7}; };
  for (size_t i = 0; i < size; ++i) {
    ASSERT_TRUE(array[i] == wanted(i)) << i;
    ASSERT_TRUE(array[i / 2] == wanted(i / 2)) << i;
    ASSERT_TRUE(array[i / 3] == wanted(i / 3)) << i;
  }
  EXPECT_TRUE(array[size - 1] == wanted(size - 1));
}

TYPED_TEST(PagedArrayTest, IsTheSameInMemoryAndOnDisk) {
  constexpr size_t kSize = 100'000;
  test::OperatorFixture fixture;
  PagedArray<TypeParam> resident(fixture.memory, nullptr);
  expect_elements(resident, kSize);
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
  ASSERT_TRUE(area);
  {
    PageStore store(**area, fixture.memory);
    PagedArray<TypeParam> paged(fixture.memory, &store);
    expect_elements(paged, kSize);
    EXPECT_TRUE(store.status());
    EXPECT_GT(area->get()->used(), 0u);
  }
  EXPECT_EQ(area->get()->used(), 0u);
}

TEST(PagedArray, GrowsAndMayBeEmpty) {
  test::OperatorFixture fixture;
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
  ASSERT_TRUE(area);
  PageStore store(**area, fixture.memory);
  PagedArray<uint32_t> none(fixture.memory, &store);
  EXPECT_TRUE(none.finish());
  PagedArray<uint32_t> array(fixture.memory, &store);
  for (uint32_t i = 0; i < 20'000; ++i) ASSERT_TRUE(array.push_back(i + 5));
  ASSERT_TRUE(array.finish());
  EXPECT_EQ(array[0], 5u);
  EXPECT_EQ(array[19'999], 20'004u);
}

TEST(PagedArray, WhatTheDiskRefusesIsNoted) {
  for (const io::FileCall call : {io::FileCall::kWrite, io::FileCall::kRead}) {
    const test::TempDir dir;
    const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20,
                                      SpillCalls([call](io::FileCall which, const std::string&) {
                                        return which == call ? EIO : 0;
                                      }));
    ASSERT_TRUE(area);
    test::OperatorFixture fixture;
    PageStore store(**area, fixture.memory);
    PagedArray<int64_t> array(fixture.memory, &store);
    ASSERT_TRUE(array.resize(50'000, 0));
    for (size_t i = 0; i < array.size(); ++i) array.set(i, 1);
    const bool finished = array.finish().has_value();
    EXPECT_EQ(finished, call == io::FileCall::kRead);
    if (finished) {
      EXPECT_EQ(array[0], 0);
    }
    ASSERT_FALSE(store.status());
    EXPECT_EQ(store.status().error().code, ErrorCode::kIo);
  }
}

}  // namespace
}  // namespace leat::state
