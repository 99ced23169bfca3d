// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/type_hint.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

class BinderCallsTest : public ::testing::Test {
 protected:
  BinderCallsTest() {
    tester_.add({"qty", kInt64Type, {"1"}});
    tester_.add({"name", kUtf8Type, {"x"}});
  }
  ExpressionTester tester_;
};

TEST_F(BinderCallsTest, UnknownFunctionsHaveSuggestions) {
  EXPECT_EQ(tester_.mistakes("uper(name)"),
            "[uper] unknown function 'uper' (did you mean 'upper'?)");
  EXPECT_EQ(tester_.mistakes("zzzzzz(name)"),
            "[zzzzzz] unknown function 'zzzzzz' ('leat functions' lists what there is)");
}

TEST_F(BinderCallsTest, WrongArgumentsShowTheSignature) {
  EXPECT_EQ(tester_.mistakes("upper(qty)"),
            "[qty] argument 1 of 'upper' must be utf8, not int64 (cast it: qty::utf8; its "
            "arguments are: upper(text "
            "utf8) -> utf8)");
  EXPECT_EQ(
      tester_.mistakes("upper(name, name)"),
      "[upper] 'upper' does not take (utf8, utf8) (its arguments are: upper(text utf8) -> utf8)");
  EXPECT_EQ(tester_.mistakes("abs(name)"),
            "[abs] 'abs' does not take (utf8) (its arguments are: abs(x int64) -> int64 or abs(x "
            "float64) -> float64 or abs(x decimal) -> decimal)");
  EXPECT_EQ(tester_.mistakes("now(1)").substr(0, 5), "[now]");
}

TEST_F(BinderCallsTest, AggregatesBelongElsewhere) {
  EXPECT_EQ(
      tester_.mistakes("sum(qty)"),
      "[sum] 'sum' is an aggregate function (it stands in the columns of the aggregate operator)");
  EXPECT_EQ(tester_.mistakes("upper(distinct name)"),
            "[upper] 'upper' is no aggregate function ('*', 'distinct', 'order by' and 'filter' "
            "belong to aggregate functions)");
}

TEST_F(BinderCallsTest, TheNearestOverloadIsTaken) {
  EXPECT_EQ(to_string(tester_.compiled("abs(qty)")->type()), "int64");
  EXPECT_EQ(to_string(tester_.compiled("abs(qty + 0.5)")->type()), "decimal(21,1)");
  EXPECT_EQ(to_string(tester_.compiled("abs(qty + 5e-1)")->type()), "float64");
  EXPECT_EQ(to_string(tester_.compiled("round(qty, 1)")->type()), "int64");
  EXPECT_EQ(to_string(tester_.compiled("concat(qty, name, null, true)")->type()), "utf8");
}

TEST_F(BinderCallsTest, CastsThatDoNotExistAreRefused) {
  EXPECT_EQ(tester_.mistakes("qty::date"), "[::date] there is no cast from int64 to date");
  EXPECT_EQ(tester_.mistakes("qty::number"),
            "[number] unknown type 'number' (" + type_hint("number") + ")");
  EXPECT_EQ(tester_.compiled("qty::int64")->nodes().size(), 1u);
}

TEST_F(BinderCallsTest, ExtractKnowsItsFields) {
  EXPECT_EQ(tester_.mistakes("extract(fortnight from now())").substr(0, 54),
            "[fortnight] 'fortnight' is no field of a timestamp (us");
  EXPECT_EQ(tester_.mistakes("extract(year from name)"),
            "[name] 'extract' needs a date or a timestamp, not utf8 (cast it: name::timestamp)");
  EXPECT_EQ(to_string(tester_.compiled("extract(epoch from now())")->type()), "float64");
  EXPECT_EQ(tester_.mistakes("extract(hour from date '2026-01-31')"),
            "[hour] 'hour' is no field of a date (a date has no time; its midnight is date "
            "'2026-01-31'::timestamp)");
  EXPECT_EQ(tester_.value("extract(epoch from date '1970-01-02')"), "86400");
}

TEST_F(BinderCallsTest, FormsCheckTheirArguments) {
  EXPECT_EQ(tester_.mistakes("nullif(qty, name)"),
            "[nullif] cannot compare int64 with utf8 (cast one side, e.g. name::int64)");
  EXPECT_EQ(tester_.mistakes("greatest(qty, name)"),
            "[qty] the arguments of 'greatest' have different types: int64, utf8 (cast them to one "
            "type, e.g. x::utf8)");
  EXPECT_EQ(tester_.value("typeof(qty)"), "int64");
}

}  // namespace
}  // namespace leat::expr
