// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/builder.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {
namespace {

using test::OperatorFixture;

TEST(FixedBuilder, HasNoBitmapWithoutNulls) {
  OperatorFixture fixture;
  FixedBuilder<int64_t> builder(kInt64Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(3));
  for (int64_t i = 0; i < 3; ++i) builder.append(i * 10);
  const ColumnRef column = builder.finish();
  EXPECT_FALSE(column->may_have_nulls());
  EXPECT_EQ(column->length(), 3u);
  EXPECT_EQ(column->values<int64_t>()[2], 20);
}

TEST(FixedBuilder, RemembersNullsAndStartsAfreshEachTime) {
  OperatorFixture fixture;
  FixedBuilder<double> builder(kFloat64Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(100));
  for (int i = 0; i < 100; ++i) {
    if (i % 3 == 0) {
      ASSERT_TRUE(builder.append_null());
    } else {
      builder.append(i);
    }
  }
  const ColumnRef first = builder.finish();
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(first->is_valid(i), i % 3 != 0) << i;
  ASSERT_TRUE(builder.reserve(1));
  builder.append(1.5);
  const ColumnRef second = builder.finish();
  EXPECT_TRUE(second->is_valid(0));
  EXPECT_FALSE(second->may_have_nulls());
}

TEST(FixedBuilder, DecimalsLieInTheWidthOfTheirType) {
  OperatorFixture fixture;
  const int64_t most = 999'999'999'999'999'999;
  for (const uint8_t precision : {18, 19}) {
    FixedBuilder<Int128> builder(Type::decimal(precision, 2), fixture.memory);
    ASSERT_TRUE(builder.reserve(4));
    for (const int64_t value : {most, -most, int64_t{0}}) builder.append(value);
    ASSERT_TRUE(builder.append_null());
    const ColumnRef column = builder.finish();
    EXPECT_EQ(column->parts().values->size(), precision == 18 ? 32u : 64u);
    EXPECT_TRUE(decimal_at(*column, 0) == most && decimal_at(*column, 1) == -most);
    EXPECT_TRUE(decimal_at(*column, 2) == 0 && !column->is_valid(3));
  }
}

TEST(FixedBuilder, AnAbandonedColumnLeavesNoNulls) {
  OperatorFixture fixture;
  FixedBuilder<int32_t> builder(kDateType, fixture.memory);
  ASSERT_TRUE(builder.reserve(1));
  ASSERT_TRUE(builder.append_null());
  ASSERT_TRUE(builder.reserve(1));
  builder.append(7);
  EXPECT_FALSE(builder.finish()->may_have_nulls());
}

TEST(BoolBuilder, PacksBits) {
  OperatorFixture fixture;
  BoolBuilder builder(fixture.memory);
  ASSERT_TRUE(builder.reserve(20));
  for (int i = 0; i < 20; ++i) {
    if (i == 9) {
      ASSERT_TRUE(builder.append_null());
    } else {
      builder.append(i % 2 == 1);
    }
  }
  const ColumnRef column = builder.finish();
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(column->is_valid(i), i != 9);
    if (i != 9) {
      EXPECT_EQ(column->bool_at(i), i % 2 == 1) << i;
    }
  }
}

TEST(ViewBuilder, KeepsStringsOfAnyLength) {
  OperatorFixture fixture;
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  ViewBuilder builder(kUtf8Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(500));
  std::vector<std::string> wanted;
  for (int i = 0; i < 500; ++i) {
    wanted.emplace_back(random() % 10 == 0 ? random() % 20'000 : random() % 30,
                        static_cast<char>('a' + i % 26));
    ASSERT_TRUE(builder.append_copy(wanted.back()));
  }
  const ColumnRef column = builder.finish();
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(column->view_at(i), wanted[i]) << i;
}

TEST(ViewBuilder, ShortStringsAreComparableAsSixteenBytes) {
  OperatorFixture fixture;
  ViewBuilder builder(kUtf8Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(2));
  ASSERT_TRUE(builder.append_copy("abcdefghijkl"));
  ASSERT_TRUE(builder.append_copy("abcdefghijkl"));
  const ColumnRef column = builder.finish();
  EXPECT_EQ(std::memcmp(column->values<Utf8View>(), column->values<Utf8View>() + 1, 16), 0);
  EXPECT_TRUE(column->parts().data.empty());
}

TEST(ViewBuilder, RefersToAdoptedBuffers) {
  OperatorFixture fixture;
  auto chunk = fixture.memory.allocate(100);
  ASSERT_TRUE(chunk);
  std::memset((*chunk)->mutable_data(), 'x', 100);
  ViewBuilder builder(kUtf8Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(3));
  const uint32_t index = builder.adopt(*chunk);
  builder.append_in_place({(*chunk)->as<char>() + 10, 50}, index);
  ASSERT_TRUE(builder.append_copy(std::string(40, 'y')));
  ASSERT_TRUE(builder.append_null());
  const ColumnRef column = builder.finish();
  EXPECT_EQ(column->view_at(0).data(), (*chunk)->as<char>() + 10) << "the text was not copied";
  EXPECT_EQ(column->view_at(0), std::string(50, 'x'));
  EXPECT_EQ(column->view_at(1), std::string(40, 'y'));
  EXPECT_FALSE(column->is_valid(2));
}

TEST(ViewBuilder, RoomThatWasNotUsedIsHandedOutAgain) {
  OperatorFixture fixture;
  ViewBuilder builder(kUtf8Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(1000));
  for (int i = 0; i < 1000; ++i) {
    auto room = builder.room(4000);
    ASSERT_TRUE(room);
    std::memset(*room, 'a' + i % 26, 20);
    builder.append_in_place({*room, static_cast<size_t>(i % 2 == 0 ? 20 : 5)},
                            builder.room_buffer());
  }
  const ColumnRef column = builder.finish();
  for (size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(column->view_at(i), std::string(i % 2 == 0 ? 20 : 5, static_cast<char>('a' + i % 26)))
        << i;
  }
  EXPECT_LE(column->retained_bytes(), 1000 * 16 + 100'000u);
}

}  // namespace
}  // namespace leat
