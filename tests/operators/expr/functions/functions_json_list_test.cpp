// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <array>

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

TEST(FunctionsJsonList, TakeValuesApart) {
  expect_all({
      {R"(json_each('{"a\n": 1, "b": null}'::json)[1].key)", "a\n"},
      {R"(json_each('{"a": 1, "b": null}'::json)[2].value)", "null"},
      {R"(jsonb_each_text('{"a": "x\"y", "b": null}'::json)[1].value)", "x\"y"},
      {R"(jsonb_each_text('{"b": null}'::json)[1].value is null)", "true"},
      {R"(json_each('{"b": null}'::json)[1].value is null)", "false"},
      {R"(cardinality(json_each('{}'::json)))", "0"},
      {R"(json_array_elements_text('["a", 1.50, null, [1]]'::json))", R"(["a","1.50",null,"[1]"])"},
      {R"(json_from_entries(json_each('{"a": 1, "b": {"c": 2}}'::json)))",
       R"({"a":1,"b":{"c": 2}})"},
  });
}

// As PostgreSQL's jsonb has them.
TEST(FunctionsJsonList, Delete) {
  expect_all({
      {R"('{"a": 1, "b": 2}'::json - 'c')", R"({"a":1,"b":2})"},
      {R"('["a", "b", 1, "a"]'::json - 'a')", R"(["b",1])"},
      {R"('["a", "b"]'::json - 0)", R"(["b"])"},
      {R"('["a", "b"]'::json - 5)", R"(["a","b"])"},
      {R"('["a", "b"]'::json - -2)", R"(["b"])"},
      {R"('["a", "b"]'::json - -3)", R"(["a","b"])"},
      {R"('{"a": {"b": [1, 2, 3]}}'::json #- '{a,b,-1}')", R"({"a":{"b":[1,2]}})"},
      {R"('{"a": {"b": 1}}'::json #- array['a', 'x'])", R"({"a":{"b":1}})"},
      {R"('{"a": 1}'::json #- '{}')", R"({"a": 1})"},
      {R"('{"a": [1]}'::json #- '{a,b,c}')",
       "error: step 2 of the path leads into an array, and 'b' is no number"},
      {R"('{"a": 1, "b": 2}'::json ?& array['a', 'b'])", "true"},
      {R"('["a"]'::json ?| array['b', 'a'])", "true"},
      {R"('["a"]'::json ?| array[null::utf8])", "false"},
  });
}

/// json_merge_keeps_nulls is caught here: the examples of RFC 7386.
TEST(FunctionsJsonList, MergePatches) {
  const std::vector<std::array<std::string, 3>> cases = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", "{}"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [target, patch, result] : cases) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value("json_merge_patch('" + target + "'::json, '" + patch + "'::json)"),
              result);
  }
}

TEST(FunctionsJsonList, PrettyAsPostgresql) {
  expect_all({
      {R"(jsonb_pretty('{"a": [1, {}], "b": "x"}'::json))",
       "{\n    \"a\": [\n        1,\n        {\n        }\n    ],\n    \"b\": \"x\"\n}"},
      {"jsonb_pretty('1'::json)", "1"},
  });
}

TEST(FunctionsJsonList, TypesInDuckdbsWords) {
  expect_all({
      {"json_type('1'::json)", "UBIGINT"},
      {"json_type('1.5'::json)", "DOUBLE"},
      {R"(json_type('"1.5"'::json))", "VARCHAR"},
      {"json_type('null'::json)", "NULL"},
  });
}

}  // namespace
}  // namespace leat::expr
