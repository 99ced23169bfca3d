// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Example {
  std::string expression;
  std::string result;
};

TEST(Regexp, SimilarToIsThatOfSql) {
  const std::vector<Example> examples = {
      {"'abc' similar to 'abc'", "true"},
      {"'abc' similar to 'a'", "false"},
      {"'abc' similar to '%(b|d)%'", "true"},
      {"'abc' similar to '(b|c)%'", "false"},
      {"'abc' not similar to '_b_'", "false"},
      {"'a.c' similar to 'a.c'", "true"},
      {"'abc' similar to 'a.c'", "false"},
      {"'abcdefg' similar to '_bcd%'", "true"},
      {"'abcdefg' similar to 'bcd%'", "false"},
      {"'abcdefg' similar to '_bcd#%' escape '#'", "false"},
      {"'_bcd%' similar to '#_bcd#%' escape '#'", "true"},
      {"'abcd\\efg' similar to '_bcd\\%' escape ''", "true"},
      {"'aaa' similar to 'a{3}'", "true"},
      {"'aaa' similar to 'a{2}'", "false"},
      {"'a^b' similar to 'a^b'", "true"},
      {"'xyz' similar to '[a-y]%'", "true"},
      {"'xyz' similar to '[^a-w]%'", "true"},
      {"null similar to 'a'", "null"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(Regexp, WhatIsNoPatternOfSql) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"a%b", "ab", std::nullopt}});
  tester.add({"p", kUtf8Type, {"a#%_", "(", "a"}});
  const Outcome outcome = tester.evaluate("s similar to p escape '#'");
  EXPECT_EQ(outcome.values[0], "true");
  EXPECT_EQ(outcome.values[2], "null");
  EXPECT_EQ(outcome.faults.at(1), "'(' is no pattern of 'similar to'");
  EXPECT_EQ(tester.mistakes("s similar to 'a\\'"),
            "[s similar to 'a\\'] a pattern must not end with its escape character");
  EXPECT_EQ(tester.mistakes("s similar to 'a' escape 'xx'"),
            "[s similar to 'a' escape 'xx'] the escape of 'similar to' is one character, or none");
}

TEST(Regexp, OneFlagForEachRow) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"ABC", "ABC", "ABC"}});
  tester.add({"f", kUtf8Type, {"i", "", "z"}});
  const Outcome outcome = tester.evaluate("regexp_like(s, 'b', f)");
  EXPECT_EQ(outcome.values[0] + outcome.values[1], "truefalse");
  EXPECT_EQ(outcome.faults.at(2), "'z' is no flag of regular expressions: use i, g, n or s");
}

}  // namespace
}  // namespace leat::expr
