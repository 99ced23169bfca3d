// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/binding/binder.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

class BinderTest : public ::testing::Test {
 protected:
  BinderTest() {
    tester_.add({"qty", kInt64Type, {"1"}});
    tester_.add({"price", kFloat64Type, {"1.5"}});
    tester_.add({"status", kUtf8Type, {"paid"}});
    tester_.add({"paid", kBoolType, {"true"}});
    tester_.add({"day", kDateType, {"2026-01-01"}});
  }
  ExpressionTester tester_;
};

TEST_F(BinderTest, UnknownColumnsHaveSuggestions) {
  EXPECT_EQ(tester_.mistakes("pirce"), "[pirce] unknown column 'pirce' (did you mean 'price'?)");
  EXPECT_EQ(tester_.mistakes("xyzzy"),
            "[xyzzy] unknown column 'xyzzy' (the columns are: qty, price, status, paid, day)");
  EXPECT_EQ(tester_.mistakes("status = open"),
            "[open] unknown column 'open' (the columns are: qty, price, status, paid, day; text is "
            "written 'open')");
  EXPECT_EQ(tester_.mistakes("status = \"statu\""),
            "[\"statu\"] unknown column 'statu' (did you mean 'status'? Text is written 'statu')");
  EXPECT_EQ(tester_.mistakes("\"QTY\""),
            "[\"QTY\"] unknown column 'QTY' (did you mean 'qty'? Text is written 'QTY')");
}

TEST_F(BinderTest, WhatUsesABrokenColumnIsNoFurtherMistake) {
  tester_.environment.broken_columns = {"total", "price"};
  EXPECT_EQ(tester_.mistakes("price + pirce"),
            "[pirce] unknown column 'pirce' (did you mean 'price'? Text is written 'pirce')");
  Diagnostics diagnostics;
  EXPECT_FALSE(compile(source_of("total * 2"), tester_.schema(), tester_.environment, diagnostics));
  EXPECT_TRUE(diagnostics.ok());
}

TEST_F(BinderTest, GuessedTextIsToBeDeclared) {
  std::vector<Field> fields = {{"price", kUtf8Type, true}, {"name", kUtf8Type}};
  const auto hint = [&](const char* text) {
    Diagnostics diagnostics;
    compile(source_of(text), Schema(fields), tester_.environment, diagnostics);
    return diagnostics.ok() ? "" : diagnostics.errors()[0].hint;
  };
  EXPECT_EQ(hint("price * 2"),
            "declare what 'price' is where it is read, e.g. types: { price: float64 }; its first "
            "rows are not all numbers, so it was guessed to be text");
  EXPECT_EQ(hint("name * 2"), "cast the text to a number, e.g. name::int64");
}

TEST_F(BinderTest, QuotesThatYamlRemovedAreNamed) {
  EXPECT_EQ(
      tester_.mistakes("web", true),
      "[web] unknown column 'web' (YAML removed the quotes: to mean the text, write \"'web'\")");
}

TEST_F(BinderTest, ReportsAllMistakesAtOnce) {
  EXPECT_EQ(tester_.mistakes("pirce > 1 and qyt < 2 or nofunction(qty)"),
            "[pirce] unknown column 'pirce' (did you mean 'price'? Text is written 'pirce')\n"
            "[qyt] unknown column 'qyt' (did you mean 'qty'? Text is written 'qyt')\n"
            "[nofunction] unknown function 'nofunction' ('leat functions' lists what there is)");
}

TEST_F(BinderTest, ConditionsAreBool) {
  EXPECT_EQ(tester_.mistakes("qty and paid"),
            "[qty] 'and' needs a bool, not int64 (compare it: qty <> 0)");
  EXPECT_EQ(tester_.mistakes("not status"),
            "[status] 'not' needs a bool, not utf8 (compare it: status = '...')");
  EXPECT_EQ(tester_.mistakes("case when qty then 1 end"),
            "[qty] 'when' needs a bool, not int64 (compare it: qty <> 0)");
  EXPECT_EQ(tester_.mistakes("qty is true"),
            "[qty] 'is true' needs a bool, not int64 (compare it: qty <> 0)");
  Diagnostics diagnostics;
  EXPECT_FALSE(
      compile_predicate(source_of("qty + 1"), tester_.schema(), tester_.environment, diagnostics));
  EXPECT_EQ(mistakes_text(diagnostics, "qty + 1"),
            "[qty + 1] a condition needs a bool, not int64 (compare it: qty + 1 <> 0)");
}

TEST_F(BinderTest, BranchesShareOneType) {
  EXPECT_EQ(tester_.mistakes("case when paid then qty else status end"),
            "[qty] the values of 'case' have different types: int64, utf8 (cast them to one type, "
            "e.g. x::utf8)");
  EXPECT_EQ(tester_.mistakes("coalesce(qty, day)"),
            "[qty] the arguments of 'coalesce' have different types: int64, date (cast them to one "
            "type, e.g. x::utf8)");
  EXPECT_EQ(to_string(tester_.compiled("case when paid then qty else price end")->type()),
            "float64");
  EXPECT_EQ(to_string(tester_.compiled("coalesce(null, day, timestamp '2026-01-01')")->type()),
            "timestamp");
  EXPECT_EQ(to_string(tester_.compiled("coalesce(day, '2026-01-01')")->type()), "date");
}

TEST_F(BinderTest, ParametersAreTypedAndChecked) {
  tester_.environment.parameters["since"] = {kDateType, "2026-01-01", false};
  tester_.environment.parameters["broken"] = {kInt64Type, "x", false};
  EXPECT_EQ(to_string(tester_.compiled("$since")->type()), "date");
  EXPECT_EQ(tester_.mistakes("qty > $broken"), "[$broken] 'x' is not an int64");
  EXPECT_EQ(tester_.mistakes("day > $sinse"),
            "[$sinse] unknown parameter 'sinse' (did you mean 'since'?)");
}

TEST_F(BinderTest, LiteralsTakeTheTypeTheyAreNeededIn) {
  EXPECT_EQ(tester_.value("day = '2026-01-01'"), "true");
  EXPECT_EQ(tester_.value("qty = '1'"), "true");
  EXPECT_EQ(tester_.value("day between '2025-01-01' and '2027-01-01'"), "true");
  EXPECT_EQ(tester_.mistakes("day > 'yesterday'"),
            "['yesterday'] 'yesterday' is not a date like 2026-01-31");
}

}  // namespace
}  // namespace leat::expr
