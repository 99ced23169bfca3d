// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/window_expression.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

class WindowExpressionTest : public ::testing::Test {
 protected:
  std::optional<WindowExpression> compile(const std::string& text) {
    return compile_window(SourceText(text, {}, {}), *schema_, stage_, {}, diagnostics_);
  }

  SchemaRef schema_ = test::make_schema(
      {{"a", kInt64Type}, {"s", kUtf8Type}, {"d", Type::decimal(8, 2)}, {"f", kFloat64Type}});
  WindowSpec stage_{{leat::expr::compile(SourceText("s", {}, {}), *schema_, {}, diagnostics_)}, {}};
  Diagnostics diagnostics_;
};

TEST_F(WindowExpressionTest, CallsAreCutOut) {
  const auto expression = compile("a / sum(a) + lag(a, 2, 7) - sum(a)");
  ASSERT_TRUE(expression);
  ASSERT_EQ(expression->calls.size(), 2u);  // the sum is one call
  EXPECT_TRUE(expression->calls[0].is_aggregate);
  EXPECT_EQ(expression->calls[1].call.function, "lag");
  EXPECT_EQ(expression->calls[1].number, 2u);
  EXPECT_EQ(expression->calls[1].call.arguments.size(), 2u);
  EXPECT_EQ(columns_read(*expression->result), (std::vector<size_t>{0, 4, 5}));
}

TEST_F(WindowExpressionTest, AFrameAloneKeepsTheWindowOfTheStage) {
  EXPECT_EQ(compile("sum(a)")->calls[0].window.partition_by.size(), 1u);
  EXPECT_EQ(compile("sum(a) over (rows 1 preceding)")->calls[0].window.partition_by.size(), 1u);
  EXPECT_EQ(compile("sum(a) over (order by a)")->calls[0].window.partition_by.size(), 0u);
  EXPECT_EQ(compile("sum(a) over ()")->calls[0].window.partition_by.size(), 0u);
}

TEST_F(WindowExpressionTest, ResultsHaveTheTypeOfTheirArgument) {
  EXPECT_EQ(to_string(result_type(*compile("first_value(d)")->result)), "decimal(8,2)");
  EXPECT_EQ(to_string(result_type(*compile("lag(d, 1, 0)")->result)), "decimal(8,2)");
  EXPECT_EQ(to_string(result_type(*compile("lag(f, 1, 0)")->result)), "float64");
  EXPECT_EQ(to_string(result_type(*compile("rank()")->result)), "int64");
  EXPECT_EQ(to_string(result_type(*compile("cume_dist()")->result)), "float64");
  EXPECT_EQ(to_string(result_type(*compile("sum(d)")->result)), "decimal(38,2)");
}

}  // namespace
}  // namespace leat::expr
