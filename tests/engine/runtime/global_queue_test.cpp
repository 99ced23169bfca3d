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

}  // namespace
}  // namespace leat::runtime
