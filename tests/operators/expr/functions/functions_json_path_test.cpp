// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Example {
  std::string expression;
  std::string result;
};

void expect_all(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(FunctionsJsonPath, ValuesAsTheStandardHasThem) {
  expect_all({
      {R"(json_value('{"a": "x\u0041"}'::json, '$.a'))", "xA"},
      {R"(json_value('{"a": [1, 2]}'::json, '$.a[*]'))", "null"},
      {R"(json_value('{"a": {}}'::json, '$.a'))", "null"},
      {R"(json_value('{"a": null}'::json, '$.a'))", "null"},
      {R"(json_value('{"a": "x"}'::json, '$.a + 1'))", "null"},
      {R"(json_query('{"a": [1, 2]}'::json, '$.a'))", "[1, 2]"},
      {R"(json_query('{"a": [1, 2]}'::json, '$.a[*]'))", "null"},
      {R"(json_exists('{"a": 1}'::json, '$.a'))", "true"},
      {R"(json_exists('{"a": 1}'::json, 'a'))", "true"},
      {R"(json_exists('{"a": 1}'::json, '$.b'))", "false"},
      {R"(json_exists('{"a": "x"}'::json, '$.a + 1'))", "false"},
      {R"(jsonb_path_query_array('[1, 2]'::json, '$[*] ? (@ > 5)'))", "[]"},
      {R"(jsonb_path_query_first('[1, 2]'::json, '$[*] ? (@ > 5)'))", "null"},
      {R"(jsonb_path_match('{"a": 1}'::json, '$.a == "x"'))", "null"},
      {R"('{"a": 1}'::json @@ '$.a')", "null"},
      {R"('{"a": "x"}'::json @? '$.a + 1')", "null"},
      {R"('[1, 2]'::json @? '$[*] ? (@ == 2)')", "true"},
      {R"(json_extract('{"a.b": 1}'::json, 'a.b'))", "1"},
      {R"(json_extract_string('{"a": ["x"]}'::json, '$.a[0]'))", "x"},
      {R"(json_extract_string('{"a": null}'::json, '$.a'))", "null"},
      {R"(json_extract('[1, 2]'::json, -1))", "2"},
  });
}

TEST(FunctionsJsonPath, AMistakeInAPathIsFoundWhereItStands) {
  ExpressionTester tester;
  EXPECT_EQ(tester.mistakes("json_path('{}'::json, '$.a[')"),
            "['$.a['] '$.a[' is no path of JSON: the path ends too early, at character 5 (a path "
            "looks like $.orders[*].id, or $.orders[*] ? (@.total > 100))");
  EXPECT_EQ(tester.mistakes("json_extract('{}'::json, '$[*]')"),
            "['$[*]'] '$[*]' can lead to more than one value (json_path gives a list of all of "
            "them)");
  EXPECT_TRUE(tester.mistakes("'{}'::json @@ 'x y'").starts_with("['x y']"));
}

TEST(FunctionsJsonPath, PathsOfRowsMayDiffer) {
  ExpressionTester tester;
  tester.add({"p", kUtf8Type, {"$.a", "$.b", "$.", "$.a", std::nullopt}});
  const Outcome outcome = tester.evaluate(R"(json_query('{"a": 1, "b": 2}'::json, p))");
  EXPECT_EQ(outcome.values, (std::vector<std::string>{"1", "2", "null", "1", "null"}));
  ASSERT_EQ(outcome.faults.size(), 1U);
  EXPECT_TRUE(outcome.faults.contains(2));
}

}  // namespace
}  // namespace leat::expr
