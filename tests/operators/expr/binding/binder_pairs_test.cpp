// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/expr/pair_expression.h"
#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

const Schema kLeft({{"id", kInt64Type}, {"a", kInt64Type}, {"both", kInt64Type}});
const Schema kRight({{"id", kInt64Type}, {"b", kInt64Type}, {"both", kInt64Type}});

std::vector<std::string> mistakes_of(const std::string& text) {
  test::OptionDocument document;
  Diagnostics diagnostics;
  const PairColumns columns{kLeft, kRight, "l", "r", {"id"}};
  compile_pair_condition(document.scalar(text), columns, {}, diagnostics);
  std::vector<std::string> mistakes;
  for (const Diagnostic& error : diagnostics.errors())
    mistakes.push_back(fmt::format("{} | {}", error.message, error.hint));
  return mistakes;
}

TEST(BinderPairs, NamesOfOneSideAndOfKeysNeedNoSide) {
  EXPECT_TRUE(mistakes_of("a = b").empty());
  EXPECT_TRUE(mistakes_of("id = 1").empty());
  EXPECT_TRUE(mistakes_of("left.both = right.both and LEFT.a > 1").empty());
}

TEST(BinderPairs, OtherNamesAreMistakes) {
  EXPECT_EQ(mistakes_of("both = 1"),
            (std::vector<std::string>{
                "both sides have a column 'both' | write left.both or right.both"}));
  EXPECT_EQ(mistakes_of("c = 1").front().substr(0, 31), "neither side has a column 'c' |");
  EXPECT_EQ(mistakes_of("right.a = 1"),
            (std::vector<std::string>{
                "the right side has no column 'a' | the left side has one: left of = stands what "
                "the left side gives, right of = what the right side gives"}));
}

}  // namespace
}  // namespace leat::expr
