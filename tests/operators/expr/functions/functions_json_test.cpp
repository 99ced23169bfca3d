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

TEST(FunctionsJson, AreThoseOfPostgresql) {
  const std::vector<Example> examples = {
      {"json_array_length('[1,2,3,{\"f1\":1,\"f2\":[5,6]},4]'::json)", "5"},
      {"json_array_length('[]'::json)", "0"},
      {"json_typeof('{}'::json)", "object"},
      {"json_typeof('\"a\"'::json)", "string"},
      {"json_typeof('-1.5'::json)", "number"},
      {"json_typeof('true'::json)", "boolean"},
      {"json_typeof('null'::json)", "null"},
      {"json_typeof(' [1]'::json)", "array"},
      {"to_json(1)", "1"},
      {"to_json('a\"b'::text)", "\"a\\\"b\""},
      {"to_json(true)", "true"},
      {"to_json(null::text)", "null"},
      {"to_json(1.50)", "1.50"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(FunctionsJson, WhatPostgresqlRefusesIsRefused) {
  for (const std::string expression : {
           "'{\"a\":1}'::json #> 'a'",
           "'{\"a\":1}'::json #> '{a'",
           "'{\"a\":1}'::json #> '{a,}'",
           "json_array_length('4'::json)",
           "json_array_length('{}'::json)",
       }) {
    ExpressionTester tester;
    EXPECT_TRUE(tester.value(expression).starts_with("error: ")) << expression;
  }
}

TEST(FunctionsJson, KindsOfRows) {
  ExpressionTester tester;
  tester.add({"j", kJsonType, {"[1, [2], {}]", "{\"a\": 1, \"b\\n\": {}}", std::nullopt, "7"}});
  EXPECT_EQ(tester.evaluate("json_typeof(j)").values,
            (Values{"array", "object", "null", "number"}));
  const Outcome lengths = tester.evaluate("json_array_length(j)");
  EXPECT_EQ(lengths.values[0], "3");
  EXPECT_EQ(lengths.faults.at(1), "json_array_length needs an array, not an object");
  EXPECT_EQ(lengths.faults.at(3), "json_array_length needs an array, not a number");
  EXPECT_EQ(tester.evaluate("cardinality(json_keys(j))").values, (Values{"0", "2", "null", "0"}));
  EXPECT_EQ(tester.evaluate("json_keys(j)[2]").values[1], "b\n");
}

TEST(FunctionsJson, Validity) {
  ExpressionTester tester;
  tester.add(
      {"s", kUtf8Type, {"{\"a\": [1, 2]}", " 1 ", "", "{} {}", "nul", std::nullopt, "\"x\n\""}});
  EXPECT_EQ(tester.evaluate("json_valid(s)").values,
            (Values{"true", "true", "false", "false", "false", "null", "false"}));
}

}  // namespace
}  // namespace leat::expr
