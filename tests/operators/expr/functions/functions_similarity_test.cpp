// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsSimilarity, EditsOfRows) {
  ExpressionTester tester;
  tester.add({"a", kUtf8Type, {"kitten", "", "ab", "Zürich", std::nullopt}});
  tester.add({"b", kUtf8Type, {"sitting", "abc", "ba", "Zurich", "x"}});
  EXPECT_EQ(tester.evaluate("levenshtein(a, b)").values, (Values{"3", "3", "2", "1", "null"}));
  EXPECT_EQ(tester.evaluate("damerau_levenshtein(a, b)").values,
            (Values{"3", "3", "1", "1", "null"}));
  EXPECT_EQ(tester.evaluate("levenshtein(a, b, 2, 3, 10)").values[2], "5");
  const Outcome hamming = tester.evaluate("hamming(a, b)");
  EXPECT_EQ(hamming.values[3], "1");
  EXPECT_EQ(hamming.faults.at(1), "texts of 0 and 3 characters have no Hamming distance");
}

TEST(FunctionsSimilarity, JaroAndWinkler) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("round(jaro_similarity('DIXON', 'DICKSONX'), 3)"), "0.767");
  EXPECT_EQ(tester.value("round(jaro_winkler_similarity('DIXON', 'DICKSONX'), 3)"), "0.813");
  EXPECT_EQ(tester.value("round(jaro_winkler_similarity('CRATE', 'TRACE'), 3)"), "0.733");
  EXPECT_EQ(tester.value("jaro_similarity('', '')"), "1");
  EXPECT_EQ(tester.value("jaro_similarity('a', '')"), "0");
  EXPECT_EQ(tester.value("jaro_similarity('abc', 'xyz')"), "0");
}

TEST(FunctionsSimilarity, TrigramsAreThoseOfPgTrgm) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("similarity('word', 'WORD!')"), "1");
  EXPECT_EQ(tester.value("similarity('', 'a')"), "0");
  EXPECT_EQ(tester.value("round(similarity('Miller', 'Müller'), 6)"), "0.4");
}

TEST(FunctionsSimilarity, SoundexIsThatOfPostgresql) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("soundex('Robert') || soundex('Rupert') || soundex('Tymczak')"),
            "R163R163T522");
  EXPECT_EQ(tester.value("soundex('') || soundex('12')"), "");
  EXPECT_EQ(tester.value("difference('Anne', 'Ann') || ',' || difference('Anne', 'Margaret')"),
            "4,0");
}

TEST(FunctionsSimilarity, LongTextsAreRefused) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("jaro_similarity('a', repeat('b', 10001))"),
            "error: a text of 10001 bytes is too long to be compared: 10000 at most");
}

}  // namespace
}  // namespace leat::expr
