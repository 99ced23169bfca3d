// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/pair_expression.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

const Schema kLeft({{"id", kInt64Type}, {"ts", kTimestampType}, {"x", kInt64Type}});
const Schema kRight(
    {{"id", Type::decimal(12, 2)}, {"day", kDateType}, {"low", kInt64Type}, {"high", kInt64Type}});

struct Compiler {
  test::OptionDocument document;
  Diagnostics diagnostics;
  PairColumns columns{kLeft, kRight, "orders", "prices", {}};

  std::optional<KeyPair> key(const std::string& text) {
    return compile_key_pair(document.scalar(text), columns, {}, diagnostics);
  }
  std::optional<PairCondition> condition(const std::string& text) {
    return compile_pair_condition(document.scalar(text), columns, {}, diagnostics);
  }
};

TEST(PairExpression, KeysHaveTheTypeInWhichTheyCompare) {
  Compiler compiler;
  const auto pair = compiler.key("id");
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->type, Type::decimal(21, 2));
  EXPECT_EQ(result_type(*pair->left), pair->type);
  EXPECT_EQ(result_type(*pair->right), pair->type);
  EXPECT_EQ(columns_read(*pair->right), (std::vector<size_t>{0})) << "a column of the right side";
  EXPECT_EQ(pair->left_column, 0u);
  EXPECT_EQ(pair->right_column, 0u);
  const auto other = compiler.key("x + 1 = low");
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->left_column);
  EXPECT_EQ(as_column(*other->right), 2u);
}

TEST(PairExpression, ComparisonsOfPlainColumnsAreTakenOut) {
  Compiler compiler;
  const auto between = compiler.condition("left.x between right.low and right.high");
  ASSERT_TRUE(between);
  ASSERT_EQ(between->comparisons.size(), 2u);
  EXPECT_EQ(between->comparisons[0].comparison, Comparison::kGreaterEqual);
  EXPECT_EQ(between->comparisons[1].comparison, Comparison::kLessEqual);
  EXPECT_EQ(as_column(*between->comparisons[1].right), 3u);
  EXPECT_FALSE(between->rest);
  const auto mirrored = compiler.condition("low < x and (x + low) % 2 = 0 and day <= ts");
  ASSERT_TRUE(mirrored);
  ASSERT_EQ(mirrored->comparisons.size(), 2u);
  EXPECT_EQ(mirrored->comparisons[0].comparison, Comparison::kGreater);
  EXPECT_EQ(result_type(*mirrored->comparisons[1].right), kTimestampType);
  EXPECT_TRUE(mirrored->rest);
}

TEST(PairExpression, WhatMayFailOrIsGuardedStaysInItsPlace) {
  Compiler compiler;
  const auto guarded = compiler.condition("x <> 0 and 100 / x < low");
  ASSERT_TRUE(guarded);
  EXPECT_TRUE(guarded->comparisons.empty());
  const auto either = compiler.condition("x < low or x > high");
  ASSERT_TRUE(either);
  EXPECT_TRUE(either->comparisons.empty());
}

TEST(PairExpression, KeysOfOtherTypesAreAMistakeThatNamesBothStages) {
  Compiler compiler;
  EXPECT_FALSE(compiler.key("ts = low"));
  ASSERT_EQ(compiler.diagnostics.count(), 1u);
  EXPECT_EQ(compiler.diagnostics.errors()[0].message, "cannot match timestamp with int64");
  EXPECT_EQ(compiler.diagnostics.errors()[0].hint,
            "'ts' of 'orders' is timestamp, 'low' of 'prices' is int64; cast one side: ts = "
            "low::timestamp");
  EXPECT_FALSE(compiler.key("x > low"));
  EXPECT_EQ(compiler.diagnostics.errors()[1].message,
            "a key is a column of both sides, or an equation");
}

TEST(PairExpression, ATolerance) {
  test::OptionDocument document;
  Diagnostics diagnostics;
  EXPECT_TRUE(
      compile_tolerance(document.scalar("interval '5 minutes'"), kTimestampType, {}, diagnostics));
  EXPECT_TRUE(compile_tolerance(document.scalar("5"), kFloat64Type, {}, diagnostics));
  EXPECT_FALSE(compile_tolerance(document.scalar("5"), kTimestampType, {}, diagnostics));
  EXPECT_EQ(diagnostics.count(), 1u);
}

}  // namespace
}  // namespace leat::expr
