// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_types.h"

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

TEST(AggregateTypes, Results) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"sum(qty)", "int64"},    {"sum(price)", "float64"},  {"avg(qty)", "float64"},
      {"min(country)", "utf8"}, {"max(qty)", "int64"},      {"first(tags)", "list<utf8>"},
      {"last(paid)", "bool"},   {"stddev(qty)", "float64"}, {"var_pop(price)", "float64"},
      {"count(tags)", "int64"}};
  for (const auto& [text, type] : cases)
    EXPECT_EQ(to_string(compiled(text)->calls[0].result), type) << text;
}

TEST(AggregateTypes, ResultsByForm) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"median(qty)", "float64"},
      {"quantile_disc(country, 0.5)", "utf8"},
      {"mode(country)", "utf8"},
      {"array_agg(tags)", "list<list<utf8>>"},
      {"histogram(qty)", "list<struct<key int64, value int64>>"},
      {"arg_min(tags, price)", "list<utf8>"},
      {"corr(qty, price)", "float64"},
      {"regr_count(qty, price)", "int64"},
      {"bit_or(qty)", "int64"},
      {"approx_quantile(qty, 0.5)", "float64"},
      {"median(1.5::decimal(10,2))", "decimal(38,16)"},
      {"median(date '2020-01-01')", "timestamp"}};
  for (const auto& [text, type] : cases)
    EXPECT_EQ(to_string(compiled(text)->calls[0].result), type) << text;
}

TEST(AggregateTypes, ReportsWhatAFunctionDoesNotTake) {
  EXPECT_EQ(mistakes("bool_and(qty)"), "[bool_and] 'bool_and' needs a bool, not int64");
  EXPECT_EQ(mistakes("median(country)"),
            "[median] 'median' needs a number or a time, not utf8 (of values that are listed in "
            "order it is quantile_disc(country, 0.5))");
  EXPECT_EQ(mistakes("string_agg(qty)"),
            "[string_agg] 'string_agg' needs text, not int64 (cast it: string_agg(qty::utf8))");
  EXPECT_EQ(mistakes("arg_max(qty, tags)"),
            "[tags] 'arg_max' cannot order values of type list<utf8>");
  EXPECT_EQ(mistakes("corr(qty, country)"),
            "[corr] 'corr' needs a number, not utf8 (cast it: country::float64)");
  EXPECT_EQ(mistakes("array_agg(distinct tags)"),
            "[tags] values of type list<utf8> are not compared, so not taken once each");
  EXPECT_EQ(mistakes("mode(tags)").substr(0, 38), "[mode] 'mode' does not take list<utf8>");
}

}  // namespace
}  // namespace leat::expr
