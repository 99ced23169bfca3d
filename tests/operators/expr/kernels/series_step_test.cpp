// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/series_step.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

TEST(SeriesStep, SaysWhatIsWrong) {
  SeriesStep step;
  EXPECT_EQ(set_step(0, step), "this step is zero");
  EXPECT_EQ(set_step(-2, step), "");
  EXPECT_TRUE(step.descending);
  EXPECT_EQ(set_step(Interval{}, TypeId::kTimestamp, step), "this step is zero");
  EXPECT_EQ(set_step(Interval{1, -1, 0}, TypeId::kTimestamp, step), "this step goes both ways");
  EXPECT_EQ(set_step(Interval{0, 0, 1}, TypeId::kDate, step),
            "a series of dates goes by whole days");
  EXPECT_EQ(set_step(Interval{0, 1, 0}, TypeId::kDate, step), "");
  EXPECT_FALSE(step.descending);
}

TEST(SeriesStep, EndsWhereNumbersEnd) {
  SeriesStep step;
  static_cast<void>(set_step(1, step));
  EXPECT_EQ(step.after(41, TypeId::kInt64), 42);
  EXPECT_EQ(step.after(INT64_MAX, TypeId::kInt64), std::nullopt);
  static_cast<void>(set_step(Interval{0, 1, 0}, TypeId::kDate, step));
  EXPECT_EQ(step.after(20'000, TypeId::kDate), 20'001);
  EXPECT_EQ(step.after(INT32_MAX, TypeId::kDate), std::nullopt);
}

}  // namespace
}  // namespace leat::expr
