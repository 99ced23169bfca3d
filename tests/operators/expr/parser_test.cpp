// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/parser.h"

#include <random>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

/// The tree in prefix form: (+ a (* b 2)).
std::string tree_of(const Ast& ast) {
  std::string text = ast.text;
  switch (ast.kind) {
    case AstKind::kNull: return "null";
    case AstKind::kAnd: text = "and"; break;
    case AstKind::kOr: text = "or"; break;
    case AstKind::kNot: text = "not"; break;
    case AstKind::kIs: text = "is " + ast.text; break;
    case AstKind::kDistinct: text = "distinct"; break;
    case AstKind::kBetween: text = "between"; break;
    case AstKind::kIn: text = "in"; break;
    case AstKind::kLike: text = ast.insensitive ? "ilike" : "like"; break;
    case AstKind::kCase: text = "case"; break;
    case AstKind::kCast: text = (ast.quiet ? "try_cast " : "cast ") + ast.type_name; break;
    case AstKind::kTypedLiteral: return ast.type_name + "'" + ast.text + "'";
    case AstKind::kString: return "'" + ast.text + "'";
    case AstKind::kParameter: return "$" + ast.text;
    case AstKind::kField: text = "." + ast.text; break;
    case AstKind::kSubscript: text = "[]"; break;
    case AstKind::kExtract: text = "extract " + ast.text; break;
    default: break;
  }
  if (ast.negated) text = "not " + text;
  if (ast.distinct) text += " distinct";
  if (ast.star) text += " *";
  if (ast.inputs.empty() && !ast.extra && ast.kind != AstKind::kCall) return text;
  std::string result = "(" + text;
  if (ast.extra) result += " <" + tree_of(*ast.extra) + ">";
  for (const AstRef& input : ast.inputs) result += " " + tree_of(*input);
  return result + ")";
}

std::string parsed(const std::string& text) {
  Diagnostics diagnostics;
  const SourceText source = source_of(text);
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  EXPECT_EQ(ast == nullptr, mistakes.any()) << text;
  return ast ? tree_of(*ast) : mistakes_text(diagnostics, text);
}

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

TEST(Parser, ReadsForms) {
  EXPECT_EQ(parsed("case when a then 1 when b then 2 else 3 end"), "(case a 1 b 2 3)");
  EXPECT_EQ(parsed("CASE x WHEN 1 THEN 'a' END"), "(case <x> 1 'a')");
  EXPECT_EQ(parsed("cast(a as decimal(10, 2))"), "(cast decimal(10,2) a)");
  EXPECT_EQ(parsed("try_cast(a as double precision)"), "(try_cast double a)");
  EXPECT_EQ(parsed("a::timestamp with time zone::int64[]"),
            "(cast list<int64> (cast timestamp a))");
  EXPECT_EQ(parsed("extract(year from d)"), "(extract year d)");
  EXPECT_EQ(parsed("position('a' in b)"), "(position 'a' b)");
  EXPECT_EQ(parsed("substring(a from 2 for 3)"), "(substring a 2 3)");
  EXPECT_EQ(parsed("substring(a for 3)"), "(substring a 1 3)");
  EXPECT_EQ(parsed("trim(trailing 'x' from a)"), "(rtrim a 'x')");
  EXPECT_EQ(parsed("trim(a)"), "(trim a)");
  EXPECT_EQ(parsed("date '2026-01-01' + interval '1 day'"), "(+ date'2026-01-01' interval'1 day')");
  EXPECT_EQ(parsed("count(*)"), "(count *)");
  EXPECT_EQ(parsed("count(distinct a) filter (where b > $c)"), "(count distinct <(> b $c)> a)");
  EXPECT_EQ(parsed("date + left"), "(+ date left)");
}

TEST(Parser, SaysWhatIsMissing) {
  const std::string cut =
      " (if more was written: inside { } and [ ] YAML ends a value at a comma or bracket; write "
      "the expression as a "
      "block (a new line after |))";
  EXPECT_EQ(parsed("a +"), "[] the expression ends after '+': expected a value" + cut);
  EXPECT_EQ(parsed("round(a"), "[] the expression ends after 'a': expected ',' or ')'" + cut);
  EXPECT_EQ(parsed("a in (1"), "[] the expression ends after '1': expected ',' or ')'" + cut);
  EXPECT_EQ(parsed(""), "[] the expression is empty");
  EXPECT_EQ(parsed("a )"), "[)] ')' cannot follow here (it closes nothing)");
  EXPECT_EQ(parsed("unit price > 1"),
            "[price] 'price' cannot follow here (a name with a blank in it is written \"unit "
            "price\"; text is written "
            "'unit price')");
  EXPECT_EQ(parsed("case when a then 1"), "[] the expression ends after '1': expected 'end'" + cut);
  EXPECT_EQ(parsed("a < b < c"),
            "[<] comparisons cannot be chained (write both comparisons: a < b and b < c, or x "
            "between a and b)");
  EXPECT_EQ(parsed("a = end"),
            "[end] expected a value, found 'end' ('end' is a word of the language; a column of "
            "that name is written "
            "\"end\")");
  EXPECT_EQ(parsed("(1, 2)"), "[,] a list in parentheses stands only after 'in'");
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
