// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "operators/expr/window_expression.h"

namespace leat::expr {
namespace {

TEST(WindowFunctions, ByNameAndNoAggregates) {
  const auto& functions = window_functions();
  EXPECT_TRUE(std::is_sorted(functions.begin(), functions.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  EXPECT_TRUE(is_window_function("lag"));
  EXPECT_FALSE(is_window_function("sum"));
  for (const AggregateFunction& function : aggregate_functions())
    EXPECT_FALSE(is_window_function(function.name)) << function.name;
}

}  // namespace
}  // namespace leat::expr
