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

}  // namespace
}  // namespace leat::expr
