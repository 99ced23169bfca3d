// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/parallel.h"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class ParallelTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(ParallelTest);

TEST_P(ParallelTest, EveryIndexOnce) {
  run([] {
    for (const size_t count : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, 1, [&](size_t begin, size_t end) {
        ASSERT_LT(begin, end);
        for (size_t i = begin; i < end; ++i) ++calls[i];
      });
      for (const auto& called : calls) EXPECT_EQ(called, 1);
    }
  });
}

// The ranges meet, which they can only if all processors work at once.
TEST_P(ParallelTest, AllProcessorsAtOnce) {
  Runtime runtime({.procs = procs(), .ghosts_max = 0, .on_hog = [](const HogReport&) {}});
  run_in(runtime, [&] {
    std::atomic<int> there = 0;
    parallel_for(1'000'000, 1, [&](size_t, size_t) {
      ++there;
      while (there < procs()) std::this_thread::yield();
    });
    EXPECT_EQ(there, procs());
  });
}

TEST_P(ParallelTest, NoRangeIsShort) {
  run([] {
    std::atomic<int> ranges = 0;
    parallel_for(199, 100, [&](size_t begin, size_t end) {
      EXPECT_EQ(end - begin, 199u);
      ++ranges;
    });
    EXPECT_EQ(ranges, 1);
  });
}

TEST(Parallel, OnNoGoroutineTheCallerDoesItAll) {
  const std::thread::id caller = std::this_thread::get_id();
  size_t done = 0;
  parallel_for(1000, 1, [&](size_t begin, size_t end) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    done += end - begin;
  });
  EXPECT_EQ(done, 1000u);
}

}  // namespace
}  // namespace leat
