// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/sim.h"

#include <gtest/gtest.h>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/runtime.h"
#include "engine/runtime/clock.h"
#include "engine/sync.h"
#include "engine/time.h"

namespace leat::runtime {
namespace {

#ifndef LEAT_SIM

TEST(Sim, IsNothingInOtherBuilds) {
  EXPECT_FALSE(sim::kSimulated);
  sim::point();
}

#else

// A run with a little of everything; its fingerprint.
uint64_t run_with(uint64_t seed) {
  Runtime runtime({.procs = 3, .ghosts_max = 2, .seed = seed, .on_hog = [](const HogReport&) {}});
  runtime.run([] {
    Channel<int> values(1);
    WaitGroup done;
    done.add(3);
    for (int g = 0; g < 3; ++g) {
      go([&, g] {
        for (int i = 0; i < 5; ++i) {
          values.send(i);
          if (g == 0) sleep_for(std::chrono::microseconds(50));
          if (g == 1) blocking([] { nap(kMillisecond); });
          if (g == 2) nap(15 * kMillisecond);  // a hog
        }
        done.done();
      });
    }
    for (int i = 0; i < 15; ++i) values.recv();
    done.wait();
    while (goroutine_count() != 1) leat::yield();
  });
  return sim::fingerprint();
}

TEST(Sim, TheSameSeedTakesTheSameSteps) {
  for (const uint64_t seed : {1, 2})
    run_with(seed);  // later runs find stacks that can be used again
  EXPECT_EQ(run_with(1), run_with(1));
  EXPECT_EQ(run_with(2), run_with(2));
  EXPECT_NE(run_with(1), run_with(2));
}

TEST(Sim, TimeJumpsWhenEverybodySleeps) {
  Runtime runtime({.procs = 2, .seed = 7});
  runtime.run([] {
    const int64_t before = now_ns();
    sleep_for(std::chrono::minutes(4));
    EXPECT_GE(now_ns() - before, 240 * kSecond);
  });
}

TEST(SimDeathTest, ALostWakeUpIsReportedWithItsSeed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        sim::begin(4711);
        Note never;
        never.wait();
      },
      "every thread sleeps, and nobody will wake one.*LEAT_SEED=4711");
}

TEST(SimDeathTest, ARunThatDoesNotEndIsReportedWithItsSeed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Runtime runtime({.procs = 2, .seed = 4712});
        runtime.run([] {
          for (;;) sleep_for(std::chrono::seconds(1));
        });
      },
      "the run does not end.*LEAT_SEED=4712");
}

#endif

}  // namespace
}  // namespace leat::runtime
