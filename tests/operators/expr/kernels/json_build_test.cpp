// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(JsonBuild, ObjectsAndArraysOfRows) {
  ExpressionTester tester;
  tester.add({"k", kUtf8Type, {"a", "b\"c", std::nullopt}});
  tester.add({"x", kFloat64Type, {"1.5", std::nullopt, "2"}});
  tester.add({"j", kJsonType, {"{\"z\": 1}", "null", "[]"}});
  tester.add({"t", kTimestampType, {"2026-03-05 01:02:03", std::nullopt, std::nullopt}});
  const Outcome objects = tester.evaluate("json_build_object(k, x, 'j', j)");
  EXPECT_EQ(objects.values[0], "{\"a\":1.5,\"j\":{\"z\": 1}}");
  EXPECT_EQ(objects.values[1], "{\"b\\\"c\":null,\"j\":null}");
  EXPECT_EQ(objects.faults.size(), 1U);
  EXPECT_EQ(objects.faults.at(2), "a key of a JSON object cannot be NULL");
  EXPECT_EQ(tester.evaluate("json_build_array(k, t, true, null)").values,
            (Values{"[\"a\",\"2026-03-05T01:02:03\",true,null]", "[\"b\\\"c\",null,true,null]",
                    "[null,null,true,null]"}));
  EXPECT_EQ(tester.evaluate("to_json(x)").values, (Values{"1.5", "null", "2"}));
  EXPECT_EQ(tester.evaluate("json_typeof(to_json(k))").values,
            (Values{"string", "string", "null"}));
}

TEST(JsonBuild, ListsAreArrays) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("to_json(string_to_array('a,b', ','))"), "[\"a\",\"b\"]");
  EXPECT_EQ(tester.value("json_build_object(1, string_to_array('', ','))"), "{\"1\":[]}");
}

TEST(JsonBuild, WhatJsonCannotSayIsAFaultOfItsRow) {
  ExpressionTester tester;
  tester.add({"x", kFloat64Type, {"1", "nan", "3"}});
  const Outcome outcome = tester.evaluate("json_build_array(x)");
  EXPECT_EQ(outcome.values[0] + outcome.values[2], "[1][3]");
  EXPECT_TRUE(outcome.faults.contains(1));
  tester.add({"s", kUtf8Type, {std::string(40 << 20, 'x'), "", ""}});
  EXPECT_EQ(tester.evaluate("json_build_array(s, s)").faults.at(0),
            "the text would be longer than 64 MiB");
}

}  // namespace
}  // namespace leat::expr
