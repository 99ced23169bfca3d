// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/syntax/token_reader.h"

#include <gtest/gtest.h>

#include "operators/expr/syntax/parser.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(TokenReader, SaysWhatYamlMayHaveCut) {
  SourceText source = source_of("round(a");
  source.set_in_flow();
  Diagnostics diagnostics;
  Mistakes mistakes(source, diagnostics);
  EXPECT_EQ(parse(mistakes), nullptr);
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(
      diagnostics.errors()[0].hint,
      "if more was written: inside { } and [ ] YAML ends a value at a comma or bracket; write "
      "the expression as a block (a new line after |)");
}

TEST(TokenReader, SaysWhatIsMissing) {
  EXPECT_EQ(parsed("a +"), "[] the expression ends after '+': expected a value");
  EXPECT_EQ(parsed("round(a"), "[] the expression ends after 'a': expected ',' or ')'");
  EXPECT_EQ(parsed("a in (1"), "[] the expression ends after '1': expected ',' or ')'");
  EXPECT_EQ(parsed(""), "[] the expression is empty");
  EXPECT_EQ(parsed("a )"), "[)] ')' cannot follow here (it closes nothing)");
  EXPECT_EQ(parsed("unit price > 1"),
            "[price] 'price' cannot follow here (a name with a blank in it is written \"unit "
            "price\"; text is written "
            "'unit price')");
  EXPECT_EQ(parsed("case when a then 1"), "[] the expression ends after '1': expected 'end'");
  EXPECT_EQ(parsed("a = end"),
            "[end] expected a value, found 'end' ('end' is a word of the language; a column of "
            "that name is written "
            "\"end\")");
}

TEST(TokenReader, ReportsOneMistakeOfAnExpression) {
  Diagnostics diagnostics;
  const SourceText source = source_of("a b");
  Mistakes mistakes(source, diagnostics);
  TokenReader reader(mistakes, *tokenize(mistakes));
  reader.unexpected("a number");
  reader.take();
  reader.unexpected("a string");
  EXPECT_EQ(mistakes_text(diagnostics, "a b"), "[a] expected a number, found 'a'");
}

TEST(TokenReader, ReadsNamesOfTypes) {
  const auto type = [](const std::string& text) {
    Diagnostics diagnostics;
    const SourceText source = source_of(text);
    Mistakes mistakes(source, diagnostics);
    TokenReader reader(mistakes, *tokenize(mistakes));
    Ast node;
    return reader.type_name(node) ? node.type_name : mistakes_text(diagnostics, text);
  };
  EXPECT_EQ(type("decimal(10, 2)"), "decimal(10,2)");
  EXPECT_EQ(type("double precision"), "double");
  EXPECT_EQ(type("timestamp with time zone"), "timestamptz");
  EXPECT_EQ(type("int64[][]"), "list<list<int64>>");
  EXPECT_EQ(type("struct<a int64, b list<utf8>>"), "struct<a int64,b list<utf8>>");
  EXPECT_EQ(type("5"), "[5] expected a type, found '5'");
}

}  // namespace
}  // namespace leat::expr
