// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/binding/other_names.h"

#include <gtest/gtest.h>

#include "operators/expr/functions/functions.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(OtherNames, NameWhatIsThere) {
  ExpressionTester tester;
  EXPECT_EQ(tester.mistakes("nvl(1, 2)"),
            "[nvl] unknown function 'nvl' (write coalesce(value, other))");
  EXPECT_EQ(tester.mistakes("lcase('a')"), "[lcase] unknown function 'lcase' (write lower(text))");
  EXPECT_EQ(tester.mistakes("dateadd(1)"),
            "[dateadd] unknown function 'dateadd' (write time + interval '1 day')");
  EXPECT_EQ(tester.mistakes("explode(nothing)"),
            "[explode] unknown function 'explode' (it is an operator, which makes a row of each "
            "element: - unnest: COLUMN)");
  EXPECT_EQ(tester.mistakes("lenght('a')"),
            "[lenght] unknown function 'lenght' (did you mean 'length'?)");
  EXPECT_EQ(
      tester.mistakes("no_such_thing(1)"),
      "[no_such_thing] unknown function 'no_such_thing' ('leat functions' lists what there is)");
}

/// A name that is a function by now has no hint any more, and hints name functions that are there.
TEST(OtherNames, AreNoFunctions) {
  for (const std::string& name : function_names()) EXPECT_EQ(other_name_of(name), "") << name;
}

}  // namespace
}  // namespace leat::expr
