// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/list_fold.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(ListFold, IsWhatAggregatesGive) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"10000", "0", std::nullopt, "1"}});
  EXPECT_EQ(tester.evaluate("list_sum(range(n))").values,
            (Values{"49995000", "null", "null", "0"}));
  EXPECT_EQ(tester.evaluate("list_avg(range(n))").values, (Values{"4999.5", "null", "null", "0"}));
  EXPECT_EQ(tester.value("list_sum([1e300, 1e0, -1e300])"), "1") << "exact, rounded once";
  EXPECT_EQ(tester.value("typeof(list_sum([0.1, 0.25]))"), "decimal(38,2)");
  EXPECT_EQ(tester.value("list_sum([0.1, 0.25])"), "0.35");
  EXPECT_EQ(tester.value("list_avg([0.1, 0.2])"), "0.1500000000000000");
  EXPECT_EQ(tester.value("list_sum([1e308, 1e308])"),
            "error: list_sum([1e308, 1e308]) overflows float64");
  EXPECT_EQ(tester.value("list_median([1, null, 4])"), "2.5");
  EXPECT_EQ(tester.value("list_bool_and([true, null])"), "true");
  EXPECT_EQ(tester.value("list_bool_or([null::bool])"), "null");
  EXPECT_EQ(tester.value("list_mode(['b', 'a', 'a', 'b'])"), "b") << "the one that came first";
  EXPECT_EQ(tester.value("list_string_agg(['b', 'a'])"), "b,a");
}

TEST(ListFold, OverflowIsAFaultOfItsRow) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1]", "[9223372036854775807, 1]", "[2]"}});
  const Outcome outcome = tester.evaluate("list_sum(l)");
  EXPECT_EQ(outcome.values, (Values{"1", "null", "2"}));
  ASSERT_EQ(outcome.faults.size(), 1u);
  EXPECT_EQ(outcome.faults.at(1).substr(0, 12), "list_sum(l) ");
}

}  // namespace
}  // namespace leat::expr
