// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/constant.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

TEST(Constant, HoldsOneValueOfEachType) {
  EXPECT_EQ(constant_text(*int64_constant(-5)), "-5");
  EXPECT_EQ(constant_text(*float64_constant(1.5)), "1.5");
  EXPECT_EQ(constant_text(*bool_constant(true)), "true");
  EXPECT_EQ(constant_text(*text_constant("short")), "short");
  EXPECT_EQ(constant_text(*text_constant("a text of more than twelve bytes")),
            "a text of more than twelve bytes");
  EXPECT_EQ(constant_text(*date_constant(0)), "1970-01-01");
  EXPECT_EQ(constant_text(*interval_constant({1, 2, 0})), "1 mon 2 days");
  EXPECT_EQ(constant_text(*decimal_constant(1250, Type::decimal(10, 2))), "12.50");
  EXPECT_EQ(constant_text(*null_constant(kUtf8Type)), "null");
}

TEST(Constant, NullsOfNestedTypesHaveTheirChildren) {
  const ColumnRef list = null_constant(Type::list(kInt64Type));
  EXPECT_FALSE(list->is_valid(0));
  EXPECT_EQ(list->child(0).length(), 0u);
  const ColumnRef structure = null_constant(Type::structure({{"a", kUtf8Type}}));
  EXPECT_FALSE(structure->child(0).is_valid(0));
}

TEST(Constant, IsRepeated) {
  MemoryBudget budget(1 << 20);
  MemoryAccount& memory = budget.open_account("test");
  for (const ColumnRef& constant :
       {int64_constant(7), float64_constant(2.5), bool_constant(true), bool_constant(false),
        text_constant("ab"), text_constant("a text of more than twelve bytes"), date_constant(3),
        interval_constant({1, 2, 3}), null_constant(kFloat64Type), null_constant(kBoolType),
        null_constant(kNullType)}) {
    const auto column = repeat_constant(*constant, 70, memory);
    ASSERT_TRUE(column);
    EXPECT_EQ((*column)->length(), 70u);
    EXPECT_EQ((*column)->type(), constant->type());
    for (size_t row : {0, 1, 63, 64, 69})
      EXPECT_EQ(constant_text(**column, row), constant_text(*constant));
    EXPECT_EQ(constant_text(*constant_of(**column, 69)), constant_text(*constant));
  }
}

}  // namespace
}  // namespace leat::expr
