// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/like.h"

#include <gtest/gtest.h>

#include "operators/text/unicode.h"
#include "tests/operators/expr/expression_tester.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

bool matches(std::string_view text, std::string_view pattern, std::string_view escape = "\\") {
  const auto parsed = LikePattern::parse(pattern, escape);
  EXPECT_TRUE(parsed) << pattern;
  return parsed && parsed->matches(text);
}

/// The definition, by trying everything.
bool matches_slowly(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (size_t i = 0; i <= text.size(); ++i) {
      if (matches_slowly(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  const size_t end = next_character(text, 0);
  if (pattern[0] == '_') return matches_slowly(text.substr(end), pattern.substr(1));
  const size_t same = next_character(pattern, 0);
  return text.substr(0, end) == pattern.substr(0, same) &&
         matches_slowly(text.substr(end), pattern.substr(same));
}

TEST(Like, AgreesWithTheDefinition) {
  const test::Seed seed;
  auto random = seed.generator();
  static const char* const kText[] = {"a", "b", "é", "ab"};
  static const char* const kPattern[] = {"a", "b", "é", "%", "_", "ab"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    std::string pattern;
    for (uint64_t n = random() % 7; n > 0; --n) text += kText[random() % 4];
    for (uint64_t n = random() % 6; n > 0; --n) pattern += kPattern[random() % 6];
    ASSERT_EQ(matches(text, pattern), matches_slowly(text, pattern))
        << "'" << text << "' like '" << pattern << "'";
  }
}

TEST(Like, EscapesTakeTheMeaningAway) {
  EXPECT_TRUE(matches("50%", "50\\%"));
  EXPECT_FALSE(matches("501", "50\\%"));
  EXPECT_TRUE(matches("a_b", "a!_b", "!"));
  EXPECT_TRUE(matches("a\\b", "a\\b", ""));
  EXPECT_FALSE(LikePattern::parse("abc\\", "\\"));
}

TEST(Like, PatternsMayBeColumns) {
  ExpressionTester tester;
  tester.add({"text", kUtf8Type, {"abc", "abc", "ABC", std::nullopt, "x"}});
  tester.add({"pattern", kUtf8Type, {"a%", "b%", "%b%", "a", "x\\"}});
  const Outcome like = tester.evaluate("text like pattern");
  EXPECT_EQ(like.values, (std::vector<std::string>{"true", "false", "false", "null", "null"}));
  EXPECT_EQ(like.faults.at(4), "a like pattern must not end with the escape character");
  EXPECT_EQ(tester.evaluate("text ilike pattern", nullptr).values[2], "true");
  EXPECT_EQ(tester.evaluate("text like upper('ab') || '%'").values[2], "true");
}

}  // namespace
}  // namespace leat::expr
