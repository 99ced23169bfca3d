// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/run_state.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "engine/codes/file.h"

namespace leat::pipelines {
namespace {

Error data_error(std::string text) {
  return Error(code::kNotOfType, ErrorCode::kData, std::move(text));
}

TEST(RunState, TheLowestPlaceWinsInAnyOrder) {
  const std::vector<WorkPlace> places{{0, 3, Ordinal(3, 7), 1},
                                      {0, 3, Ordinal(3, 6), 2},
                                      {1, 0, Ordinal(0, 0), 0},
                                      {0, 4, Ordinal(4, 0), 0},
                                      {0, 3, Ordinal(3, 6), 1}};
  for (uint32_t seed = 0; seed < 50; ++seed) {
    std::vector<size_t> order{0, 1, 2, 3, 4};
    std::shuffle(order.begin(), order.end(), std::mt19937(seed));
    RunState state;
    for (const size_t index : order) state.fail(places[index], data_error(std::to_string(index)));
    EXPECT_EQ(state.error()->message, "4") << "seed " << seed;
  }
}

TEST(RunState, WorkThatMayHoldAnEarlierErrorIsStillWanted) {
  RunState state;
  EXPECT_TRUE(state.wants(7, 1'000'000));
  state.fail({1, 5, Ordinal(5, 0), 0}, data_error("x"));
  EXPECT_TRUE(state.wants(0, 1'000'000));
  EXPECT_TRUE(state.wants(1, 4));
  EXPECT_TRUE(state.wants(1, 5));
  EXPECT_FALSE(state.wants(1, 6));
  EXPECT_FALSE(state.wants(2, 0));
}

TEST(RunState, HaltEndsEverythingAndWins) {
  RunState state;
  state.fail({0, 0, Ordinal(), 0}, data_error("data"));
  state.halt(Error(code::kCannotWrite, ErrorCode::kIo, "disk"));
  state.halt(Error(code::kCannotWrite, ErrorCode::kIo, "second"));
  state.fail({0, 0, Ordinal(), 0}, data_error("later"));
  EXPECT_FALSE(state.wants(0, 0));
  EXPECT_TRUE(state.failed());
  EXPECT_EQ(state.error()->message, "disk");
}

}  // namespace
}  // namespace leat::pipelines
