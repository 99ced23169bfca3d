// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How often rows and states are folded; what comes of it is tested in frame_folds_test.cpp and
// transforms/window_test.cpp.
#include "operators/state/windows/frame_tree.h"

#include <bit>

#include <gtest/gtest.h>

#include "tests/support/framed.h"

namespace leat::state {
namespace {

/// The steps that all frames of `preceding` rows take.
uint64_t steps_of(test::FramedRows& framed, uint64_t preceding, size_t leaf_rows) {
  const WindowPlan::Call call = [&] {
    WindowPlan::Call made = framed.call({Fold::kBitXor, {kInt64Type}}, preceding);
    made.type = kInt64Type;
    return made;
  }();
  const WindowInput input = framed.input(call);
  auto live = live_rows(input, NullRows::kKeep);
  EXPECT_TRUE(live);
  auto tree = FrameTree::make(input, *live, leaf_rows);
  EXPECT_TRUE(tree);
  FrameFolder folder(**tree);
  FrameCursor cursor(call.frame, input.arranged, nullptr, 0);
  std::vector<FrameRows> frames;
  std::vector<uint32_t> places;
  for (uint32_t place = 0; place < framed.rows(); ++place) {
    frames.push_back(cursor.at(place));
    places.push_back(place);
    if (frames.size() < 1000 && place + 1 < framed.rows()) continue;
    std::vector<RowFault> faults;
    EXPECT_TRUE(folder.fold(frames, places, faults));
    frames.clear();
    places.clear();
  }
  return folder.steps();
}

/// frames_are_folded_row_by_row is caught here.
TEST(FrameTree, ALongFrameTakesStepsByTheLogarithmOfItsLength) {
  constexpr size_t kRows = 20'000;
  test::FramedRows framed(test::make_schema({{"a", kInt64Type}}), test::counted_rows(kRows));
  const uint64_t steps = steps_of(framed, kRows / 2, 16);
  EXPECT_LT(steps, 5 * kRows * std::bit_width(kRows));
  EXPECT_GT(steps, kRows);
  EXPECT_LT(steps, 3 * steps_of(framed, 100, 16)) << "as long frames and short ones";
  EXPECT_GT(steps_of(framed, 100, 0), 90 * kRows) << "without states each row is folded";
}

TEST(FrameTree, EqualFramesAreFoldedOnce) {
  constexpr size_t kRows = 5000;
  test::FramedRows framed(test::make_schema({{"a", kInt64Type}}), test::counted_rows(kRows));
  WindowPlan::Call call = framed.call({Fold::kBitXor, {kInt64Type}}, 0);
  call.type = kInt64Type;
  const WindowInput input = framed.input(call);
  const auto live = live_rows(input, NullRows::kKeep);
  ASSERT_TRUE(live);
  const auto tree = FrameTree::make(input, *live, 0);
  ASSERT_TRUE(tree);
  FrameFolder folder(**tree);
  const std::vector<FrameRows> frames(kRows, FrameRows{10, 90, 100, 200, false});
  std::vector<RowFault> faults;
  const auto values = folder.fold(frames, std::vector<uint32_t>(kRows, 0), faults);
  ASSERT_TRUE(values);
  EXPECT_EQ((*values)->length(), kRows);
  EXPECT_EQ(folder.steps(), 180u);
}

}  // namespace
}  // namespace leat::state
