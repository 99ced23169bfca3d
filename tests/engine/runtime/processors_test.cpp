// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/processors.h"

#include <thread>

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(Processors, GrowsToItsLimitAndNoFurther) {
  Processors ps;
  EXPECT_EQ(ps.size(), 0u);
  P* const first = ps.add(nullptr);
  while (ps.add(nullptr) != nullptr) {
  }
  EXPECT_EQ(ps.size(), Processors::kMax);
  EXPECT_EQ(&ps[0], first) << "a processor never moves";
  for (uint32_t i = 0; i < ps.size(); ++i) EXPECT_EQ(ps[i].id, i);
}

TEST(Processors, MayBeWalkedWhileItGrows) {
  Processors ps;
  std::thread walker([&] {
    for (uint32_t seen = 0; seen < 200;) {
      seen = ps.size();
      for (uint32_t i = 0; i < seen; ++i) ASSERT_EQ(ps[i].id, i);
    }
  });
  for (int i = 0; i < 200; ++i) ps.add(nullptr);
  walker.join();
}

}  // namespace
}  // namespace leat::runtime
