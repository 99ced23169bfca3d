// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/stopwatch.h"

#include <chrono>

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

/// Returns once some time has passed.
void pass_time() {
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() == begin) {
  }
}

bool is_empty(const StageTimes& times) {
  return times.working_ns == 0 && times.sending_ns == 0 && times.receiving_ns == 0;
}

TEST(Stopwatch, CountsNothingBeforeItIsStarted) {
  Stopwatch watch;
  StageTimes stage;
  {
    const Timed timed(watch, stage);
    pass_time();
  }
  EXPECT_FALSE(watch.is_running());
  EXPECT_TRUE(is_empty(stage));
}

TEST(Stopwatch, TimeBelongsToTheInnermostStage) {
  Stopwatch watch;
  StageTimes outer;
  StageTimes inner;
  watch.start(outer);
  const uint64_t before = outer.working_ns;
  {
    const Timed timed(watch, inner);
    pass_time();
    const uint64_t at_begin = outer.working_ns;
    {
      const Timed sending(watch, Doing::kSending);
      pass_time();
    }
    {
      const Timed receiving(watch, Doing::kReceiving);
      pass_time();
    }
    EXPECT_EQ(outer.working_ns, at_begin) << "the caller waits";
  }
  EXPECT_GT(inner.working_ns, 0u);
  EXPECT_GT(inner.sending_ns, 0u);
  EXPECT_GT(inner.receiving_ns, 0u);
  pass_time();
  watch.stop();
  EXPECT_GT(outer.working_ns, before) << "the scope goes back to the stage before";
  EXPECT_EQ(outer.sending_ns, 0u);
}

TEST(Stopwatch, StoppedItCountsNothingMore) {
  Stopwatch watch;
  StageTimes stage;
  watch.start(stage);
  watch.stop();
  const uint64_t counted = stage.working_ns;
  pass_time();
  watch.stop();
  EXPECT_EQ(stage.working_ns, counted);
}

TEST(StageTimes, AreAddedUp) {
  StageTimes sum{1, 2, 3};
  sum.merge({10, 20, 30});
  EXPECT_EQ(sum.working_ns, 11u);
  EXPECT_EQ(sum.sending_ns, 22u);
  EXPECT_EQ(sum.receiving_ns, 33u);
}

}  // namespace
}  // namespace leat::pipelines
