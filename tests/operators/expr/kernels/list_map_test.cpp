// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/list_map.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(ListMap, ManyElementsGoInSeveralBatches) {
  ExpressionTester tester;
  std::vector<std::optional<std::string>> counts;
  for (int i = 0; i < 100; ++i) counts.push_back(std::to_string(i * 7));
  tester.add({"n", kInt64Type, counts});
  const Outcome sums = tester.evaluate("list_sum(list_transform(range(n), (x, i) -> x + i - n))");
  const Outcome filtered = tester.evaluate("cardinality(list_filter(range(n), x -> x % 2 = 0))");
  const Outcome any = tester.evaluate("list_any(range(n), x -> x = n - 1)");
  for (int64_t i = 1; i < 100; ++i) {
    const int64_t n = i * 7;
    EXPECT_EQ(sums.values[static_cast<size_t>(i)], std::to_string(n * n - n * n));
    EXPECT_EQ(filtered.values[static_cast<size_t>(i)], std::to_string((n + 1) / 2));
    EXPECT_EQ(any.values[static_cast<size_t>(i)], "true");
  }
}

TEST(ListMap, OnlyWantedRowsAreComputed) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1]", "[0]", "[2, 4]"}});
  const std::vector<uint32_t> rows = {0, 2};
  const Outcome outcome = tester.evaluate("list_transform(l, x -> 4 / x)", &rows);
  EXPECT_EQ(outcome.values, (Values{"[4]", "[2,1]"}));
  EXPECT_TRUE(outcome.faults.empty());
  EXPECT_EQ(tester.evaluate("list_reduce(l, (a, x) -> a / x, 8)", &rows).values,
            (Values{"8", "1"}));
}

TEST(ListMap, ReducesLongListsBesideShortOnes) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"5000", "2", "0", std::nullopt}});
  EXPECT_EQ(tester.evaluate("list_reduce(range(n), (a, x) -> a + x)").values,
            (Values{"12497500", "1", "null", "null"}));
}

}  // namespace
}  // namespace leat::expr
