// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/groups/group_slots.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::OperatorFixture;

/// Groups 0, 1, ... of the tags, each found by its number.
class Placed {
 public:
  void add(uint32_t tag) {
    ASSERT_TRUE(slots_.reserve(tags_.size() + 1));
    slots_.place(tag, static_cast<uint32_t>(tags_.size()));
    tags_.push_back(tag);
  }
  void check() const {
    for (uint32_t group = 0; group < tags_.size(); ++group) {
      const auto same = [&](uint32_t found) { return found == group; };
      ASSERT_EQ(slots_.find(tags_[group], same), group);
      ASSERT_EQ(tags_[slots_.likely_group(tags_[group])], tags_[group]);
    }
  }
  const GroupSlots& slots() const { return slots_; }

 private:
  OperatorFixture fixture_;
  GroupSlots slots_{fixture_.memory};
  std::vector<uint32_t> tags_;
};

TEST(GroupSlots, FindsGroupsHoweverOftenItGrows) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  Placed placed;
  for (int i = 0; i < 100'000; ++i) {
    placed.add(static_cast<uint32_t>(random()));
    if ((i & (i + 1)) == 0) placed.check();
  }
  placed.check();
  EXPECT_TRUE(placed.slots().is_far());
}

TEST(GroupSlots, TheLastSlotIsFollowedByTheFirst) {
  Placed placed;
  for (uint32_t i = 0; i < 600; ++i) placed.add(UINT32_MAX - i % 3);
  placed.check();
  EXPECT_EQ(placed.slots().find(UINT32_MAX, [](uint32_t) { return false; }), kNoGroup);
}

TEST(GroupSlots, OneTagMayBeThatOfManyKeys) {
  Placed placed;
  for (int i = 0; i < 2000; ++i) placed.add(12345);
  placed.check();
  EXPECT_EQ(placed.slots().likely_group(12345), 0u);
  EXPECT_EQ(placed.slots().likely_group(12346), kNoGroup);
}

TEST(GroupSlots, ARefusalLeavesTheGroups) {
  OperatorFixture fixture(size_t{64} << 10);
  GroupSlots slots(fixture.memory);
  ASSERT_TRUE(slots.reserve(1));
  slots.place(7, 3);
  EXPECT_FALSE(slots.reserve(100'000));
  EXPECT_EQ(slots.find(7, [](uint32_t group) { return group == 3; }), 3u);
}

}  // namespace
}  // namespace leat::state
