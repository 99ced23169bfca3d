// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How far lanes run ahead. What segments do together is in run_test.cpp.
#include "pipelines/run/segment.h"

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "engine/go.h"
#include "tests/pipelines/fake_stages.h"

namespace leat::pipelines {
namespace {

// Goal: no lane runs more than a window ahead of the lowest split. Method: split 0 does not end
// before the others had every chance to run ahead of it.
TEST(SegmentRun, LanesStayWithinTheWindow) {
  testing::FakePipeline pipeline;
  testing::Collected out;
  std::atomic<int64_t> highest{0};
  int64_t highest_beside_split_0 = 0;
  pipeline.numbers(5000, 1, [&](int64_t n) {
    int64_t seen = highest.load();
    while (n > seen && !highest.compare_exchange_weak(seen, n)) {
    }
    if (n != 0) return false;
    for (int i = 0; i < 5000; ++i) yield();
    highest_beside_split_0 = highest.load();
    return false;
  });
  pipeline.collect(out);
  ASSERT_FALSE(pipeline.run(4).error);
  EXPECT_LT(highest_beside_split_0, 2 * 4 + 2) << "the window of four lanes";
  EXPECT_EQ(highest.load(), 4999);
}

TEST(RunControl, IsCancelledOnce) {
  RunControl control;
  EXPECT_FALSE(control.cancelled());
  control.cancel();
  control.cancel();
  EXPECT_TRUE(control.cancelled());
}

}  // namespace
}  // namespace leat::pipelines
