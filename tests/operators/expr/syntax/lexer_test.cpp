// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/syntax/lexer.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

std::vector<std::string> texts_of(const std::string& text) {
  Diagnostics diagnostics;
  const SourceText source = source_of(text);
  Mistakes mistakes(source, diagnostics);
  const auto tokens = tokenize(mistakes);
  EXPECT_TRUE(tokens) << mistakes_text(diagnostics, text);
  std::vector<std::string> texts;
  if (!tokens) return texts;
  for (const Token& token : *tokens) texts.push_back(token.text);
  EXPECT_EQ(tokens->back().kind, TokenKind::kEnd);
  texts.pop_back();
  return texts;
}

std::string mistakes_of(const std::string& text) {
  Diagnostics diagnostics;
  const SourceText source = source_of(text);
  Mistakes mistakes(source, diagnostics);
  EXPECT_FALSE(tokenize(mistakes));
  return mistakes_text(diagnostics, text);
}

TEST(Lexer, CutsTokens) {
  EXPECT_EQ(texts_of("a+1.5e-3<=b_2||'x''y' \"Q \"\"q\" $p"),
            (std::vector<std::string>{"a", "+", "1.5e-3", "<=", "b_2", "||", "x'y", "Q \"q", "p"}));
  EXPECT_EQ(texts_of("a::int64->>b !~* c.d[1]"),
            (std::vector<std::string>{"a", "::", "int64", "->>", "b", "!~*", "c", ".", "d", "[",
                                      "1", "]"}));
  EXPECT_EQ(texts_of("größe"), (std::vector<std::string>{"größe"}));
  EXPECT_EQ(texts_of("1.2.3"), (std::vector<std::string>{"1.2", ".3"}));
  EXPECT_EQ(texts_of("5--3\n+1/* x /* y */ */*2"),
            (std::vector<std::string>{"5", "+", "1", "*", "2"}));
  EXPECT_TRUE(texts_of("  ").empty());
}

TEST(Lexer, ClosesTypesWithinTypes) {
  EXPECT_EQ(texts_of("a::list<list<int64>> >= b"),
            (std::vector<std::string>{"a", "::", "list", "<", "list", "<", "int64", ">", ">",
                                      ">=", "b"}));
  EXPECT_EQ(texts_of("a < b >> 2"), (std::vector<std::string>{"a", "<", "b", ">>", "2"}));
}

TEST(Lexer, DecodesEscapeStrings) {
  EXPECT_EQ(texts_of("e'a\\n\\t\\'\\\\\\x41\\u00e9\\U0001F600'"),
            (std::vector<std::string>{"a\n\t'\\Aé😀"}));
  EXPECT_EQ(mistakes_of("E'\\uD800'"), "[\\uD800] the escape names no character");
  EXPECT_EQ(mistakes_of("E'\\xZZ'"), "[\\x] the escape needs 2 hexadecimal digits");
}

TEST(Lexer, KnowsPlaces) {
  Diagnostics diagnostics;
  const SourceText source = source_of("ab  + 'c'");
  Mistakes mistakes(source, diagnostics);
  const auto tokens = tokenize(mistakes);
  ASSERT_TRUE(tokens);
  EXPECT_EQ((*tokens)[1].range, (Range{4, 5}));
  EXPECT_EQ((*tokens)[2].range, (Range{6, 9}));
  EXPECT_EQ((*tokens)[3].range, (Range{9, 9}));
}

TEST(Lexer, ReportsAllStrayCharacters) {
  EXPECT_EQ(mistakes_of("a == b ; c"),
            "[==] '==' is not an operator here (equality is written =)\n"
            "[;] ';' means nothing here (if YAML cut the expression here, put it in a block: a new "
            "line after |)");
  EXPECT_EQ(mistakes_of("'abc"),
            "['abc] the text is not closed (end it with a single quote; a quote inside is written "
            "twice: 'it''s')");
  EXPECT_EQ(mistakes_of("\"abc"),
            "[\"abc] the name in double quotes is not closed (end it with a double quote)");
  EXPECT_EQ(mistakes_of("/* abc"), "[/* abc] the comment never ends (close it with */)");
  EXPECT_EQ(mistakes_of("12ab"),
            "[12ab] '12ab' is neither a number nor a name (a column whose name begins with a digit "
            "is written in double "
            "quotes: \"12ab\")");
  EXPECT_EQ(mistakes_of("${x}"),
            "[$] a parameter needs a name after '$' (inside expressions a parameter is written "
            "$name, without braces)");
  EXPECT_EQ(mistakes_of(std::string("a \x01")),
            "[\x01] the control character 0x01 means nothing here");
  EXPECT_EQ(mistakes_of("status = ‘paid’").substr(0, 30), "[‘] '‘' is not an operator");
}

TEST(Lexer, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(mistakes_of("'\xff'"), "[\xff] the text is not valid UTF-8");
  EXPECT_EQ(mistakes_of("a\xc3"), "[\xc3] the text is not valid UTF-8");
}

}  // namespace
}  // namespace leat::expr
