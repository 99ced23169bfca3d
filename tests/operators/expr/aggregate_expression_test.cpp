// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_expression.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

const Schema kInput({{"country", kUtf8Type},
                     {"qty", kInt64Type},
                     {"price", kFloat64Type},
                     {"paid", kBoolType},
                     {"tags", Type::list(kUtf8Type)}});
const std::vector<Field> kKeys = {{"country", kUtf8Type}};

std::optional<AggregateExpression> compiled(const std::string& text) {
  Diagnostics diagnostics;
  auto result = compile_aggregate(source_of(text), kInput, kKeys, Environment(), diagnostics);
  EXPECT_TRUE(result) << mistakes_text(diagnostics, text);
  return result;
}

std::string mistakes(const std::string& text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(compile_aggregate(source_of(text), kInput, kKeys, Environment(), diagnostics));
  return mistakes_text(diagnostics, text);
}

TEST(AggregateExpression, SplitsCallsFromWhatIsMadeOfThem) {
  const auto expression = compiled("round(sum(price * qty) / count(*), 2)");
  ASSERT_TRUE(expression);
  ASSERT_EQ(expression->calls.size(), 2u);
  const AggregateCall& sum = expression->calls[0];
  EXPECT_EQ(sum.function, "sum");
  EXPECT_EQ(sum.result, kFloat64Type);
  EXPECT_EQ(columns_read(*sum.arguments[0]), (std::vector<size_t>{1, 2}));
  EXPECT_EQ(sum.source.text().substr(sum.begin, sum.end - sum.begin), "sum(price * qty)");
  EXPECT_EQ(expression->calls[1].function, "count");
  EXPECT_TRUE(expression->calls[1].arguments.empty());
  EXPECT_EQ(columns_read(*expression->result), (std::vector<size_t>{1, 2}));  // after the one key
  EXPECT_EQ(result_type(*expression->result), kFloat64Type);
}

TEST(AggregateExpression, TheResultIsComputedFromKeysAndCalls) {
  const auto expression = compiled("country || ': ' || count(*)");
  ASSERT_TRUE(expression);
  ExpressionTester groups;
  groups.add({"country", kUtf8Type, {"de", "fr"}});
  groups.add({"count(*)", kInt64Type, {"3", "4"}});
  Evaluator evaluator(expression->result, groups.memory());
  std::vector<RowFault> faults;
  const Batch batch = groups.batch();
  const auto column = evaluator.evaluate(batch, batch.selection(), faults);
  ASSERT_TRUE(column);
  EXPECT_EQ((*column)->view_at(0), "de: 3");
  EXPECT_EQ((*column)->view_at(1), "fr: 4");
}

TEST(AggregateExpression, KnowsDistinctAndFilter) {
  const auto expression = compiled("count(distinct qty) filter (where paid and price > 1)");
  ASSERT_TRUE(expression);
  EXPECT_TRUE(expression->calls[0].distinct);
  ASSERT_TRUE(expression->calls[0].filter);
  EXPECT_EQ(columns_read(*expression->calls[0].filter), (std::vector<size_t>{2, 3}));
}

TEST(AggregateExpression, EqualCallsAreOne) {
  EXPECT_EQ(compiled("sum(qty) + sum(qty) * count(*)")->calls.size(), 2u);
  EXPECT_EQ(compiled("sum(qty) filter (where paid) + sum(qty)")->calls.size(), 2u);
  EXPECT_EQ(default_name(*compiled("country")->result), "country");
  EXPECT_EQ(default_name(*compiled("sum(qty)")->result), "sum(qty)");
}

TEST(AggregateExpression, ReportsMistakes) {
  EXPECT_EQ(mistakes("sum(country)"),
            "[sum] 'sum' needs a number, not utf8 (cast it: sum(country::float64))");
  EXPECT_EQ(mistakes("sum(max(qty))"),
            "[max] aggregate function 'max' stands inside another one (aggregate twice: write two "
            "aggregate stages, one "
            "after the other)");
  EXPECT_EQ(mistakes("sum(qty) + price"),
            "[price] column 'price' is neither a key nor inside an aggregate function (name it in "
            "`by`, or write "
            "first(price))");
  EXPECT_EQ(mistakes("sum()").substr(0, 34), "[sum] 'sum' takes one argument (it");
  EXPECT_EQ(mistakes("sum(*)").substr(0, 34), "[sum] 'sum' takes one argument (it");
  EXPECT_EQ(mistakes("corr(distinct qty, price)"),
            "[corr] 'corr' does not take 'distinct' (count, sum, avg, array_agg, string_agg and "
            "other functions of one value do)");
  EXPECT_EQ(mistakes("min(tags)"),
            "[min] 'min' does not take list<utf8> (it is used so: min(value [, n]) -> the value's "
            "type, with n a list of it)");
  EXPECT_EQ(mistakes("count(*) filter (where qty)"),
            "[qty] 'filter' needs a bool, not int64 (compare it: qty <> 0)");
  EXPECT_EQ(mistakes("sum(qyt)"),
            "[qyt] unknown column 'qyt' (did you mean 'qty'? Text is written 'qyt')");
}

