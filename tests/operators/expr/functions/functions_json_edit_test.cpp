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

// From PostgreSQL's documentation of jsonb containment and existence.
TEST(FunctionsJsonEdit, ContainAsPostgresqls) {
  expect_all({
      {R"('"foo"'::json @> '"foo"'::json)", "true"},
      {"'[1, 2, 3]'::json @> '[1, 3]'::json", "true"},
      {"'[1, 2, 3]'::json @> '[3, 1]'::json", "true"},
      {"'[1, 2, 3]'::json @> '[1, 2, 2]'::json", "true"},
      {R"('{"product": "PostgreSQL", "version": 9.4}'::json @> '{"version": 9.40}'::json)", "true"},
      {"'[1, 2, [1, 3]]'::json @> '[1, 3]'::json", "false"},
      {"'[1, 2, [1, 3]]'::json @> '[[1, 3]]'::json", "true"},
      {R"('{"foo": {"bar": "baz"}}'::json @> '{"bar": "baz"}'::json)", "false"},
      {R"('{"foo": {"bar": "baz"}}'::json @> '{"foo": {}}'::json)", "true"},
      {R"('["foo", "bar"]'::json @> '"bar"'::json)", "true"},
      {R"('"bar"'::json @> '["bar"]'::json)", "false"},
      {R"('{"a": 1}'::json <@ '{"a": 1, "b": 2}'::json)", "true"},
      {R"('{"a": "\u00e4"}'::json @> '{"a": "ä"}'::json)", "true"},
      {"'-0'::json @> '0.0'::json", "true"},
      {"'1'::json @> '-1'::json", "false"},
      {"null::json @> '1'::json", "null"},
  });
}

TEST(FunctionsJsonEdit, ExistAsPostgresqls) {
  expect_all({
      {R"('["foo", "bar", "baz"]'::json ? 'bar')", "true"},
      {R"('{"foo": "bar"}'::json ? 'foo')", "true"},
      {R"('{"foo": "bar"}'::json ? 'bar')", "false"},
      {R"('{"foo": {"bar": "baz"}}'::json ? 'bar')", "false"},
      {R"('"foo"'::json ? 'foo')", "true"},
  });
}

TEST(FunctionsJsonEdit, JoinAsPostgresqls) {
  expect_all({
      {R"('{"a": 1, "b": 2}'::json || '{"b": {"c": 3}, "d": 4}'::json)",
       R"({"a":1,"b":{"c": 3},"d":4})"},
      {"'[1, 2]'::json || '[3]'::json", "[1,2,3]"},
      {"'1'::json || '2'::json", "[1,2]"},
      {R"('{"a": 1}'::json || '[2]'::json)", R"([{"a": 1},2])"},
      {R"('{}'::json || '{"a":1}'::json)", R"({"a":1})"},
      {"'[]'::json || '[]'::json", "[]"},
  });
}

TEST(FunctionsJsonEdit, ChangeWhatIsAtAPath) {
  expect_all({
      {R"(jsonb_set('[{"f1":1,"f2":null},2,null,3]'::json, '{0,f1}', '[2,3,4]'::json, false))",
       R"([{"f1":[2,3,4],"f2":null},2,null,3])"},
      {R"(jsonb_set('[{"f1":1},2]'::json, '{0,f3}', '[2]'::json))", R"([{"f1":1,"f3":[2]},2])"},
      {"jsonb_set('[1, 2]'::json, '{-1}', '5'::json)", "[1,5]"},
      {"jsonb_set('[1, 2]'::json, '{7}', '5'::json)", "[1,2,5]"},
      {"jsonb_set('[1, 2]'::json, '{-7}', '5'::json)", "[5,1,2]"},
      {R"(jsonb_set('{"a": 1}'::json, '{x,y}', '5'::json))", R"({"a":1})"},
      {R"(jsonb_set('1'::json, '{a}', '5'::json))", "1"},
      {R"(jsonb_set('{"a": 1}'::json, '{}', '5'::json))", R"({"a": 1})"},
      {R"(jsonb_insert('{"a": [0, 1, 2]}'::json, '{a, 1}', '"new"'::json))",
       R"({"a":[0,"new",1,2]})"},
      {R"(jsonb_insert('{"a": 1}'::json, '{a}', '2'::json))", R"({"a":1})"},
      {R"(jsonb_insert('{"a": 1}'::json, '{"b \"c"}', '2'::json))", R"({"a":1,"b \"c":2})"},
  });
}

TEST(FunctionsJsonEdit, ScalarsAreCastToNumbersAndBools) {
  expect_all({
      {"'12'::json::int64", "12"},
      {"'1.5'::json::decimal(5,2)", "1.50"},
      {"'1e3'::json::float64", "1000"},
      {"'true'::json::bool", "true"},
      {"'null'::json::int64", "null"},
      {"try_cast('\"a\"'::json as int64)", "null"},
      {R"('{"a": {"b": [7]}}'::json #>> array['a', 'b', '0'])", "7"},
  });
  ExpressionTester tester;
  EXPECT_EQ(tester.value("from_json('{\"a\": 1}', 'struct<a int64>').a"), "1");
  EXPECT_EQ(tester.mistakes("from_json('1'::json, 'intt')"),
            "['intt'] unknown type 'intt' (did you mean 'int'?)");
  EXPECT_EQ(tester.value("E'{\"a\":\\n1}'::json -> 'a'"), "1");
  EXPECT_EQ(tester.value("('{\"a\": \"5\"}'::json -> 'a')::int64"),
            "error: the json is a string, not a number or bool");
}

}  // namespace
}  // namespace leat::expr
