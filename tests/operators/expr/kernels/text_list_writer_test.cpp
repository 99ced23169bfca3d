// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(TextListWriter, RowsThatAreLeftOutAreEmpty) {
  ExpressionTester tester;
  TextColumn column{"s", kUtf8Type, {}};
  for (int i = 0; i < 200; ++i) {
    column.values.push_back(
        i % 7 == 0 ? std::nullopt : std::optional(std::string(static_cast<size_t>(i), 'x') + ",y"));
  }
  tester.add(column);
  const std::vector<uint32_t> rows = {3, 7, 64, 130, 199};
  const Outcome some = tester.evaluate("cardinality(regexp_split(s, ','))", &rows);
  EXPECT_EQ(some.values, (Values{"2", "null", "2", "2", "2"}));
  const Outcome parts = tester.evaluate("length(regexp_split(s, ',')[1])", &rows);
  EXPECT_EQ(parts.values, (Values{"3", "null", "64", "130", "199"}));
}

TEST(TextListWriter, AListThatIsTooLongIsAFaultOfItsRow) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"2", "4194304", "4194305", "3"}});
  const Outcome outcome = tester.evaluate("cardinality(regexp_split(repeat('x', n), ''))");
  EXPECT_EQ(outcome.values, (Values{"2", "4194304", "null", "3"}));
  EXPECT_EQ(outcome.faults.size(), 1U);
  EXPECT_EQ(outcome.faults.at(2), "the list would have more than 4 million elements");
}

TEST(TextListWriter, GrowsBeyondItsFirstBuffers) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"1000", "5000", "1"}});
  EXPECT_EQ(tester.evaluate("cardinality(regexp_split(repeat('ab', n), 'b'))").values,
            (Values{"1001", "5001", "2"}));
  EXPECT_EQ(tester.evaluate("regexp_split(repeat('ab', n), 'b')[n]").values,
            (Values{"a", "a", "a"}));
  EXPECT_EQ(tester.evaluate("regexp_match(repeat('ab', n), '(x)?(a)')[1]").values,
            (Values{"null", "null", "null"}));
}

}  // namespace
}  // namespace leat::expr
