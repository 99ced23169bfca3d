// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsFormat, FormatFillsItsPlaces) {
  ExpressionTester tester;
  tester.add({"f", kUtf8Type, {"%s/%s", "%2$s%1$s", std::nullopt, "%s %s %s", "%d", "100%"}});
  tester.add({"n", kInt64Type, {"1", "2", "3", "4", "5", std::nullopt}});
  const Outcome outcome = tester.evaluate("format(f, n, 'x')");
  EXPECT_EQ(outcome.values,
            (std::vector<std::string>{"1/x", "x2", "null", "null", "null", "null"}));
  EXPECT_EQ(outcome.faults.at(3), "there is no argument 3 for the format");
  EXPECT_EQ(outcome.faults.at(4), "a percent sign is followed by s, I, L or %");
  EXPECT_EQ(tester.value("format('%L %L %s.', 'it''s', null, null)"), "'it''s' NULL .");
  EXPECT_EQ(tester.value("format('%3s|%-3s|%1s', 'é', 'b', 'long')"), "  é|b  |long");
  EXPECT_EQ(tester.value("format('%%')"), "%");
}

TEST(FunctionsFormat, QuotesNames) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("format('insert into %I values (%L)', 'Order Date', 'O''Reilly')"),
            "insert into \"Order Date\" values ('O''Reilly')");
  EXPECT_EQ(tester.value("format('%I %I %I|%-5I|', 'plain_1', 'select', 'a\"b', 'x')"),
            "plain_1 \"select\" \"a\"\"b\"|x    |");
  EXPECT_EQ(tester.value("format('%I', null)"), "error: NULL is no name that %I can write");
  EXPECT_EQ(tester.value("format('%8L|', 'a\\b')"), " E'a\\\\b'|");
  tester.add({"s", kUtf8Type, {"it's", std::nullopt, "Über", ""}});
  EXPECT_EQ(tester.evaluate("quote_literal(s)").values,
            (Values{"'it''s'", "null", "'Über'", "''"}));
  EXPECT_EQ(tester.evaluate("quote_nullable(s)").values,
            (Values{"'it''s'", "NULL", "'Über'", "''"}));
  EXPECT_EQ(tester.evaluate("quote_ident(s)").values,
            (Values{"\"it's\"", "null", "\"Über\"", "\"\""}));
}

TEST(FunctionsFormat, PrintfIsThatOfC) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("printf('%d|%5d|%-5d|%05d|%+d|% d', 42, 42, 42, 42, 42, 42)"),
            "42|   42|42   |00042|+42| 42");
  EXPECT_EQ(tester.value("printf('%x %X %#x %o %u', 255, 255, 255, 8, 7)"), "ff FF 0xff 10 7");
  EXPECT_EQ(
      tester.value("printf('%.3f %e %g %8.2f|%-8.2f|%08.2f', 1.5, 1.5, 1.5, -1.5, 1.5, -1.5)"),
      "1.500 1.500000e+00 1.5    -1.50|1.50    |-0001.50");
  EXPECT_EQ(tester.value("printf('%s %.2s %5s|%-5s|%%', 'abc', 'äöü', 'é', 'x')"),
            "abc äö     é|x    |%");
  EXPECT_EQ(tester.value("printf('%.4d %ld', 7, -9223372036854775808)"),
            "0007 -9223372036854775808");
  EXPECT_EQ(tester.value("printf('%d', null)"), "null");
  EXPECT_EQ(tester.value("printf('%d', 1.5)"), "error: '1.5' is no number that %d can write");
  EXPECT_EQ(tester.value("printf('%d %d', 1)"), "error: there is no argument 2 for the format");
  EXPECT_EQ(tester.value("printf('%n', 1)"),
            "error: a percent sign is followed by d, i, u, x, X, o, e, E, f, F, g, G, s or %");
  EXPECT_EQ(tester.value("printf('%9999999d', 1)"),
            "error: a width is 1000000 and a precision 100 at most");
}

TEST(FunctionsFormat, BytesForPeople) {
  ExpressionTester tester;
  tester.add(
      {"n", kInt64Type, {"0", "1", "1023", "1024", "1048575", "-1536", "9223372036854775807"}});
  EXPECT_EQ(
      tester.evaluate("format_bytes(n)").values,
      (Values{"0 bytes", "1 byte", "1023 bytes", "1.0 KiB", "1023.9 KiB", "-1.5 KiB", "7.9 EiB"}));
}

}  // namespace
}  // namespace leat::expr
