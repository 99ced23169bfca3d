// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The table of aggregate functions; that its examples give what it says is tested in
// transforms/aggregate_test.cpp.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "operators/expr/aggregate_expression.h"

namespace leat::expr {
namespace {

TEST(AggregateFunctions, AreListedByNameOnce) {
  const auto& functions = aggregate_functions();
  EXPECT_TRUE(std::is_sorted(functions.begin(), functions.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  std::set<std::string_view> names;
  for (const AggregateFunction& function : functions) {
    EXPECT_TRUE(names.insert(function.name).second) << function.name;
    EXPECT_EQ(function.signature.substr(0, function.name.size()), function.name);
    EXPECT_NE(function.example.find(function.name), std::string_view::npos);
  }
}

}  // namespace
}  // namespace leat::expr
