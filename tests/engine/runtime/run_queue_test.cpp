// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The ring by itself, with a capacity of 4 where edges matter.
#include "engine/runtime/run_queue.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

using SmallQueue = BasicRunQueue<int, 4>;

TEST(RunQueue, FirstInFirstOut) {
  SmallQueue queue;
  int items[4] = {};
  for (int round = 0; round < 5; ++round) {
    for (int& item : items) EXPECT_TRUE(queue.push(&item));
    EXPECT_EQ(queue.ring_size(), 4u);
    for (int& item : items) EXPECT_EQ(queue.pop(), &item);
    EXPECT_EQ(queue.pop(), nullptr);
  }
}

TEST(RunQueue, FullRingRefusesAndGivesUpItsOlderHalf) {
  SmallQueue queue;
  int items[5] = {};
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.push(&items[i]));
  EXPECT_FALSE(queue.push(&items[4]));
  int* half[2];
  ASSERT_TRUE(queue.take_half(half));
  EXPECT_EQ(half[0], &items[0]);
  EXPECT_EQ(half[1], &items[1]);
  EXPECT_TRUE(queue.push(&items[4]));
  EXPECT_EQ(queue.pop(), &items[2]);
  EXPECT_EQ(queue.pop(), &items[3]);
  EXPECT_EQ(queue.pop(), &items[4]);
}

TEST(RunQueue, TakeHalfOnlyFromAFullRing) {
  SmallQueue queue;
  int item = 0;
  queue.push(&item);
  int* half[2];
  EXPECT_FALSE(queue.take_half(half));
}

TEST(RunQueue, StealTakesHalfRoundedUpOldestFirst) {
  for (int size = 1; size <= 4; ++size) {
    SmallQueue victim, thief;
    int items[4] = {};
    for (int i = 0; i < size; ++i) victim.push(&items[i]);
    const int taken = size - size / 2;
    EXPECT_EQ(victim.steal_into(thief), &items[taken - 1]) << "the last one is to be run";
    for (int i = 0; i + 1 < taken; ++i) EXPECT_EQ(thief.pop(), &items[i]);
    EXPECT_EQ(thief.pop(), nullptr);
    for (int i = taken; i < size; ++i) EXPECT_EQ(victim.pop(), &items[i]);
  }
}

TEST(RunQueue, StealFromEmptyTakesNothing) {
  SmallQueue victim, thief;
  EXPECT_EQ(victim.steal_into(thief), nullptr);
}

TEST(RunQueue, NextIsASlotOfItsOwn) {
  SmallQueue queue;
  int a = 0, b = 0;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.exchange_next(&a), nullptr);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.exchange_next(&b), &a);
  EXPECT_FALSE(queue.steal_next(&a)) << "it is not the one the thief saw";
  EXPECT_TRUE(queue.steal_next(&b));
  EXPECT_EQ(queue.pop_next(), nullptr);
  EXPECT_TRUE(queue.empty());
}

TEST(RunQueue, AnybodyMayTakeTheOldest) {
  SmallQueue queue;
  int items[3] = {};
  for (int& item : items) queue.push(&item);
  EXPECT_EQ(queue.take(), &items[0]);
  EXPECT_EQ(queue.pop(), &items[1]);
  EXPECT_EQ(queue.take(), &items[2]);
  EXPECT_EQ(queue.take(), nullptr);
}

TEST(RunQueue, IndicesWrapAround) {
  SmallQueue queue;
  int item = 0;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(queue.push(&item));
    ASSERT_EQ(queue.pop(), &item);
  }
}

// One owner pushes and pops, two thieves steal: every item is seen exactly once.
template <uint32_t kCapacity>
void owner_and_thieves() {
  using Queue = BasicRunQueue<std::atomic<int>, kCapacity>;
  const int count = test::rounds(400'000);
  std::vector<std::atomic<int>> items(static_cast<size_t>(count));
  Queue queue;
  std::atomic<bool> done = false;
  std::vector<std::thread> thieves;
  for (int t = 0; t < 2; ++t) {
    thieves.emplace_back([&] {
      Queue mine;
      while (!done.load()) {
        if (auto* item = queue.steal_into(mine)) ++*item;
        if (auto* item = queue.take()) ++*item;
        while (auto* item = mine.pop()) ++*item;
        if (auto* next = queue.next(); next != nullptr && queue.steal_next(next)) ++*next;
      }
    });
  }
  for (auto& item : items) {
    if (auto* kicked = queue.exchange_next(&item)) {
      while (!queue.push(kicked)) {
        std::atomic<int>* half[kCapacity / 2];
        if (queue.take_half(half))
          for (auto* taken : half) ++*taken;
      }
    }
    if ((&item - items.data()) % 3 == 0) {
      if (auto* own = queue.pop_next()) ++*own;
      if (auto* own = queue.pop()) ++*own;
    }
  }
  while (auto* own = queue.pop_next()) ++*own;
  while (auto* own = queue.pop()) ++*own;
  done = true;
  for (auto& thief : thieves) thief.join();
  for (const auto& item : items) ASSERT_EQ(item, 1);
  EXPECT_TRUE(queue.empty());
}

TEST(RunQueue, NothingIsLostOrDoubledCapacity4) { owner_and_thieves<4>(); }
TEST(RunQueue, NothingIsLostOrDoubledCapacity256) { owner_and_thieves<256>(); }

// An item that moves from run_next to the ring and back is always seen by empty().
TEST(RunQueue, EmptyIsNeverFalselyTrue) {
  SmallQueue queue;
  int a = 0, b = 0;
  queue.exchange_next(&a);
  std::atomic<bool> done = false;
  std::thread observer([&] {
    while (!done.load()) ASSERT_FALSE(queue.empty());
  });
  int* other = &b;
  for (int i = 0; i < test::rounds(200'000); ++i) {
    int* kicked = queue.exchange_next(other);  // both are inside
    queue.push(kicked);
    other = queue.pop();
  }
  done = true;
  observer.join();
}

}  // namespace
}  // namespace leat::runtime
