// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

class FunctionsTextTest : public ::testing::Test {
 protected:
  FunctionsTextTest() {
    tester_.add(
        {"s", kUtf8Type, {"", "naïve", "a text of more than twelve bytes", std::nullopt, "  x  "}});
    tester_.add({"n", kInt64Type, {"1", "-2", "3", "1", std::nullopt}});
  }
  ExpressionTester tester_;
};

TEST_F(FunctionsTextTest, LengthsCountCharactersOrBytes) {
  EXPECT_EQ(tester_.evaluate("length(s)").values, (Values{"0", "5", "32", "null", "5"}));
  EXPECT_EQ(tester_.evaluate("octet_length(s)").values, (Values{"0", "6", "32", "null", "5"}));
}

TEST_F(FunctionsTextTest, PartsAreCountedInCharacters) {
  EXPECT_EQ(tester_.evaluate("substr(s, 3)").values,
            (Values{"", "ïve", "text of more than twelve bytes", "null", "x  "}));
  EXPECT_EQ(tester_.evaluate("substr(s, n)").values,
            (Values{"", "naïve", "text of more than twelve bytes", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("left(s, n)").values, (Values{"", "naï", "a t", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("right(s, n)").values, (Values{"", "ïve", "tes", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("trim(s)").values,
            (Values{"", "naïve", "a text of more than twelve bytes", "null", "x"}));
  EXPECT_EQ(tester_.evaluate("trim(s, 'nes')").values[1], "aïv");
  EXPECT_EQ(tester_.evaluate("split_part(s, ' ', n)").values,
            (Values{"", "", "of", "null", "null"}));
  EXPECT_EQ(tester_.evaluate("split_part(s, ' ', -1)").values,
            (Values{"", "naïve", "bytes", "null", ""}));
}

TEST_F(FunctionsTextTest, ExtremeArgumentsAreSafe) {
  const std::string max = "9223372036854775807";
  const std::string min = "-9223372036854775808";
  EXPECT_EQ(tester_.evaluate("substr(s, " + max + ", " + max + ")").values[1], "");
  EXPECT_EQ(tester_.evaluate("substr(s, " + min + ", " + max + ")").values[1], "");
  EXPECT_EQ(tester_.evaluate("substr(s, 2, " + max + ")").values[1], "aïve");
  EXPECT_EQ(tester_.evaluate("left(s, " + min + ")").values[1], "");
  EXPECT_EQ(tester_.evaluate("right(s, " + min + ")").values[1], "");
  EXPECT_EQ(tester_.evaluate("split_part(s, 'a', " + max + ")").values[1], "");
  EXPECT_EQ(tester_.evaluate("split_part(s, 'a', -" + max + ")").values[1], "");
}

}  // namespace
}  // namespace leat::expr
