// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/column.h"

#include <gtest/gtest.h>

#include "operators/data/builder.h"
#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::make_column;
using test::OperatorFixture;

TEST(Utf8View, ShortTextStandsInPlace) {
  const Utf8View view = Utf8View::of("twelve bytes", 7, 99);
  EXPECT_TRUE(view.is_inline());
  EXPECT_EQ(std::string_view(view.inlined, view.length), "twelve bytes");
  EXPECT_EQ(Utf8View::of({}, 0, 0).length, 0u);
}

TEST(Utf8View, LongTextKeepsItsPrefix) {
  const Utf8View view = Utf8View::of("thirteen byte", 7, 99);
  EXPECT_FALSE(view.is_inline());
  EXPECT_EQ(std::string_view(view.ref.prefix, 4), "thir");
  EXPECT_EQ(view.ref.buffer, 7u);
  EXPECT_EQ(view.ref.offset, 99u);
}

TEST(Column, OfTypeNullHasNoValidValue) {
  const Column column(kNullType, 3, {});
  EXPECT_TRUE(column.may_have_nulls());
  EXPECT_FALSE(column.is_valid(2));
  EXPECT_EQ(column.retained_bytes(), 0u);
}

TEST(Column, RetainedBytesReachIntoChildren) {
  OperatorFixture fixture;
  const ColumnRef child = make_column(fixture.memory, kInt64Type, std::vector<test::Cell>(128, 1));
  Column::Parts parts;
  parts.children = {child, child};
  const Column column(Type::structure({{"a", kInt64Type}, {"b", kInt64Type}}), 128,
                      std::move(parts));
  EXPECT_EQ(column.retained_bytes(), 1024u) << "shared by both children";
}

TEST(Column, RetainedBytesCountEachBufferOnce) {
  OperatorFixture fixture;
  auto chunk = fixture.memory.allocate(1024);
  ASSERT_TRUE(chunk);
  ViewBuilder builder(kUtf8Type, fixture.memory);
  ASSERT_TRUE(builder.reserve(64));
  builder.adopt(*chunk);
  builder.adopt(*chunk);
  builder.append_in_place({(*chunk)->as<char>(), 20}, 1);
  EXPECT_EQ(builder.finish()->retained_bytes(), 1024u + 1024u);
}

}  // namespace
}  // namespace leat
