// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/reorder.h"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

struct Item {
  Position position;
  uint32_t number = 0;  // in its split

  bool operator==(const Item& other) const {
    return position.split == other.position.split && number == other.number;
  }
};

TEST(Reorder, DeliversAtOnceWhatIsInOrder) {
  Reorder<Item> reorder;
  std::vector<Item> delivered;
  const auto deliver = [&](Item item) { delivered.push_back(item); };
  reorder.push({0, false}, Item{{0, false}, 0}, deliver);
  EXPECT_EQ(delivered.size(), 1u);
  reorder.push({0, true}, Item{{0, true}, 1}, deliver);
  reorder.push({1, true}, Item{{1, true}, 0}, deliver);
  EXPECT_EQ(delivered.size(), 3u);
  EXPECT_TRUE(reorder.empty());
}

TEST(Reorder, HoldsBackUntilTheMissingSplitIsClosed) {
  Reorder<Item> reorder;
  std::vector<uint64_t> splits;
  const auto deliver = [&](Item item) { splits.push_back(item.position.split); };
  reorder.push({1, false}, Item{{1, false}, 0}, deliver);
  reorder.push({0, false}, Item{{0, false}, 0}, deliver);
  EXPECT_EQ(splits, (std::vector<uint64_t>{0}));
  EXPECT_FALSE(reorder.empty());
  reorder.push({0, true}, Item{{0, true}, 1}, deliver);
  EXPECT_EQ(splits, (std::vector<uint64_t>{0, 0, 1}));
  // Split 1 has begun to flow but is not closed: its next item needs no waiting, split 2 does.
  reorder.push({2, true}, Item{{2, true}, 0}, deliver);
  EXPECT_EQ(splits.size(), 3u);
  reorder.push({1, true}, Item{{1, true}, 1}, deliver);
  EXPECT_EQ(splits, (std::vector<uint64_t>{0, 0, 1, 1, 2}));
  EXPECT_TRUE(reorder.empty());
}

// Goal: any interleaving of lanes gives one order. Method: deal splits to lanes, draw lanes at
// random, compare with the sorted items.
TEST(Reorder, AnyInterleavingGivesTheOrderOfPositions) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::vector<std::vector<Item>> lanes(1 + random() % 8);
    std::vector<Item> expected;
    for (uint64_t split = 0; split < 40; ++split) {
      const uint32_t items = random() % 4;
      std::vector<Item>& lane = lanes[random() % lanes.size()];
      for (uint32_t batch = 0; batch <= items; ++batch) {
        lane.push_back(Item{{split, batch == items}, batch});
        expected.push_back(lane.back());
      }
    }
    std::vector<size_t> next(lanes.size(), 0);
    Reorder<Item> reorder;
    std::vector<Item> delivered;
    while (delivered.size() < expected.size()) {
      const size_t lane = random() % lanes.size();
      if (next[lane] == lanes[lane].size()) continue;
      const Item item = lanes[lane][next[lane]++];
      reorder.push(item.position, item, [&](Item in_order) { delivered.push_back(in_order); });
    }
    EXPECT_EQ(delivered, expected);
    EXPECT_TRUE(reorder.empty());
  }
}

}  // namespace
}  // namespace leat::pipelines
