// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/key_expression.h"

#include <gtest/gtest.h>

#include "operators/expr/aggregate_expression.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

std::string mistakes_of(const std::string& text) {
  const Schema input(std::vector<Field>{{"id", kInt64Type}, {"name", kUtf8Type}});
  Diagnostics diagnostics;
  const std::optional<SortKey> key = compile_sort_key(source_of(text), input, {}, diagnostics);
  EXPECT_EQ(key.has_value(), diagnostics.ok());
  return mistakes_text(diagnostics, text);
}

TEST(KeyExpression, ConstantsAreRefused) {
  EXPECT_EQ(
      mistakes_of("2 desc"),
      "[2] 2 is the same for all rows (columns are named, not numbered: did you mean 'name'?)");
  EXPECT_EQ(
      mistakes_of("'name'"),
      "['name'] 'name' is the same for all rows (a column stands without single quotes: name)");
  EXPECT_EQ(mistakes_of("-5"),
            "[-5] -5 is the same for all rows (name a column, or an expression over columns)");
  EXPECT_EQ(mistakes_of("date '2026-01-01'").substr(0, 19), "[date '2026-01-01']");
  EXPECT_EQ(mistakes_of("id % 2"), "");
  EXPECT_EQ(mistakes_of("name nulls first"), "");
}

TEST(KeyExpression, OfGroupsToo) {
  const Schema input(std::vector<Field>{{"id", kInt64Type}});
  Diagnostics diagnostics;
  EXPECT_FALSE(compile_key_item(source_of("1 as one"), input, {}, diagnostics));
  EXPECT_EQ(compile_key(source_of("1"), input, {}, diagnostics), nullptr);
  EXPECT_EQ(diagnostics.count(), 2u);
  EXPECT_TRUE(compile_key_item(source_of("id as one"), input, {}, diagnostics));
  EXPECT_NE(compile_key(source_of("id + 1"), input, {}, diagnostics), nullptr);
}

}  // namespace
}  // namespace leat::expr
