// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

class BinderOperatorsTest : public ::testing::Test {
 protected:
  BinderOperatorsTest() {
    tester_.add({"qty", kInt64Type, {"1"}});
    tester_.add({"price", kFloat64Type, {"1.5"}});
    tester_.add({"status", kUtf8Type, {"5"}});
    tester_.add({"day", kDateType, {"2026-01-01"}});
  }
  std::string type_of(const std::string& text) { return to_string(tester_.compiled(text)->type()); }
  ExpressionTester tester_;
};

TEST_F(BinderOperatorsTest, ComparisonsOfDifferentTypesSayHowToCast) {
  EXPECT_EQ(tester_.mistakes("status = qty"),
            "[=] cannot compare utf8 with int64 (cast one side, e.g. status::int64)");
  EXPECT_EQ(tester_.mistakes("qty > status"),
            "[>] cannot compare int64 with utf8 (cast one side, e.g. status::int64)");
  EXPECT_EQ(tester_.mistakes("qty = day"),
            "[=] cannot compare int64 with date (cast one side, e.g. qty::date)");
  EXPECT_EQ(tester_.mistakes("qty in (1, day)"),
            "[day] cannot compare int64 with date (cast one side, e.g. qty::date)");
  EXPECT_EQ(tester_.mistakes("status between 1 and 2"),
            "[between] cannot compare utf8 with int64 (cast one side, e.g. status::int64)\n"
            "[between] cannot compare utf8 with int64 (cast one side, e.g. status::int64)");
}

TEST_F(BinderOperatorsTest, ArithmeticNamesBothTypes) {
  EXPECT_EQ(tester_.mistakes("status + 1"),
            "[+] there is no utf8 + int64 (text is joined with ||; to calculate, cast it, e.g. "
            "status::int64)");
  EXPECT_EQ(tester_.mistakes("'a' + 'b'"),
            "[+] there is no utf8 + utf8 (text is joined with ||; to calculate, cast it, e.g. "
            "'a'::int64)");
  EXPECT_EQ(tester_.mistakes("day * 2"), "[*] there is no date * int64");
  EXPECT_EQ(tester_.mistakes("qty || price"),
            "[||] there is no int64 || float64 (one side must be text: qty::utf8)");
  EXPECT_EQ(tester_.mistakes("qty > 1 && price > 2"),
            "[&&] '&&' asks whether two lists have an element in common (conditions are joined by "
            "and)");
  EXPECT_EQ(tester_.mistakes("-status"), "[-] '-' needs a number, not utf8");
}

TEST_F(BinderOperatorsTest, TypesOfResults) {
  EXPECT_EQ(type_of("qty + 1"), "int64");
  EXPECT_EQ(type_of("qty / 2"), "int64");
  EXPECT_EQ(type_of("qty * price"), "float64");
  EXPECT_EQ(type_of("qty ^ 2"), "float64");
  EXPECT_EQ(type_of("day + 1"), "date");
  EXPECT_EQ(type_of("day - day"), "int64");
  EXPECT_EQ(type_of("day + interval '1 day'"), "timestamp");
  EXPECT_EQ(type_of("status || qty"), "utf8");
  EXPECT_EQ(type_of("qty = price"), "bool");
  EXPECT_EQ(type_of("null + 1"), "int64");
  EXPECT_EQ(type_of("null = null"), "bool");
  EXPECT_EQ(type_of("qty - '5'"), "int64");
}

TEST_F(BinderOperatorsTest, PatternsAreCheckedBeforehand) {
  EXPECT_EQ(tester_.mistakes("status like 'a\\'"),
            "['a\\'] a like pattern must not end with the escape character");
  EXPECT_EQ(tester_.mistakes("status like 'a' escape 'bc'"),
            "['bc'] the escape character must be one constant character");
  EXPECT_EQ(tester_.mistakes("qty like 'a'"),
            "[qty] 'like' needs text, not int64 (cast it: qty::utf8)");
  EXPECT_EQ(tester_.mistakes("status ~ '('"),
            "[status ~ '('] '(' is no regular expression: missing ): (");
}

}  // namespace
}  // namespace leat::expr
