// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/nested_text.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(NestedText, BadTextsNameTheirByte) {
  ExpressionTester tester;
  tester.add({"t",
              kUtf8Type,
              {"[1, 2]", "", "[1, 2", "[1] 2", "{\"a\": 1}", "null", "[1.5]", "a", "[\"x\"]"}});
  const Outcome outcome = tester.evaluate("t::list<int64>");
  EXPECT_EQ(outcome.values,
            (Values{"[1,2]", "null", "null", "null", "null", "null", "null", "null", "null"}));
  EXPECT_EQ(outcome.faults.at(1), "no list<int64>: it is empty at byte 1");
  EXPECT_EQ(outcome.faults.at(3), "no list<int64>: the value should end at byte 5");
  EXPECT_EQ(outcome.faults.at(4), "no list<int64>: {\"a\": 1} is no list<int64> at byte 1");
  EXPECT_EQ(outcome.faults.size(), 7u);
}

TEST(NestedText, LongTextsAndEscapes) {
  ExpressionTester tester;
  tester.add({"t", kUtf8Type, {"[\"a\\nb\", \"a text that is longer than a view\"]", "[]"}});
  EXPECT_EQ(tester.evaluate("t::list<utf8>[1]").values, (Values{"a\nb", "null"}));
  EXPECT_EQ(tester.evaluate("t::list<utf8>[2]").values,
            (Values{"a text that is longer than a view", "null"}));
}

}  // namespace
}  // namespace leat::expr
