// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

class FunctionsRegexpTest : public ::testing::Test {
 protected:
  FunctionsRegexpTest() {
    tester_.add({"s", kUtf8Type, {"GET /index.html?user=anna", "POST /", std::nullopt, ""}});
    tester_.add({"p", kUtf8Type, {"user=(.*)", "[A-Z]+", "x", "("}});
  }
  ExpressionTester tester_;
};

TEST_F(FunctionsRegexpTest, MatchesAndExtracts) {
  EXPECT_EQ(tester_.evaluate("regexp_like(s, '^[A-Z]+ /')").values,
            (Values{"true", "true", "null", "false"}));
  EXPECT_EQ(tester_.evaluate("regexp_extract(s, 'user=([a-z]+)', 1)").values,
            (Values{"anna", "", "null", ""}));
  EXPECT_EQ(tester_.evaluate("regexp_substr(s, '/[a-z.]+')").values,
            (Values{"/index.html", "null", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("regexp_count(s, '[a-z]+')").values, (Values{"4", "0", "null", "0"}));
  EXPECT_EQ(tester_.evaluate("regexp_count(s, 'x*')").values[3], "1");
  EXPECT_EQ(tester_.evaluate("regexp_full_match(s, '[A-Z]+ /')").values,
            (Values{"false", "true", "null", "false"}));
}

TEST_F(FunctionsRegexpTest, Replaces) {
  EXPECT_EQ(tester_.evaluate("regexp_replace(s, '[aeiou]', '<\\&>', 'g')").values[0],
            "GET /<i>nd<e>x.html?<u>s<e>r=<a>nn<a>");
  EXPECT_EQ(tester_.evaluate("regexp_replace(s, '[aeiou]', '_')").values[0],
            "GET /_ndex.html?user=anna");
  EXPECT_EQ(tester_.evaluate("regexp_replace(s, 'G', 'a\\\\b')").values[0],
            "a\\bET /index.html?user=anna");
  EXPECT_EQ(tester_.evaluate("regexp_replace(s, 'get', 'x', 'i')").values[0],
            "x /index.html?user=anna");
}

/// As PostgreSQL 15 answers.
TEST_F(FunctionsRegexpTest, EmptyMatchesStandBetweenCharacters) {
  EXPECT_EQ(tester_.value("regexp_count('é', '')"), "2");
  EXPECT_EQ(tester_.value("regexp_count('aé€', 'x*')"), "4");
  EXPECT_EQ(tester_.value("regexp_replace('baaac', 'a*', 'x', 'g')"), "xbxxcx");
  EXPECT_EQ(tester_.value("regexp_replace('é', '', '-', 'g')"), "-é-");
  EXPECT_EQ(tester_.value("regexp_replace('abc', 'x*$', '!', 'g')"), "abc!");
  EXPECT_EQ(tester_.value("regexp_replace('', '', '-', 'g')"), "-");
  EXPECT_EQ(tester_.value(R"(regexp_replace('abc', 'b', '<\0\&\\>'))"), R"(a<\0b\>c)");
}

TEST_F(FunctionsRegexpTest, ClassesAreThoseOfAllScripts) {
  EXPECT_EQ(tester_.value(R"('Zoë' ~ '^\w+$')"), "true");
  EXPECT_EQ(tester_.value(R"(regexp_replace('Zoë Müller', '\W', '_', 'g'))"), "Zoë_Müller");
  EXPECT_EQ(tester_.value(R"('ËË' ~* '^[[:lower:]]+$')"), "true");
  EXPECT_EQ(
      tester_.mistakes(R"('a' ~ '\m.')"),
      R"(['a' ~ '\m.'] '\m' is only known before a letter, a digit or \w (matching in linear time )"
      R"(cannot look further; write \b, a word's beginning or end))");
}

TEST_F(FunctionsRegexpTest, PatternsMayDifferFromRowToRow) {
  const Outcome outcome = tester_.evaluate("regexp_extract(s, p)");
  EXPECT_EQ(outcome.values, (Values{"user=anna", "POST", "null", "null"}));
  EXPECT_EQ(outcome.faults.at(3), "'(' is no regular expression: missing ): (");
}

TEST_F(FunctionsRegexpTest, MistakesAreFoundBeforehand) {
  EXPECT_EQ(tester_.mistakes("regexp_like(s, '[')"),
            "[regexp_like(s, '[')] '[' is no regular expression: missing ]: [");
  EXPECT_EQ(tester_.mistakes("regexp_like(s, 'a', 'x')"),
            "[regexp_like(s, 'a', 'x')] 'x' is no flag of regular expressions: use i, g, n or s");
  EXPECT_EQ(tester_.evaluate("regexp_extract(s, 'a', 3)").faults.at(0),
            "the regular expression has 0 groups, not 3");
  EXPECT_EQ(tester_.evaluate("regexp_replace(s, 'a', '\\3')").faults.size(), 3u);
}

TEST_F(FunctionsRegexpTest, ReplacesFromAPlaceOn) {
  EXPECT_EQ(tester_.evaluate("regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 0, 'i')")
                .values[0],
            "X PXstgrXSQL fXnctXXn");
  EXPECT_EQ(tester_.evaluate("regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 3, 'i')")
                .values[0],
            "A PostgrXSQL function");
  EXPECT_EQ(
      tester_.evaluate("regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 7, 0)").values[0],
      "A PostgrXSQL fXnctXXn");
  EXPECT_EQ(
      tester_.evaluate("regexp_replace('A PostgreSQL function', 'A|e|i|o|u', 'X', 7)").values[0],
      "A PostgrXSQL function");
  EXPECT_EQ(tester_.evaluate("regexp_replace('abc', 'b', 'x', 1, 2)").values[0], "abc");
  EXPECT_EQ(tester_.evaluate("regexp_replace('abc', '', '-', 2, 0)").values[0], "a-b-c-");
  EXPECT_EQ(tester_.evaluate("regexp_replace('hello', 'l', '<\\&>', 1, 2)").values[0], "hel<l>o");
  EXPECT_EQ(tester_.value("regexp_replace('a', 'a', '', 1, -1)"),
            "error: matches are counted from 1, 0 stands for all, not -1");
}

}  // namespace
}  // namespace leat::expr
