// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cctype>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsTextEdit, CaseOfEveryByteAndLength) {
  ExpressionTester tester;
  TextColumn column{"s", kUtf8Type, {}};
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  for (size_t length = 0; length <= all.size(); ++length)
    column.values.push_back(all.substr(all.size() - length));
  tester.add(column);
  const Outcome lower = tester.evaluate("lower(s)");
  const Outcome upper = tester.evaluate("upper(s)");
  for (size_t i = 0; i < column.values.size(); ++i) {
    std::string down = *column.values[i];
    std::string up = down;
    for (char& c : down) c = static_cast<char>(std::tolower(c));
    for (char& c : up) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(lower.values[i], down);
    EXPECT_EQ(upper.values[i], up);
  }
  EXPECT_EQ(tester.value("lower('ÀÉ und ein langer Text')"), "àé und ein langer text");
}

TEST(FunctionsTextEdit, ReplacesAndPads) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"abcabc", "none here to be found", std::nullopt, ""}});
  EXPECT_EQ(tester.evaluate("replace(s, 'b', 'XYZ long enough')").values,
            (Values{"aXYZ long enoughcaXYZ long enoughc", "none here to XYZ long enoughe found",
                    "null", ""}));
  EXPECT_EQ(tester.evaluate("replace(s, '', 'x')").values[0], "abcabc");
  EXPECT_EQ(tester.evaluate("lpad(s, 8, 'é-')").values,
            (Values{"é-abcabc", "none her", "null", "é-é-é-é-"}));
  EXPECT_EQ(tester.evaluate("rpad(s, 7)").values[0], "abcabc ");
  EXPECT_EQ(tester.evaluate("lpad(s, -1)").values[0], "");
  EXPECT_EQ(tester.evaluate("repeat(s, 3)").values[0], "abcabcabcabcabcabc");
  EXPECT_EQ(tester.evaluate("reverse(s)").values[1], "dnuof eb ot ereh enon");
}

TEST(FunctionsTextEdit, JoinsWithoutNulls) {
  ExpressionTester tester;
  tester.add({"a", kUtf8Type, {"x", std::nullopt, "a long text with many bytes"}});
  tester.add({"n", kInt64Type, {"1", "2", std::nullopt}});
  EXPECT_EQ(tester.evaluate("concat(a, n, '!')").values,
            (Values{"x1!", "2!", "a long text with many bytes!"}));
  EXPECT_EQ(tester.evaluate("concat_ws(', ', a, n, null, true)").values,
            (Values{"x, 1, true", "2, true", "a long text with many bytes, true"}));
  EXPECT_EQ(tester.evaluate("concat_ws(a, n, n)").values, (Values{"1x1", "null", ""}));
  EXPECT_EQ(tester.evaluate("a || n").values, (Values{"x1", "null", "null"}));
}

TEST(FunctionsTextEdit, RefusesResultsOfAbsurdLength) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"abc"}});
  EXPECT_EQ(tester.value("repeat(s, 9223372036854775807)"),
            "error: the text would be longer than 64 MiB");
  EXPECT_EQ(tester.value("lpad(s, 9223372036854775807)"),
            "error: the text would be longer than 16 million characters");
  EXPECT_EQ(tester.value("chr(0)"), "error: 0 is the code of no character");
}

}  // namespace
}  // namespace leat::expr