TEST(AggregateExpression, OrdersAndConstantsAreNoArguments) {
  const auto text = compiled("string_agg(country, ' / ' order by qty desc, country)");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->calls[0].arguments.size(), 1u);
  EXPECT_EQ(text->calls[0].separator, " / ");
  ASSERT_EQ(text->calls[0].order.size(), 2u);
  EXPECT_TRUE(text->calls[0].order[0].descending);
  EXPECT_FALSE(text->calls[0].order[1].descending);
  const auto quantile = compiled("quantile_cont(qty, 0.95)");
  EXPECT_EQ(quantile->calls[0].arguments.size(), 1u);
  EXPECT_EQ(quantile->calls[0].fraction, 0.95);
  const auto within = compiled("percentile_disc(0.25) within group (order by qty desc)");
  EXPECT_EQ(within->calls[0].fraction, 0.25);
  EXPECT_TRUE(within->calls[0].descending);
  EXPECT_EQ(columns_read(*within->calls[0].arguments[0]), (std::vector<size_t>{1}));
  const auto most = compiled("arg_max(country, qty)");
  EXPECT_EQ(most->calls[0].arguments.size(), 1u);
  EXPECT_TRUE(most->calls[0].order[0].descending);
  EXPECT_EQ(compiled("count(distinct country, qty)")->calls[0].arguments.size(), 2u);
}

TEST(AggregateExpression, ReportsMistakesOfEveryForm) {
  EXPECT_EQ(mistakes("quantile_cont(qty, price)"),
            "[price] the fraction of 'quantile_cont' is not a constant from 0 to 1 (the median is "
            "at 0.5, the 95th percentile at 0.95)");
  EXPECT_EQ(mistakes("quantile_cont(qty, 95)").substr(0, 30), "[95] the fraction of 'quantile");
  EXPECT_EQ(mistakes("quantile_cont(qty)").substr(0, 51),
            "[quantile_cont] 'quantile_cont' takes two arguments");
  EXPECT_EQ(mistakes("string_agg(country, qty)"),
            "[qty] the separator of 'string_agg' is not constant text (write it in single quotes: "
            "', ')");
  EXPECT_EQ(mistakes("sum(qty order by price)"),
            "[sum] the value of 'sum' does not depend on an order (leave out 'order by')");
  EXPECT_EQ(mistakes("first(distinct qty)").substr(0, 40),
            "[first] 'first' does not take 'distinct'");
  EXPECT_EQ(mistakes("sum() within group (order by qty)").substr(0, 46),
            "[sum] 'sum' has no form with 'within group' (i");
  EXPECT_EQ(mistakes("first(qty order by tags)"), "[tags] values of type list<utf8> have no order");
  EXPECT_EQ(mistakes("first(qty order by max(qty))").substr(0, 46),
            "[max] aggregate function 'max' stands inside a");
}

TEST(AggregateExpression, SortKeysHaveADirection) {
  Diagnostics diagnostics;
  const auto key =
      compile_sort_key(source_of("price * 2 desc"), kInput, Environment(), diagnostics);
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->descending);
  EXPECT_TRUE(key->nulls_first);
  EXPECT_EQ(default_name(*key->key), "price * 2");
  const auto plain =
      compile_sort_key(source_of("qty nulls first"), kInput, Environment(), diagnostics);
  EXPECT_FALSE(plain->descending);
  EXPECT_TRUE(plain->nulls_first);
  EXPECT_FALSE(compile_sort_key(source_of("tags"), kInput, Environment(), diagnostics));
  EXPECT_EQ(mistakes_text(diagnostics, "tags"), "[tags] values of type list<utf8> have no order");
}

}  // namespace
}  // namespace leat::expr
