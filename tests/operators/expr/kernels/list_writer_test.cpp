// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/list_writer.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(ListWriter, KeepsOffsetsOfRowsThatAreLeftOut) {
  ExpressionTester tester;
  tester.add({"x", kInt64Type, {"1", "2", "3", "4"}});
  const std::vector<uint32_t> rows = {1, 3};
  EXPECT_EQ(tester.evaluate("[x, x * 10]", &rows).values, (Values{"[2,20]", "[4,40]"}));
}

TEST(ListWriter, ElementsOfEveryType) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("[true, null, false]"), "[true,null,false]");
  EXPECT_EQ(tester.value("[interval '1 day']"), "[\"1 day\"]");
  EXPECT_EQ(tester.value("[{'a': [1]}, null]"), "[{\"a\":[1]},null]");
  EXPECT_EQ(tester.value("['a text that is longer than a view', 'short']"),
            "[\"a text that is longer than a view\",\"short\"]");
  EXPECT_EQ(tester.value("[null]"), "[null]");
}

TEST(ListWriter, TooLongIsAFault) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"3000000", "1"}});
  const Outcome outcome = tester.evaluate("cardinality(list_concat(range(n), range(n)))");
  EXPECT_EQ(outcome.values, (Values{"null", "2"}));
  EXPECT_EQ(outcome.faults.at(0), "the list would have more than 4 million elements");
}

}  // namespace
}  // namespace leat::expr
