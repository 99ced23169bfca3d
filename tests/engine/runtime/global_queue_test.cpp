// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/global_queue.h"

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(GlobalQueue, FirstInFirstOutAcrossSinglesAndChains) {
  GlobalQueue queue;
  G g[5];
  EXPECT_EQ(queue.pop(), nullptr);
  queue.push(&g[0]);
  g[1].next = &g[2];
  g[2].next = &g[3];
  g[3].next = nullptr;
  queue.push_chain(&g[1], &g[3], 3);
  queue.push(&g[4]);
  EXPECT_EQ(queue.size(), 5u);
  for (G& expected : g) {
    EXPECT_EQ(queue.pop(), &expected);
    EXPECT_EQ(expected.next, nullptr);
  }
  EXPECT_EQ(queue.pop(), nullptr);
  EXPECT_EQ(queue.size(), 0u);
}

// Who sees the queue empty must find them where they went.
TEST(GlobalQueue, WhatIsTakenCountsUntilItIsPut) {
  GlobalQueue queue;
  G g[4];
  for (G& each : g) queue.push(&each);
  uint32_t put = 0;
  G* const first = queue.take(3, [&](G* taken) {
    EXPECT_EQ(taken, &g[++put]);
    EXPECT_EQ(queue.size(), 4u);
  });
  EXPECT_EQ(first, &g[0]);
  EXPECT_EQ(put, 2u);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.take(1, [](G*) { ADD_FAILURE() << "there was only one"; }), &g[3]);
  EXPECT_EQ(queue.take(0, [](G*) {}), nullptr);
  EXPECT_EQ(queue.size(), 0u);
}

}  // namespace
}  // namespace leat::runtime
