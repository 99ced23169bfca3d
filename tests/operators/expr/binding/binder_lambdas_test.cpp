// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(BinderLambdas, BodiesUseTheRow) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, 2]", "[]", std::nullopt, "[3, null]"}});
  tester.add({"k", kInt64Type, {"10", "20", "30", "40"}});
  tester.add({"s", Type::structure({{"f", kInt64Type}}), {"{\"f\": 5}", "{}", "{}", "{\"f\": 7}"}});
  tester.environment.parameters["p"] = {kInt64Type, "100"};
  EXPECT_EQ(tester.evaluate("list_transform(l, x -> x + k)").values,
            (Values{"[11,12]", "[]", "null", "[43,null]"}));
  EXPECT_EQ(tester.evaluate("list_transform(l, (x, i) -> i * $p + s.f)").values,
            (Values{"[105,205]", "[]", "null", "[107,207]"}));
  EXPECT_EQ(tester.evaluate("list_transform(l, x -> 1)").values,
            (Values{"[1,1]", "[]", "null", "[1,1]"}));
  EXPECT_EQ(tester.evaluate("list_transform(l, k -> k)").values,
            (Values{"[1,2]", "[]", "null", "[3,null]"}))
      << "a parameter hides a column";
  EXPECT_EQ(tester.evaluate("list_transform([1, 2], x -> x * k)").values,
            (Values{"[10,20]", "[20,40]", "[30,60]", "[40,80]"}));
}

TEST(BinderLambdas, Nest) {
  ExpressionTester tester;
  tester.add({"k", kInt64Type, {"10", "20"}});
  EXPECT_EQ(
      tester.evaluate("list_transform([1, 2], x -> list_transform([x, k], y -> x * y + k))").values,
      (Values{"[[11,20],[14,30]]", "[[21,40],[24,60]]"}));
  EXPECT_EQ(tester.evaluate("list_transform([[1], [2, 3]], l -> list_sum(l) + k)").values,
            (Values{"[11,15]", "[21,25]"}));
}

TEST(BinderLambdas, FiltersAndQuestions) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, 2, 3]", "[null]", std::nullopt, "[]"}});
  EXPECT_EQ(tester.evaluate("list_filter(l, x -> x > 1)").values,
            (Values{"[2,3]", "[]", "null", "[]"}));
  EXPECT_EQ(tester.evaluate("list_filter(l, (x, i) -> i % 2 = 1)").values,
            (Values{"[1,3]", "[null]", "null", "[]"}));
  EXPECT_EQ(tester.evaluate("list_any(l, x -> x > 2)").values,
            (Values{"true", "null", "null", "false"}));
  EXPECT_EQ(tester.evaluate("list_all(l, x -> x > 2)").values,
            (Values{"false", "null", "null", "true"}));
}

TEST(BinderLambdas, Reductions) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, 2, 3]", "[7]", std::nullopt, "[]", "[1, null]"}});
  EXPECT_EQ(tester.evaluate("list_reduce(l, (a, x) -> a + x)").values,
            (Values{"6", "7", "null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_reduce(l, (a, x) -> a + x, 100)").values,
            (Values{"106", "107", "null", "100", "null"}));
  EXPECT_EQ(tester.evaluate("list_reduce(l, (a, x, i) -> a + coalesce(x, 0) * i, 0.5)").values,
            (Values{"14.5", "7.5", "null", "0.5", "1.5"}));
  EXPECT_EQ(tester.value("typeof(list_reduce([1], (a, x) -> a + 1e0))"), "float64");
  EXPECT_EQ(tester.value("list_reduce([0.1, 0.2, 0.3], (a, x) -> a + x)"), "0.6");
  EXPECT_EQ(tester.value("list_reduce(['a', 'b'], (a, x) -> x || a)"), "ba");
  EXPECT_EQ(tester.value("list_reduce([1, 2], (a, x) -> a || x, [0])"), "[0,1,2]");
}

TEST(BinderLambdas, FaultsAreThoseOfTheRow) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, 2]", "[1, 0, 0]", "[]", "[0]"}});
  const Outcome mapped = tester.evaluate("list_transform(l, x -> 10 / x)");
  EXPECT_EQ(mapped.values, (Values{"[10,5]", "null", "[]", "null"}));
  EXPECT_EQ(mapped.faults.size(), 2u);
  EXPECT_TRUE(mapped.faults.contains(1) && mapped.faults.contains(3));
  const Outcome reduced = tester.evaluate("list_reduce(l, (a, x) -> a % x, 5)");
  EXPECT_EQ(reduced.values, (Values{"0", "null", "5", "null"}));
  EXPECT_EQ(reduced.faults.size(), 2u);
  EXPECT_TRUE(tester.evaluate("case when cardinality(l) = 2 then list_transform(l, x -> 1 / x) end")
                  .faults.empty());
  EXPECT_EQ(tester.evaluate("list_transform(l, x -> 1 / 0)").faults.size(), 3u)
      << "not where there are no elements";
}

TEST(BinderLambdas, Mistakes) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1]"}});
  EXPECT_EQ(tester.mistakes("list_transform(l, 1)"),
            "[1] 'list_transform' needs a lambda here (write x -> x + 1, or (x, i) -> ... with the "
            "number of the element from 1)");
  EXPECT_EQ(tester.mistakes("list_transform(l)").substr(0, 60),
            "[list_transform] 'list_transform' takes a list and a lambda ");
  EXPECT_EQ(tester.mistakes("list_filter(l, x -> x)"),
            "[x] the lambda of 'list_filter' needs a bool, not int64 (compare it: x <> 0)");
  EXPECT_EQ(tester.mistakes("list_transform(1, x -> x)"),
            "[1] 'list_transform' needs a list, not int64");
  EXPECT_EQ(tester.mistakes("list_reduce(l, x -> x)").substr(0, 60),
            "[x] the lambda of 'list_reduce' has 1 parameter, not 2 or 3 ");
  EXPECT_EQ(tester.mistakes("list_transform(l, x -> y)").substr(0, 24), "[y] unknown column 'y' (");
  EXPECT_EQ(tester.mistakes("list_reduce(l, (a, x) -> 'x' || x)").substr(0, 75),
            "['x' || x] the lambda of 'list_reduce' gives another type than it is given ");
}

TEST(BinderLambdas, Aggregates) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[3, 1, null]", "[]", std::nullopt, "[null]"}});
  EXPECT_EQ(tester.evaluate("list_sum(l)").values, (Values{"4", "null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_avg(l)").values, (Values{"2", "null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("list_aggregate(l, 'count')").values, (Values{"2", "0", "null", "0"}));
  EXPECT_EQ(tester.evaluate("list_median(l)").values, (Values{"2", "null", "null", "null"}));
  EXPECT_EQ(tester.value("list_string_agg(['a', 'b'], '-')"), "a-b");
  EXPECT_EQ(tester.value("list_sum([])"), "null");
  EXPECT_EQ(tester.mistakes("list_sum(['a'])"),
            "[['a']] 'list_sum' needs a list of numbers, not list<utf8> (cast it: "
            "['a']::list<float64>)");
  EXPECT_EQ(tester.value("list_aggregate([3, 1], 'min')"), "1");
  EXPECT_EQ(tester.value("list_aggregate(['a', 'b'], 'string_agg', '-')"), "a-b");
  EXPECT_EQ(tester.mistakes("list_aggregate(l, 'corr')").substr(0, 45),
            "[list_aggregate] unknown function 'list_corr'");
}

}  // namespace
}  // namespace leat::expr
