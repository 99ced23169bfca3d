// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/json_access.h"

#include <gtest/gtest.h>

#include "operators/expr/kernels/constant.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

/// Scanners read past the end of text, so it has to lie in a buffer.
std::string member(std::string_view json, std::string_view key) {
  const ColumnRef text = text_constant(json);
  return std::string(json_member(text->view_at(0), key).value_or("none"));
}
std::string element(std::string_view json, int64_t index) {
  const ColumnRef text = text_constant(json);
  return std::string(json_element(text->view_at(0), index).value_or("none"));
}

TEST(JsonAccess, FindsMembers) {
  EXPECT_EQ(member(R"( { "a" : 1 , "b":{"c":[2]} , "":3 } )", "a"), "1");
  EXPECT_EQ(member(R"( { "a" : 1 , "b":{"c":[2]} , "":3 } )", "b"), R"({"c":[2]})");
  EXPECT_EQ(member(R"( { "a" : 1 , "b":{"c":[2]} , "":3 } )", ""), "3");
  EXPECT_EQ(member(R"({"a":1,"a":2})", "a"), "2") << "the last of a name";
  EXPECT_EQ(member(R"({"\u0061\n":7})", "a\n"), "7");
  EXPECT_EQ(member(R"({"b":{"a":1}})", "a"), "none");
  EXPECT_EQ(member("[1]", "a"), "none");
  EXPECT_EQ(member("{}", "a"), "none");
}

TEST(JsonAccess, FindsElements) {
  EXPECT_EQ(element(R"([ 10 , "x,]" , [ ] ])", 0), "10");
  EXPECT_EQ(element(R"([ 10 , "x,]" , [ ] ])", 1), R"("x,]")");
  EXPECT_EQ(element(R"([ 10 , "x,]" , [ ] ])", -1), "[ ]");
  EXPECT_EQ(element("[1]", 1), "none");
  EXPECT_EQ(element("[1]", -2), "none");
  EXPECT_EQ(element("[1]", INT64_MIN), "none");
  EXPECT_EQ(element("[]", 0), "none");
  EXPECT_EQ(element(R"({"0":1})", 0), "none");
}

class JsonAccessTest : public ::testing::Test {
 protected:
  JsonAccessTest() {
    tester_.add({"j",
                 kJsonType,
                 {R"({"a": "plain text of some length", "b": {"c": [1.50, null]}})",
                  R"({"a": "tab\tand \u20ac", "b": 2})", "[1]", std::nullopt}});
    tester_.add({"k", kUtf8Type, {"a", "b", "a", "a"}});
    tester_.add({"s", kUtf8Type, {"{\"x\": 1}", "{\"x\": }", "1 2", std::nullopt}});
  }
  ExpressionTester tester_;
};

TEST_F(JsonAccessTest, TakesValuesApart) {
  EXPECT_EQ(tester_.evaluate("j -> 'b' -> 'c' -> 0").values,
            (Values{"1.50", "null", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("j -> 'b' -> 'c' ->> 1").values[0], "null");
  EXPECT_EQ(tester_.evaluate("(j -> 'b' -> 'c' -> 1) is null").values[0], "false")
      << "null of JSON is a value";
  EXPECT_EQ(tester_.evaluate("j ->> 'a'").values,
            (Values{"plain text of some length", "tab\tand \u20ac", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("j ->> k").values,
            (Values{"plain text of some length", "2", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("j['a']").values[0], "\"plain text of some length\"");
  EXPECT_EQ(tester_.evaluate("(j -> 'b')::utf8").values[0], R"({"c": [1.50, null]})");
  const std::vector<uint32_t> some = {1};
  EXPECT_EQ(tester_.evaluate("j ->> 'a'", &some).values, (Values{"tab\tand \u20ac"}));
  EXPECT_EQ(tester_.value("'{\"a\": [true]}' -> 'a' ->> 0"), "true");
}

TEST_F(JsonAccessTest, TextIsCheckedWhenItIsCast) {
  const Outcome cast = tester_.evaluate("s::json");
  EXPECT_EQ(cast.values, (Values{"{\"x\": 1}", "null", "null", "null"}));
  EXPECT_EQ(cast.faults.at(1), "no JSON value: here should be a value at byte 7");
  EXPECT_EQ(cast.faults.at(2), "no JSON value: the value should end at byte 3");
  EXPECT_TRUE(tester_.evaluate("try_cast(s as json)").faults.empty());
  EXPECT_EQ(tester_.mistakes("s -> 'x'"), "[->] 's' is no json: it is utf8 (cast it: s::json)");
  EXPECT_EQ(tester_.mistakes("j -> 1.5"),
            "[1.5] a part of json is named by utf8 or int64, not decimal(2,1)");
  EXPECT_EQ(tester_.mistakes("j = j").substr(0, 3), "[=]");
}

TEST(JsonAccess, PathsAreThoseOfPostgresql) {
  const std::vector<std::pair<std::string, std::string>> examples = {
      {"'{\"a\":{\"b\":[10,20,{\"c\":\"x\"}]},\"n\":null,\"s\":\"q\\\"t\"}'::json #> '{a,b}'",
       "[10,20,{\"c\":\"x\"}]"},
      {"'{\"a\":{\"b\":[10,20,{\"c\":\"x\"}]},\"n\":null}'::json #> '{a,b,1}'", "20"},
      {"'{\"a\":{\"b\":[10,20,{\"c\":\"x\"}]},\"n\":null}'::json #>> '{a,b,2,c}'", "x"},
      {"'{\"a\":{\"b\":[10,20,{\"c\":\"x\"}]},\"n\":null}'::json #>> '{a,b,-1,c}'", "x"},
      {"'{\"a\":{\"b\":[10,20,{\"c\":\"x\"}]},\"n\":null}'::json #>> '{n}'", "null"},
      {"'{\"a\":{\"b\":[10,20,{\"c\":\"x\"}]},\"n\":null}'::json #> '{n}'", "null"},
      {"'{\"a\":1}'::json #> '{}'", "{\"a\":1}"},
      {"'{\"a\":1}'::json #> '{b}'", "null"},
      {"'{\"a\":1}'::json #> '{a,b}'", "null"},
      {"'[1,[2,3]]'::json #> '{1,0}'", "2"},
      {"'[1,[2,3]]'::json #> '{x}'", "null"},
      {"'[1,[2,3]]'::json #>> '{5}'", "null"},
      {"'{\"a b\":{\"c,d\":1}}'::json #> '{\"a b\",\"c,d\"}'", "1"},
      {"'{\"a b\":1}'::json #> '{ a b }'", "1"},
      {"'{\"s\":\"q\\\"t\"}'::json #>> '{s}'", "q\"t"},
      {"json_extract_path('{\"a\":{\"b\":[1,2]}}'::json, 'a', 'b', '0')", "1"},
      {"json_extract_path_text('{\"a\":{\"b\":[\"x\",2]}}'::json, 'a', 'b', '0')", "x"},
  };
  for (const auto& [expression, result] : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(expression), result) << expression;
  }
}

}  // namespace
}  // namespace leat::expr
