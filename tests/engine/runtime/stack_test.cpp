// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/stack.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/g.h"
#include "engine/runtime/sanitizer.h"

namespace leat::runtime {
namespace {

TEST(Stack, IsAlignedToItsSizeAndKnowsItsOwner) {
  for (const StackClass stack_class : {StackClass::kSmall, StackClass::kStage}) {
    const StackBase base = acquire_stack(stack_class);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(base) % stack_bytes(stack_class), 0u);
    G g;
    stack_owner(base, stack_class) = &g;
    for (const size_t offset : {size_t{0}, size_t{5000}, stack_bytes(stack_class) - 1}) {
      StackClass found;
      const StackBase containing =
          stack_containing(reinterpret_cast<uintptr_t>(base) + offset, &found);
      EXPECT_EQ(containing, base);
      EXPECT_EQ(found, stack_class);
      EXPECT_EQ(stack_owner(containing, found), &g);
    }
    release_stack(base, stack_class);
  }
}

TEST(Stack, AddressOutsideBelongsToNobody) {
  acquire_stack(StackClass::kSmall);
  int local = 0;
  StackClass found;
  EXPECT_EQ(stack_containing(reinterpret_cast<uintptr_t>(&local), &found), nullptr);
  EXPECT_EQ(stack_containing(0, &found), nullptr);
  EXPECT_EQ(current_g(), nullptr);
}

TEST(Stack, ReleasedOnesAreUsedAgain) {
  std::vector<StackBase> stacks;
  for (int i = 0; i < 100; ++i) stacks.push_back(acquire_stack(StackClass::kSmall));
  EXPECT_EQ(std::set<StackBase>(stacks.begin(), stacks.end()).size(), 100u);
  for (const StackBase base : stacks) release_stack(base, StackClass::kSmall);
  const size_t created = stacks_created();
  for (int i = 0; i < 100; ++i) acquire_stack(StackClass::kSmall);
  EXPECT_EQ(stacks_created(), created);
  for (const StackBase base : stacks) release_stack(base, StackClass::kSmall);
}

TEST(Stack, WholeAreaAboveTheGuardIsUsable) {
  for (const StackClass stack_class : {StackClass::kSmall, StackClass::kStage}) {
    const StackBase base = acquire_stack(stack_class);
    for (size_t at = stack_guard_bytes(); at < stack_bytes(stack_class); at += 4096) base[at] = 1;
    release_stack(base, stack_class);
  }
}

TEST(Stack, BigOnesGiveTheirMemoryBack) {
  const StackBase base = acquire_stack(StackClass::kStage);
  char* deep = base + stack_bytes(StackClass::kStage) / 2;
  *deep = 1;
  release_stack(base, StackClass::kStage);
  EXPECT_EQ(*deep, 0) << "the page was kept";
}

TEST(StackCacheTest, KeepsTheLastAndPassesOnTheRest) {
  StackCache cache;
  EXPECT_EQ(cache.take(), nullptr);
  std::vector<StackBase> stacks;
  for (size_t i = 0; i < StackCache::kCapacity + 1; ++i)
    stacks.push_back(acquire_stack(StackClass::kSmall));
  for (const StackBase base : stacks) cache.put(base);
  EXPECT_EQ(cache.take(), stacks.back());
  cache.put(stacks.back());
  cache.clear();
  EXPECT_TRUE(cache.empty());
}

TEST(StackDeathTest, GuardFaults) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const StackBase base = acquire_stack(StackClass::kSmall);
        *static_cast<volatile char*>(base) = 1;
      },
      "");
}

}  // namespace
}  // namespace leat::runtime
