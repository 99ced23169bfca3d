// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/type.h"

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(Type, NamesReadBackAsTheSameType) {
  const std::vector<Type> types{
      kNullType,
      kBoolType,
      kInt64Type,
      kFloat64Type,
      Type::decimal(38, 0),
      kUtf8Type,
      kBinaryType,
      kDateType,
      kTimestampType,
      kIntervalType,
      kJsonType,
      Type::decimal(10, 2),
      Type::list(kUtf8Type),
      Type::list(Type::list(kInt64Type)),
      Type::structure({{"a", kInt64Type}, {"b", Type::list(Type::decimal(5, 5))}}),
      Type::structure({})};
  for (const Type& type : types) {
    const std::optional<Type> read = parse_type(to_string(type));
    ASSERT_TRUE(read) << to_string(type);
    EXPECT_EQ(*read, type) << to_string(type);
  }
}

TEST(Type, PrintsWhatUsersWrite) {
  EXPECT_EQ(to_string(Type::decimal(10, 2)), "decimal(10,2)");
  EXPECT_EQ(to_string(Type::structure({{"a", kInt64Type}, {"b", kUtf8Type}})),
            "struct<a int64, b utf8>");
  EXPECT_EQ(to_string(Type::list(kUtf8Type)), "list<utf8>");
}

TEST(Type, ReadsSqlSpellingsInAnyCase) {
  for (const char* name : {"bigint", "INT8", "integer", "Int", "smallint", "int64"})
    EXPECT_EQ(parse_type(name), kInt64Type) << name;
  for (const char* name :
       {"double precision", "DOUBLE  PRECISION", "double", "float8", "real", "float"}) {
    EXPECT_EQ(parse_type(name), kFloat64Type) << name;
  }
  for (const char* name : {"text", "varchar", "string", " utf8 "})
    EXPECT_EQ(parse_type(name), kUtf8Type) << name;
  for (const char* name : {"timestamp", "timestamp without time zone"})
    EXPECT_EQ(parse_type(name), kTimestampType) << name;
  for (const char* name : {"timestamptz", "TIMESTAMP  with time zone"})
    EXPECT_EQ(parse_type(name), kTimestampTzType) << name;
  EXPECT_NE(kTimestampType, kTimestampTzType);
  EXPECT_EQ(parse_type("numeric(12, 3)"), Type::decimal(12, 3));
  EXPECT_EQ(parse_type("decimal(12)"), Type::decimal(12, 0));
  EXPECT_EQ(parse_type("bytea"), kBinaryType);
}

TEST(Type, RefusesWhatIsNoType) {
  for (const char* name :
       {"", "int65", "decimal", "decimal(0,0)", "decimal(39,1)", "decimal(3,4)", "decimal(3",
        "list", "list<>", "list<int64", "list<int64>>", "struct<a>", "struct<a int64,>",
        "int64 int64", "timestamp with", "decimal(-1,0)", "decimal(333,0)", "list<int64>x"}) {
    EXPECT_FALSE(parse_type(name)) << name;
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "list<";
  EXPECT_FALSE(parse_type(deep)) << "nesting is bounded";
}

TEST(Type, EqualityIsStructural) {
  EXPECT_EQ(Type::list(kInt64Type), Type::list(kInt64Type));
  EXPECT_NE(Type::list(kInt64Type), Type::list(kUtf8Type));
  EXPECT_NE(Type::structure({{"a", kInt64Type}}), Type::structure({{"b", kInt64Type}}));
  EXPECT_NE(Type::decimal(10, 2), Type::decimal(10, 3));
  EXPECT_NE(kInt64Type, kTimestampType);
}

TEST(Type, WidthIsThatOfTheLayout) {
  EXPECT_EQ(kInt64Type.width(), 8u);
  EXPECT_EQ(kDateType.width(), 4u);
  EXPECT_EQ(kUtf8Type.width(), 16u);
  EXPECT_EQ(kIntervalType.width(), sizeof(Interval));
  EXPECT_EQ(Type::decimal(3, 1).width(), 8u);
  EXPECT_EQ(Type::decimal(18, 0).width(), 8u);
  EXPECT_TRUE(Type::decimal(18, 18).is_short_decimal());
  EXPECT_EQ(Type::decimal(19, 18).width(), 16u);
  EXPECT_FALSE(Type::decimal(19, 18).is_short_decimal());
  EXPECT_FALSE(kInt64Type.is_short_decimal());
  EXPECT_EQ(kBoolType.width(), 0u);
}

TEST(Schema, FindsColumnsByTheirExactName) {
  const Schema schema({{"id", kInt64Type}, {"Id", kUtf8Type}});
  EXPECT_EQ(schema.find("Id"), 1u);
  EXPECT_EQ(schema.find("ID"), std::nullopt);
}

}  // namespace
}  // namespace leat
