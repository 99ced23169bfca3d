// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsList, PartsOfTexts) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"a,b,,d", "", std::nullopt, "a long part of a text,x"}});
  tester.add({"p", kUtf8Type, {",", ",", ",", std::nullopt}});
  EXPECT_EQ(tester.evaluate("cardinality(string_to_array(s, p))").values,
            (Values{"4", "0", "null", "23"}));
  EXPECT_EQ(tester.evaluate("string_to_array(s, ',')[1]").values,
            (Values{"a", "null", "null", "a long part of a text"}));
  EXPECT_EQ(tester.evaluate("cardinality(string_to_array(s, ''))").values,
            (Values{"1", "0", "null", "1"}));
  EXPECT_EQ(tester.evaluate("cardinality(string_split(s, p))").values,
            (Values{"4", "0", "null", "null"}));
  EXPECT_EQ(tester.value("cardinality(string_to_array(null, ','))"), "null");
  EXPECT_EQ(tester.value("cardinality(string_to_array('xx~^~yy~^~zz', '~^~'))"), "3");
  EXPECT_EQ(tester.value("string_to_array('äöü', null)[2]"), "ö");
}

TEST(FunctionsList, TextsOfLists) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"a,b,,d", "", std::nullopt, ",,"}});
  EXPECT_EQ(tester.evaluate("array_to_string(string_to_array(s, ',', ''), '+')").values,
            (Values{"a+b+d", "", "null", ""}));
  EXPECT_EQ(tester.evaluate("array_to_string(string_to_array(s, ',', ''), '+', '*')").values,
            (Values{"a+b+*+d", "", "null", "*+*+*"}));
  EXPECT_EQ(tester.evaluate("array_to_string(string_to_array(s, ','), s)").values[0],
            "aa,b,,dba,b,,da,b,,dd");
  EXPECT_EQ(tester.value("array_to_string(string_to_array('a', ','), null)"), "null");
}

}  // namespace
}  // namespace leat::expr
