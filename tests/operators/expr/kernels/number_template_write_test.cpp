// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Example {
  std::string expression;
  std::string result;
};

TEST(NumberTemplateWrite, GivesWhatPostgresqlGives) {
  const std::vector<Example> examples = {
      {"to_char(-0.1, '99.99')", "  -.10"},
      {"to_char(-0.1, 'FM9.99')", "-.1"},
      {"to_char(-0.1, 'FM90.99')", "-0.1"},
      {"to_char(0.1, '0.9')", " 0.1"},
      {"to_char(12, '9990999.9')", "    0012.0"},
      {"to_char(12, 'FM9990999.9')", "0012."},
      {"to_char(485, '999')", " 485"},
      {"to_char(-485, '999')", "-485"},
      {"to_char(485, '9 9 9')", " 4 8 5"},
      {"to_char(1485, '9,999')", " 1,485"},
      {"to_char(1485, '9G999')", " 1,485"},
      {"to_char(148.5, '999.999')", " 148.500"},
      {"to_char(148.5, 'FM999.999')", "148.5"},
      {"to_char(148.5, 'FM999.990')", "148.500"},
      {"to_char(148.5, '999D999')", " 148.500"},
      {"to_char(3148.5, '9G999D999')", " 3,148.500"},
      {"to_char(-485, '999S')", "485-"},
      {"to_char(-485, '999MI')", "485-"},
      {"to_char(485, '999MI')", "485 "},
      {"to_char(485, 'FM999MI')", "485"},
      {"to_char(485, 'PL999')", "+ 485"},
      {"to_char(485, 'SG999')", "+485"},
      {"to_char(-485, 'SG999')", "-485"},
      {"to_char(-485, '9SG99')", "4-85"},
      {"to_char(-485, '999PR')", "<485>"},
      {"to_char(485, '999PR')", " 485 "},
      {"to_char(485, 'FM999PR')", "485"},
      {"to_char(485, 'L999')", "  485"},
      {"to_char(485, 'RN')", "        CDLXXXV"},
      {"to_char(485, 'FMRN')", "CDLXXXV"},
      {"to_char(5.2, 'FMRN')", "V"},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(NumberTemplateWrite, SignsNamesAndHashesAreThoseOfPostgresql) {
  const std::vector<Example> examples = {
      {"to_char(4000, 'RN')", "###############"},
      {"to_char(482, '999th')", " 482nd"},
      {"to_char(485, '\"Good number:\"999')", "Good number: 485"},
      {"to_char(485.8, '\"Pre:\"999\" Post:\" .999')", "Pre: 485 Post: .800"},
      {"to_char(12, '99V999')", " 12000"},
      {"to_char(12.4, '99V999')", " 12400"},
      {"to_char(12.45, '99V9')", " 125"},
      {"to_char(0.0004859, '9.99EEEE')", " 4.86e-04"},
      {"to_char(-1234567, '9.99EEEE')", "-1.23e+06"},
      {"to_char(123456, '999')", " ###"},
      {"to_char(-123456.7, '999.99')", "-###.##"},
      {"to_char(0, '999')", "   0"},
      {"to_char(0, '9.99')", "  .00"},
      {"to_char(0, 'FM9.99')", "0."},
      {"to_char(0.0, '0.00')", " 0.00"},
      {"to_char(1234.5::float64, '9999.99')", " 1234.50"},
      {"to_char(-1234567890123.123::float64, '9999999999999.999999')", "-1234567890123.12"},
      {"to_char('NaN'::float64, '9999.99')", "  NaN"},
      {"to_char('-infinity'::float64, '9999.99')", "-####.##"},
      {"to_char(1.5::float64, '9.9EEEE')", " 1.5e+00"},
      {"to_char(-7, 'S099')", "-007"},
      {"to_char(7, 'S099')", "+007"},
      {"to_char(7, 'S9')", "+7"},
      {"to_char(-7, '9S')", "7-"},
      {"to_char(1234567.891, 'FM9,999,999.00')", "1,234,567.89"},
      {"to_char(12.5, 'FM000.00')", "012.50"},
      {"to_char(125.8, 'FM999')", "126"},
      {"to_char(1, 'FM999th')", "1st"},
      {"to_char(11, 'FM999TH')", "11TH"},
      {"to_char(1234, 'FM9 999\"x\"')", "1 234x"},
      {"to_char(12, 'B99')", " 12"},
      {"to_char(1.1, '')", ""},
  };
  for (const Example& example : examples) {
    ExpressionTester tester;
    EXPECT_EQ(tester.value(example.expression), example.result) << example.expression;
  }
}

TEST(NumberTemplateWrite, AnExponentHasOneDigitBeforeThePoint) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("to_char(9.996, '9.99EEEE')"), " 1.00e+01");
  EXPECT_EQ(tester.value("to_char(0, '9.9EEEE')"), " 0.0e+00");
}

}  // namespace
}  // namespace leat::expr
