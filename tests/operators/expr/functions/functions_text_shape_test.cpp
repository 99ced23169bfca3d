// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsTextShape, OverlaysCharacters) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"abcdef", "", "äöü", std::nullopt}});
  EXPECT_EQ(tester.evaluate("overlay(s placing '45' from 4)").values,
            (Values{"abc45f", "45", "äöü45", "null"}));
  EXPECT_EQ(tester.evaluate("overlay(s placing 'x' from 2 for 0)").values,
            (Values{"axbcdef", "x", "äxöü", "null"}));
  EXPECT_EQ(tester.evaluate("overlay(s, '', 1, 2)").values, (Values{"cdef", "", "ü", "null"}));
  EXPECT_EQ(tester.value("overlay('yabadoo' placing 'daba' from 5 for 0)"), "yabadabadoo");
  EXPECT_EQ(tester.value("overlay('abc', 'x', 9223372036854775807, 9223372036854775807)"), "abcx");
  EXPECT_EQ(tester.value("overlay('abc', 'x', 2, -5)"), "axabc");
  EXPECT_TRUE(tester.mistakes("overlay('a' from 1)").starts_with("[from] expected 'placing'"));
}

TEST(FunctionsTextShape, AccentsAndForms) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"Ångström", "naïve café", "中文", "Ωμέγα", std::nullopt}});
  EXPECT_EQ(tester.evaluate("unaccent(s)").values,
            (Values{"Angstrom", "naive cafe", "中文", "Ωμεγα", "null"}));
  EXPECT_EQ(tester.evaluate("slugify(s)").values,
            (Values{"angstrom", "naive-cafe", "", "", "null"}));
  EXPECT_EQ(tester.evaluate("length(normalize(s, 'nfd'))").values[0], "10");
  EXPECT_EQ(tester.evaluate("normalize(normalize(s, 'NFD')) = s").values[0], "true");
  EXPECT_EQ(tester.value("normalize('a', 'x')"), "error: 'x' is no normal form");
}

}  // namespace
}  // namespace leat::expr
