// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/pool.h"

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(PluginPool, WhatIsNotRefundedGoesBackWithIt) {
  MemoryBudget budget(size_t{1} << 20);
  MemoryAccount& account = budget.open_account("mine");
  {
    leat_pool pool(account);
    ASSERT_TRUE(pool.charge(1000));
    ASSERT_TRUE(pool.charge(24));
    pool.refund(1000);
    EXPECT_EQ(account.used(), 24u);
    pool.refund(500);
    EXPECT_EQ(account.used(), 0u) << "never more than was taken";
    ASSERT_TRUE(pool.charge(77));
  }
  EXPECT_EQ(account.used(), 0u);
}

TEST(PluginPool, RemembersWhyMemoryWasRefused) {
  MemoryBudget budget(1000);
  leat_pool pool(budget.open_account("mine"));
  EXPECT_FALSE(pool.take_refusal());
  EXPECT_FALSE(pool.charge(5000));
  EXPECT_FALSE(pool.charge(6000));
  const std::optional<Error> refusal = pool.take_refusal();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, ErrorCode::kMemory);
  EXPECT_TRUE(refusal->message.contains("mine")) << refusal->message;
  EXPECT_FALSE(pool.take_refusal());
}

}  // namespace
}  // namespace leat
