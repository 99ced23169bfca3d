// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/json_query.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

std::string mistake_of(std::string_view text) {
  const auto query = JsonQuery::parse(text);
  return query ? "" : query.error().message;
}

TEST(JsonQuery, MistakesHaveTheirPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "the path ends too early, at character 1"},
      {"a.b", "a path begins with $, at character 1"},
      {"$.", "here should be the name of a member, at character 3"},
      {"$.a[", "the path ends too early, at character 5"},
      {"$.a[1", "here should be ']', at character 6"},
      {"$.a[*", "here should be ']', at character 6"},
      {"$ a", "here the path should end, at character 3"},
      {"$ ? (@.a)", "a filter needs a condition such as @.a > 1, at character 10"},
      {"$ ? (@.a > 1", "here should be ')', at character 13"},
      {"@.a", "'@' is the value that a filter looks at, so it stands in one, at character 2"},
      {"$[0].last + last", "'last' is an index, so it stands in brackets, at character 17"},
      {"$.a.foo()", "there is no method 'foo', at character 9"},
      {"strict $.a", "there is no strict one, at character 1"},
      {"$.a like_regex \"(\"", "missing"},
      {"$.a ? (@ == \"x)", "here should be a string in double quotes, at character 13"},
      {"$.**{a}", "here should be a level, a number or 'last', at character 6"},
      {"($.a > 1) > 2", "here the path should end, at character 11"},
      {"!$.a", "'!' stands before a condition in parentheses"},
  };
  for (const auto& [text, part] : cases) {
    const std::string mistake = mistake_of(text);
    EXPECT_NE(mistake, "") << text;
    EXPECT_TRUE(mistake.contains(part)) << text << ": " << mistake;
  }
}

TEST(JsonQuery, NestingAndStepsAreBounded) {
  EXPECT_TRUE(mistake_of(std::string(1000, '(') + "1").contains("nested too deep"));
  EXPECT_TRUE(mistake_of(std::string(1000, '-') + "1").contains("nested too deep"));
  std::string path = "$";
  for (int i = 0; i < 100; ++i) path += ".a";
  EXPECT_TRUE(mistake_of(path).contains("too many steps"));
  EXPECT_TRUE(mistake_of("$.**.**.**.**").contains("more than three"));
}

TEST(JsonQuery, TellsPathsToOneValue) {
  for (const char* const text : {"$", "$.a.b", "$.a[0].size()", "$[last - 1]", "1 + 2"})
    EXPECT_TRUE((*JsonQuery::parse(text))->is_single()) << text;
  for (const char* const text :
       {"$[*]", "$.*", "$.**", "$[0, 1]", "$[0 to 1]", "$ ? (@ > 1)", "$.a.keyvalue()"})
    EXPECT_FALSE((*JsonQuery::parse(text))->is_single()) << text;
  EXPECT_TRUE(JsonQuery::member("a b")->is_single());
}

}  // namespace
}  // namespace leat::expr
