// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/g_pool.h"

#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(GPool, GivesDistinctDeadGs) {
  GPool pool;
  const auto p = std::make_unique<P>();
  std::set<G*> seen;
  for (int i = 0; i < 5000; ++i) {
    G* g = pool.take(p.get());
    EXPECT_EQ(g->status.get(), GStatus::kDead);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(g) % alignof(G), 0u);
    EXPECT_TRUE(seen.insert(g).second);
  }
}

TEST(GPool, LastGivenIsFirstTaken) {
  GPool pool;
  const auto p = std::make_unique<P>();
  G* g = pool.take(p.get());
  pool.give(p.get(), g);
  EXPECT_EQ(pool.take(p.get()), g);
}

TEST(GPool, SurplusOfOneProcessorReachesAnother) {
  GPool pool;
  const auto a = std::make_unique<P>(), b = std::make_unique<P>();
  std::set<G*> given;
  std::vector<G*> taken;
  for (uint32_t i = 0; i < 4 * GPool::kCacheMax; ++i) taken.push_back(pool.take(a.get()));
  for (G* g : taken) {
    pool.give(a.get(), g);
    given.insert(g);
  }
  EXPECT_LT(a->free_g_count, GPool::kCacheMax);
  for (uint32_t i = 0; i < 2 * GPool::kCacheMax; ++i)
    EXPECT_TRUE(given.contains(pool.take(b.get())));
}

TEST(GPool, SharedTakeAndGive) {
  GPool pool;
  G* g = pool.take_shared();
  pool.give_shared(g);
  EXPECT_EQ(pool.take_shared(), g);
}

TEST(GPool, ForEachVisitsEveryGOnce) {
  GPool pool;
  const auto p = std::make_unique<P>();
  std::set<G*> taken, visited;
  for (int i = 0; i < 3000; ++i) taken.insert(pool.take(p.get()));
  pool.for_each([&](G& g) { EXPECT_TRUE(visited.insert(&g).second); });
  for (G* g : taken) EXPECT_TRUE(visited.contains(g));
}

TEST(GPool, DestroysWhatQueuedGoroutinesOwn) {
  auto owned = std::make_shared<int>(1);
  {
    GPool pool;
    pool.take_shared()->function = [owned] {};
    EXPECT_EQ(owned.use_count(), 2);
  }
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace leat::runtime
