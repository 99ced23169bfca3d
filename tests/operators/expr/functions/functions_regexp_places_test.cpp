// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

struct Example {
  std::string expression;
  std::string result;
};

TEST(FunctionsRegexpPlaces, PlacesAndListsAreThoseOfPostgresql) {
  const std::vector<Example> examples = {
      {"regexp_count('abcabcabc', 'a.c', 2)", "2"},
      {"regexp_count('ABCABCABCABC', 'Abc', 1, 'i')", "4"},
      {"regexp_count('123123123', '\\d{3}', 4)", "2"},
      {"regexp_count('abc', 'b', 10)", "0"},
      {"regexp_count('abc', '', 4)", "1"},
      {"regexp_count('abc', '', 5)", "0"},
      {"regexp_instr('number of your street, town zip, FR', '[^,]+', 1, 2)", "23"},
      {"regexp_instr('foobarbequebaz', 'ba.', 1, 2)", "12"},
      {"regexp_instr('ABCDEFGHI', '(c..)(...)', 1, 1, 0, 'i', 2)", "6"},
      {"regexp_instr('ABCDEFGHI', '(c..)(...)', 1, 1, 1, 'i', 2)", "9"},
      {"regexp_instr('abc', '')", "1"},
      {"regexp_instr('abc', 'x')", "0"},
      {"regexp_instr('abc', 'c', 4)", "0"},
      {"regexp_instr('abc', '$', 4)", "4"},
      {"regexp_instr('abcabcabc', 'a.c', 2)", "4"},
      {"regexp_instr('foobar', '^b', 4)", "0"},
      {"regexp_substr('number of your street, town zip, FR', '[^,]+', 1, 2)", " town zip"},
      {"regexp_substr('ABCDEFGHI', '(c..)(...)', 1, 1, 'i', 2)", "FGH"},
      {"regexp_substr('abc', 'x', 1)", "null"},
      {"regexp_substr('abcabyabz', 'ab(.)', 1, 3, '', 1)", "z"},
      {"regexp_substr('abc', 'b', 3)", "null"},
      {"regexp_substr('abc', '(b)', 1, 1, '', 2)", "null"},
      {"substring('foobar' from 'o.b')", "oob"},
      {"substring('foobar' from 'o(.)b')", "o"},
      {"substring('foobar' from 'x')", "null"},
      {"substring('foobar' from '(x)?foo')", "null"},
      {"substring('abcdefg' from 'a(b.)c|x')", "null"},
      {"(regexp_match('foobarbequebaz', 'bar.*que'))[1]", "barbeque"},
      {"(regexp_match('foobarbequebaz', '(bar)(beque)'))[2]", "beque"},
      {"(regexp_match('abc', 'x'))[1]", "null"},
      {"(regexp_match('abc', '(x)?(b)'))[1]", "null"},
      {"(regexp_match('abc', '(x)?(b)'))[2]", "b"},
      {"(regexp_match('aBc', '(b)', 'i'))[1]", "B"},
      {"cardinality(regexp_split_to_array('the quick brown fox', '\\s+'))", "4"},
      {"(regexp_split_to_array('the quick brown fox', '\\s*'))[3]", "e"},
      {"cardinality(regexp_split_to_array('the quick brown fox', '\\s*'))", "16"},
      {"cardinality(regexp_split_to_array('123456',''))", "6"},
      {"(regexp_split_to_array('123456','1'))[1]", ""},
      {"(regexp_split_to_array('123456','6'))[2]", ""},
      {"cardinality(regexp_split_to_array('123456','.'))", "7"},
      {"cardinality(regexp_split_to_array('','a'))", "1"},
      {"cardinality(regexp_split_to_array('abc','x*'))", "3"},
      {"(regexp_split_to_array('thE QUick bROWn FOx','e','i'))[2]", " QUick bROWn FOx"},
      {"cardinality(regexp_split_to_array('aäöüb','[äü]'))", "3"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(FunctionsRegexpPlaces, PlacesCountFromOne) {
  for (const std::string expression : {
           "regexp_count('abc', 'b', 0)",
           "regexp_instr('abc', 'a', -1)",
           "regexp_instr('abc', 'a', 1, 0)",
           "regexp_instr('abc', 'a', 1, 1, 2)",
       }) {
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(expression).starts_with("error: ")) << expression;
  }
}

TEST(FunctionsRegexpPlaces, RowsWithTheirOwnArguments) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"a1b22c333", "x", std::nullopt, "10 and a long part of text, 20"}});
  tester.add({"n", kInt64Type, {"2", "1", "1", "1"}});
  tester.add({"p", kUtf8Type, {"[0-9]+", "x", "x", "("}});
  EXPECT_EQ(tester.evaluate("regexp_substr(s, '[0-9]+', 1, n)").values,
            (Values{"22", "null", "null", "10"}));
  EXPECT_EQ(tester.evaluate("regexp_extract_all(s, '[a-z ]+')[n]").values,
            (Values{"b", "x", "null", " and a long part of text"}));
  EXPECT_EQ(tester.evaluate("cardinality(regexp_split(s, '[0-9]+'))").values,
            (Values{"4", "1", "null", "3"}));
  const Outcome outcome = tester.evaluate("regexp_match(s, p)[1]");
  EXPECT_EQ(outcome.values[0], "1");
  EXPECT_EQ(outcome.faults.size(), 1U);
  EXPECT_TRUE(outcome.faults.at(3).starts_with("'(' is no regular expression"));
}

TEST(FunctionsRegexpPlaces, ManyGroups) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("regexp_match('aaaaaaaaaaaaaaaa', repeat('(a)', 15))[15]"), "a");
  EXPECT_EQ(tester.value("regexp_match('aaaaaaaaaaaaaaaa', repeat('(a)', 16))[16]"),
            "error: a list takes 15 groups at most");
}

}  // namespace
}  // namespace leat::expr
