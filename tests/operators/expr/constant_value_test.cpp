// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/constant_value.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

/// The value as text, or the first mistake.
std::string constant(const std::string& text) {
  Diagnostics diagnostics;
  const auto size = static_cast<uint32_t>(text.size());
  const ColumnRef value = compile_constant(SourceText(text, {100, 100 + size}, {{0, 100}}),
                                           Schema({{"price", kInt64Type}}), {}, diagnostics);
  EXPECT_EQ(value != nullptr, diagnostics.ok());
  return value ? test::value_text(*value, 0) : diagnostics.errors().front().message;
}

TEST(ConstantValue, OfExpressionsWithoutColumns) {
  EXPECT_EQ(constant("interval '1 hour' * 2"), "0m0d7200000000us");
  EXPECT_EQ(constant("'a' || 'b'"), "ab");
  EXPECT_EQ(constant("null"), "NULL");
}

TEST(ConstantValue, ReportsWhatIsNone) {
  EXPECT_EQ(constant("price + 1"), "this must be the same for all rows, and 'price' is a column");
  EXPECT_TRUE(constant("cost").contains("cost"));
  EXPECT_TRUE(constant("1 / 0").contains("zero"));
  EXPECT_FALSE(constant("1 +").empty());
}

TEST(ConstantValue, AsAnotherType) {
  const auto as = [](const std::string& text, const Type& type) {
    Diagnostics diagnostics;
    const ColumnRef value =
        compile_constant_as(SourceText(text, {}, {{0, 0}}), type, Schema(), {}, diagnostics);
    EXPECT_EQ(value != nullptr, diagnostics.ok());
    return value ? to_string(value->type()) + " " + test::value_text(*value, 0)
                 : diagnostics.errors().front().message;
  };
  EXPECT_EQ(as("0", kInt64Type), "int64 0");
  EXPECT_EQ(as("0", kFloat64Type), "float64 0");
  EXPECT_EQ(as("0", Type::decimal(9, 2)), "decimal(9,2) 0");
  EXPECT_EQ(as("null", kDateType), "date NULL");
  EXPECT_EQ(as("'2025-01-01'", kDateType), "date 20089");
  EXPECT_EQ(as("0.5", kInt64Type),
            "a value of type decimal(1,1) does not go into a column of type int64");
}

}  // namespace
}  // namespace leat::expr
