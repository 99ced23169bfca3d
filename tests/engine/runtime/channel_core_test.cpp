// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The untyped half of a channel; tests/engine/channel_test.cpp has the behaviour.
#include "engine/runtime/channel_core.h"

#include <deque>
#include <string>

#include "engine/channel.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

class Core : public ChannelCore {
 public:
  using ChannelCore::ChannelCore;
  using ChannelCore::claim_tail;
  using ChannelCore::close_and_wake;
  using ChannelCore::release_head;
  using ChannelCore::rotate;
  size_t head() const { return head_; }
};

TEST(ChannelCore, SlotsFollowEachOtherRoundTheBuffer) {
  for (size_t capacity = 1; capacity <= 5; ++capacity) {
    Core core(capacity, "");
    std::deque<size_t> used;
    for (int step = 0; step < 100; ++step) {
      const bool add = used.empty() || (used.size() < capacity && step % 3 != 2);
      if (add) {
        const size_t slot = core.claim_tail();
        EXPECT_LT(slot, capacity);
        for (const size_t other : used) EXPECT_NE(slot, other) << "a value would be overwritten";
        used.push_back(slot);
      } else {
        EXPECT_EQ(core.head(), used.front());
        core.release_head();
        used.pop_front();
      }
      EXPECT_EQ(core.size(), used.size());
    }
  }
}

TEST(ChannelCore, RotateMakesTheOldestSlotTheNewest) {
  Core core(2, "");
  core.claim_tail();
  core.claim_tail();
  core.rotate();
  EXPECT_EQ(core.head(), 1u);
  EXPECT_EQ(core.size(), 2u);
  core.rotate();
  EXPECT_EQ(core.head(), 0u);
}

TEST(ChannelCore, ClosesOnce) {
  Core core(0, "");
  EXPECT_FALSE(core.is_closed());
  EXPECT_TRUE(core.close_and_wake());
  EXPECT_TRUE(core.is_closed());
  EXPECT_FALSE(core.close_and_wake());
}

TEST(ChannelCore, NameIsShownWhileSomebodyWaits) {
  Runtime runtime({.procs = 2});
  runtime.run([&] {
    const std::string name = "orders";
    Channel<int> channel(0, name);
    go([&] { channel.recv(); });
    test::wait_for([&] {
      for (const GoroutineInfo& g : runtime.goroutines())
        if (g.waits_for == name) return true;
      return false;
    });
    channel.close();
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

}  // namespace
}  // namespace leat::runtime
