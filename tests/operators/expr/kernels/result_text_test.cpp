// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/result_text.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

/// The value of `text`, where `t` is a text of `mib` MiB: in a column, so that nothing is folded.
std::string value_with(size_t mib, const std::string& text) {
  ExpressionTester tester;
  tester.add({"t", kUtf8Type, {std::string(mib << 20, 'x')}});
  return tester.value(text);
}

TEST(ResultText, EveryFunctionHasTheSameCap) {
  for (const char* const text :
       {"concat(t, t, t)", "concat_ws(',', t, t, t)", "format('%s%s%s', t, t, t)",
        "replace(t, 'x', t)", "repeat(t, 3)", "t || t || t", "lpad(t, 16777216 * 2, t)"}) {
    const std::string value = value_with(30, text);
    EXPECT_TRUE(value.starts_with("error: the text would be longer than 64 MiB") ||
                value.starts_with("error: the text would be longer than 16 million characters"))
        << text << ": " << value.substr(0, 80);
  }
}

TEST(ResultText, WhatFitsIsWhole) {
  EXPECT_EQ(value_with(32, "octet_length(concat(t, t))"), "67108864");
  EXPECT_EQ(value_with(32, "octet_length(repeat(t, 2))"), "67108864");
  EXPECT_EQ(value_with(0, "concat_ws('-', 'a' || t, 'b')"), "a-b");
  EXPECT_EQ(value_with(0, "format('%5s|%-5s|%L' || t, 'a', 'b', 'it''s')"), "    a|b    |'it''s'");
  EXPECT_EQ(value_with(0, "lpad('x' || t, 6, 'abc')"), "abcabx");
  EXPECT_EQ(value_with(0, "rpad('x' || t, 6, '\u4e2d\u6587')"), "x\u4e2d\u6587\u4e2d\u6587\u4e2d");
  EXPECT_EQ(value_with(0, "reverse('a\u4e2db' || t)"), "b\u4e2da");
  EXPECT_EQ(value_with(0, "reverse('twenty long letters.' || t)"), ".srettel gnol ytnewt");
}

TEST(ResultText, AFaultIsOfItsRowOnly) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"1", "100000000", "2"}});
  const Outcome outcome = tester.evaluate("repeat('ab', n)");
  EXPECT_EQ(outcome.faults.size(), 1U);
  EXPECT_TRUE(outcome.faults.contains(1));
  EXPECT_EQ(outcome.values[0], "ab");
  EXPECT_EQ(outcome.values[2], "abab");
}

TEST(ResultText, FormatsOfTimestampsAreShort) {
  ExpressionTester tester;
  tester.add({"f", kUtf8Type, {std::string(70'000, 'x')}});
  EXPECT_EQ(tester.value("strftime(timestamp '2026-01-01T00:00:00', f)"),
            "error: a format of timestamps has 64 KiB at most");
}

}  // namespace
}  // namespace leat::expr
