// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_expression.h"

#include <algorithm>

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

TEST(AggregateExpression, TypesOfResults) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"sum(qty)", "int64"},    {"sum(price)", "float64"},  {"avg(qty)", "float64"},
      {"min(country)", "utf8"}, {"max(qty)", "int64"},      {"first(tags)", "list<utf8>"},
      {"last(paid)", "bool"},   {"stddev(qty)", "float64"}, {"var_pop(price)", "float64"},
      {"count(tags)", "int64"}};
  for (const auto& [text, type] : cases)
    EXPECT_EQ(to_string(compiled(text)->calls[0].result), type) << text;
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
  EXPECT_EQ(mistakes("sum(distinct qty)"), "[sum] 'distinct' is supported in count only");
  EXPECT_EQ(mistakes("min(tags)"),
            "[min] 'min' does not take list<utf8> (it is used so: min(value) -> the value's type)");
  EXPECT_EQ(mistakes("count(*) filter (where qty)"),
            "[qty] 'filter' needs a bool, not int64 (compare it: qty <> 0)");
  EXPECT_EQ(mistakes("sum(qyt)"),
            "[qyt] unknown column 'qyt' (did you mean 'qty'? Text is written 'qyt')");
}

TEST(AggregateExpression, FunctionsAreListedByName) {
  const auto& functions = aggregate_functions();
  EXPECT_TRUE(std::is_sorted(functions.begin(), functions.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const AggregateFunction& function : functions) {
    const bool is_bool = function.signature.find("(bool)") != std::string_view::npos;
    compiled(std::string(function.name) + (is_bool ? "(qty > 1)" : "(qty)"));
  }
  EXPECT_EQ(mistakes("bool_and(qty)"), "[bool_and] 'bool_and' needs a bool, not int64");
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
