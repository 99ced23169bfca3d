// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/stored_value.h"

#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string stored(std::string_view type, std::string_view text) {
  std::string scratch;
  const auto value = stored_text(*parse_type(type), text, scratch);
  return value ? std::string(*value) : "none";
}

TEST(StoredValue, TextsWithALimit) {
  EXPECT_EQ(stored("varchar(3)", "äöü"), "äöü");
  EXPECT_EQ(stored("varchar(3)", "äöüß"), "none");
  EXPECT_EQ(stored("char(2)", "a"), "a");
  EXPECT_EQ(stored("char(2)", "abc"), "none");
  EXPECT_EQ(stored("enum('a', 'it''s')", "it's"), "it's");
  EXPECT_EQ(stored("enum('a', 'it''s')", "A"), "none");
  EXPECT_EQ(stored("uuid", "x"), "none");
}

TEST(StoredValue, RangesOfNumbers) {
  const auto is_in = [](std::string_view type, Int128 value) {
    return is_in_limit(*parse_type(type), value);
  };
  EXPECT_TRUE(is_in("int32", INT32_MIN));
  EXPECT_FALSE(is_in("int32", int64_t{INT32_MAX} + 1));
  EXPECT_FALSE(is_in("uint8", -1));
  EXPECT_TRUE(is_in("uint64", UINT64_MAX));
  EXPECT_FALSE(is_in("uint64", static_cast<Int128>(UINT64_MAX) + 1));
}

TEST(StoredValue, FloatsOf32Bits) {
  const Type type = *parse_type("float32");
  EXPECT_EQ(stored_float(type, 16'777'217.0), 16'777'216.0);
  EXPECT_EQ(stored_float(type, 1e39), std::nullopt);
  EXPECT_EQ(stored_float(type, 1e-50), std::nullopt);
  EXPECT_EQ(stored_float(kFloat64Type, 1e39), 1e39);
}

TEST(StoredValue, ReasonsSayTheLimit) {
  EXPECT_EQ(why_not_stored(*parse_type("int16"), "40000"), ": it is not from -32768 to 32767");
  EXPECT_EQ(why_not_stored(*parse_type("int16"), "x"), "");
  EXPECT_EQ(why_not_stored(*parse_type("varchar(2)"), "abc"), ": it has 3 characters");
  EXPECT_EQ(why_not_stored(*parse_type("float32"), "1e39"), ": it is too large");
  EXPECT_EQ(why_not_stored(kInt64Type, "x"), "");
}

TEST(StoredValue, LimitsAreNoPartOfATypesName) {
  EXPECT_EQ(to_string(*parse_type("int32")), "int64");
  EXPECT_EQ(to_string(*parse_type("uint64")), "decimal(20,0)");
  EXPECT_EQ(name_with_limit(*parse_type("varchar(3)")), "varchar(3)");
  EXPECT_EQ(*parse_type("int32"), kInt64Type);
  EXPECT_FALSE(parse_type("char"));
  EXPECT_FALSE(parse_type("varchar(0)"));
  EXPECT_FALSE(parse_type("enum()"));
  EXPECT_FALSE(parse_type("enum('a'"));
}

}  // namespace
}  // namespace leat::io
