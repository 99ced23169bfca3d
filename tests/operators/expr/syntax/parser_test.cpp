// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/syntax/parser.h"

#include <random>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

TEST(Parser, BindsAsPostgresqlDoes) {
  EXPECT_EQ(parsed("a or b and not c = d + e * f ^ g"),
            "(or a (and b (not (= c (+ d (* e (^ f g)))))))");
  EXPECT_EQ(parsed("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(parsed("-a::int64"), "(- (cast int64 a))");
  EXPECT_EQ(parsed("-a ^ 2"), "(^ (- a) 2)");
  EXPECT_EQ(parsed("a || b = c"), "(= (|| a b) c)");
  EXPECT_EQ(parsed("a + 1 between 2 and 3 and b"), "(and (between (+ a 1) 2 3) b)");
  EXPECT_EQ(parsed("not a is null"), "(not (is null a))");
  EXPECT_EQ(parsed("a = b is true"), "(is true (= a b))");
  EXPECT_EQ(parsed("a and b and (c and d) and e"), "(and a b (and c d) e)");
  EXPECT_EQ(parsed("a in (1, b + 1) or c not in ('x')"), "(or (in a 1 (+ b 1)) (not in c 'x'))");
  EXPECT_EQ(parsed("a not like 'x%' escape '!'"), "(not like a 'x%' '!')");
  EXPECT_EQ(parsed("a.b.c = x[1]"), "(= (.c (.b a)) ([] x 1))");
  EXPECT_EQ(parsed("a is not distinct from b and c"), "(and (not distinct a b) c)");
}

TEST(Parser, SaysWhatCannotBe) {
  EXPECT_EQ(parsed("a < b < c"),
            "[<] comparisons cannot be chained (write both comparisons: a < b and b < c, or x "
            "between a and b)");
  EXPECT_EQ(parsed("a is 5"),
            "[5] expected null, true, false, unknown or distinct from after 'is', found '5'");
}

TEST(Parser, RefusesDepthThatWouldOverflowTheStack) {
  EXPECT_EQ(parsed(std::string(5000, '(') + "1").substr(0, 38),
            "[(] the expression is nested too deepl");
  EXPECT_EQ(parsed(std::string(5000, '-') + "1"), "[] the expression is empty");  // a comment
  std::string sum = "a";
  for (int i = 0; i < 5000; ++i) sum += " + a";
  EXPECT_EQ(parsed(sum), "[+] the expression is too long");
  std::string all = "a";
  for (int i = 0; i < 300; ++i) all += " and a";
  EXPECT_EQ(parsed(all).substr(0, 8), "(and a a");
}

TEST(Parser, ReadsSortKeys) {
  const auto key = [](const std::string& text) {
    Diagnostics diagnostics;
    const SourceText source = source_of(text);
    Mistakes mistakes(source, diagnostics);
    const ParsedSortKey parsed = parse_sort_key(mistakes);
    if (!parsed.key) return mistakes_text(diagnostics, text);
    return tree_of(*parsed.key) + (parsed.descending ? " desc" : " asc") +
           (parsed.nulls_first ? " first" : " last");
  };
  EXPECT_EQ(key("a"), "a asc last");
  EXPECT_EQ(key("a + 1 desc"), "(+ a 1) desc first");
  EXPECT_EQ(key("a asc nulls first"), "a asc first");
  EXPECT_EQ(key("a DESC NULLS LAST"), "a desc last");
  EXPECT_EQ(key("a down"),
            "[down] 'down' cannot follow here (a name with a blank in it is written \"a down\"; "
            "text is written 'a "
            "down')");
}

TEST(Parser, EndsOnAnyTokens) {
  const test::Seed seed;
  auto random = seed.generator();
  static const char* const kWords[] = {
      "a",  "1",    "'x'",  "(",    ")",    "+",       "-",    "case",   "when", "then",    "end",
      "in", "like", "not",  "is",   "null", "between", "and",  "or",     ",",    "::",      "[",
      "]",  ".",    "cast", "date", "$p",   "extract", "from", "filter", "*",    "distinct"};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t words = random() % 12; words > 0; --words)
      text += std::string(kWords[random() % std::size(kWords)]) + " ";
    parsed(text);  // neither crashes nor fails without a mistake
  }
}

TEST(Parser, TimeZonesBindCloserThanArithmetic) {
  EXPECT_EQ(parsed("a at time zone 'UTC' + b"), "(+ (timezone 'UTC' a) b)");
  EXPECT_EQ(parsed("a at time zone z at time zone 'X'"), "(timezone 'X' (timezone z a))");
  EXPECT_EQ(parsed("-a::timestamp at time zone 'X'"), "(timezone 'X' (- (cast timestamp a)))");
}

}  // namespace
}  // namespace leat::expr
