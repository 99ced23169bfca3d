// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/expr/kernels/json_query.h"

namespace leat::expr {
namespace {

/// What the path finds, joined by blanks; `error: ...` for a fault.
std::string found(std::string_view json, std::string_view path, std::string_view variables = "{}") {
  const auto query = JsonQuery::parse(path);
  if (!query) return "mistake: " + query.error().message;
  const std::string document = scannable(json);
  const std::string given = scannable(variables);
  std::string all;
  const auto note = [&](std::string_view value) {
    if (!all.empty()) all += ' ';
    all += value;
    return true;
  };
  const auto fault = find_json(**query, document, given, note);
  return fault ? "error: " + *fault : all;
}

struct Example {
  std::string path;
  std::string result;
};

void expect_all(std::string_view json, const std::vector<Example>& examples) {
  for (const Example& example : examples)
    EXPECT_EQ(found(json, example.path), example.result) << example.path << " of " << json;
}

/// json_path_keeps_arrays is caught here.
TEST(JsonQueryRun, StepsTakeArraysApart) {
  expect_all(R"({"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}], "x y": 5})",
             {
                 {"$.a.b", "1 [2, 3]"},
                 {"$.a[*].b[*]", "1 2 3"},
                 {"$.a[0].b", "1"},
                 {"$.a[last]", R"({"c": 4})"},
                 {"$.a[last - 1 to last].c", "4"},
                 {"$.a[0 to 1].b", "1 [2, 3]"},
                 {"$.a[2, 0]", R"({"c": 4} {"b": 1})"},
                 {"$.a[7]", ""},
                 {"$.a[1 to 0]", ""},
                 {"$.\"x y\"", "5"},
                 {"$.\"x y\"[0]", "5"},
                 {"$.\"x y\"[*]", "5"},
                 {"$.nothing.at.all", ""},
                 {"$.*[0].*", "1"},
                 {"lax $.a.size()", "3"},
                 {"$.a.b.size()", "1 2"},
             });
}

TEST(JsonQueryRun, GoesDown) {
  expect_all(R"({"a": {"b": [1, {"c": 2}]}, "d": []})",
             {
                 {"$.**{2}", R"([1, {"c": 2}])"},
                 {"$.**{last}", "1 2"},
                 {"$.**{3 to last}", R"(1 {"c": 2} 2)"},
                 {"$.**.c", "2 2"},  // as PostgreSQL: once by the array, once by its element
                 {"$.**.nothing", ""},
             });
  EXPECT_EQ(found("[]", "$.**"), "[]");
  EXPECT_EQ(found("7", "$.**"), "7");
}

TEST(JsonQueryRun, FiltersAndConditions) {
  expect_all(
      R"([{"n": 1, "s": "abc"}, {"n": 2.50, "s": "x"}, {"n": null}, {"n": "2"}, {"m": [5, 6]}])",
      {
          {"$[*] ? (@.n > 1).s", R"("x")"},
          {"$ ? (@.n > 1).s", R"("x")"},
          {"$[*] ? (@.n == 2.5).n", "2.50"},
          {"$[*] ? (@.n >= 1 && @.s starts with \"a\").n", "1"},
          {"$[*] ? (@.n == null).n", "null"},
          {"$[*] ? (@.n != 1).n", "2.50 null"},
          {"$[*] ? (!(@.n != 1)).n", "1"},
          {"$[*] ? ((@.n == 1) is unknown).n", R"("2")"},
          {"$[*] ? (exists (@.m)).m[1]", "6"},
          {"$[*] ? (@.m > 5).m", "[5, 6]"},
          {"$[*] ? (@.s like_regex \"^A\" flag \"i\").s", R"("abc")"},
          {"$[*] ? (@.n + 1 == 2).n", "1"},
          {"$[*].n ? (@ < 2 || @ > 2)", "1 2.50"},
          {"$[0].n == 1", "true"},
          {"$[0].n == \"x\"", "null"},
          {"exists($[*].nothing)", "false"},
      });
  EXPECT_EQ(found("[1, 2, 3]", "$[*] ? (@ > $least)", R"({"least": 2})"), "3");
  EXPECT_EQ(found("1", "$x"), "error: there is no value for $x");
}

TEST(JsonQueryRun, NumbersKeepTheirDigits) {
  expect_all(
      R"({"big": 12345678901234567890123456789, "small": 0.10, "e": 1e2, "t": "7"})",
      {
          {"$.big", "12345678901234567890123456789"},
          {"$.big + 1", "12345678901234567890123456790"},
          {"$ ? (@.big > 12345678901234567890123456788).big", "12345678901234567890123456789"},
          {"$ ? (@.e == 100).e", "1e2"},
          {"$.small + 0.2", "0.30"},
          {"$.small * 3", "0.30"},
          {"-$.small", "-0.10"},
          {"10 / 4", "2.5000000000000000"},
          {"7 % 4", "3"},
          {"1 + 2 * 3 - (4 - 1)", "4"},
          {"$.small.ceiling()", "1"},
          {"(-1.5).floor()", "-2"},
          {"(-1.5).abs()", "1.5"},
          {"$.t.double()", "7"},
          {"$.t.type()", R"("string")"},
          {"$.big.string()", R"("12345678901234567890123456789")"},
          {"$.t + 1", "error: the left operand of '+' in a path is not a single number"},
          {"1 / 0", "error: division by zero"},
          {"$.t.floor()", "error: .floor() is of a number, not of string"},
          {"99999999999999999999999999999999999999 * 10",
           "error: 99999999999999999999999999999999999999 * 10 has more than 38 digits"},
      });
}

TEST(JsonQueryRun, KeyvalueMakesObjects) {
  EXPECT_EQ(found(R"({"a": 1, "b": [2]})", "$.keyvalue().key"), R"("a" "b")");
  EXPECT_EQ(found(R"({"a": 1})", "$.keyvalue()"), R"({"id":0,"key":"a","value":1})");
  EXPECT_EQ(found("1", "$.keyvalue()"), "error: .keyvalue() is of an object, not of number");
}

TEST(JsonQueryRun, DeepDocumentsNeedNoDeepStack) {
  const std::string deep = std::string(1000, '[') + "1" + std::string(1000, ']');
  EXPECT_EQ(found(deep, "$.**{last}"), "1");
}

}  // namespace
}  // namespace leat::expr
