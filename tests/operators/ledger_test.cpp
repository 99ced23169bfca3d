// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/ledger.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(Ledger, AddsUpLanes) {
  Ledger a, b;
  a.add(Counter::kIn, 3);
  b.add(Counter::kIn, 4);
  b.add(Counter::kDropped, 1);
  a.merge(b);
  EXPECT_EQ(a[Counter::kIn], 7u);
  EXPECT_EQ(a[Counter::kDropped], 1u);
}

TEST(Equation, HoldsOnlyWhenBothSidesAgree) {
  const Equation equation({Counter::kIn}, {Counter::kPassed, Counter::kDropped});
  Ledger ledger;
  EXPECT_TRUE(equation.holds(ledger));
  ledger.add(Counter::kIn, 10);
  ledger.add(Counter::kPassed, 6);
  EXPECT_FALSE(equation.holds(ledger));
  ledger.add(Counter::kDropped, 4);
  EXPECT_TRUE(equation.holds(ledger));
  EXPECT_EQ(equation.left().size(), 1u);
  EXPECT_EQ(equation.right()[1], Counter::kDropped);
}

TEST(Counter, NamesAreDistinct) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kCounters; ++i) names.insert(to_string(static_cast<Counter>(i)));
  EXPECT_EQ(names.size(), kCounters);
  EXPECT_EQ(names.count("unknown"), 0u);
}

}  // namespace
}  // namespace leat
