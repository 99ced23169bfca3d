// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/binding/frame_binder.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

WindowFrame frame_of(const std::string& window) {
  const SchemaRef schema = test::make_schema(
      {{"a", kInt64Type}, {"d", Type::decimal(8, 2)}, {"f", kFloat64Type}, {"t", kTimestampType}});
  Diagnostics diagnostics;
  const auto expression = compile_window(SourceText("count(*) over (" + window + ")", {}, {}),
                                         *schema, {}, {}, diagnostics);
  EXPECT_TRUE(expression) << window;
  return expression ? expression->calls[0].frame : WindowFrame{};
}

TEST(FrameBinder, NothingSaidReachesToThePeers) {
  const WindowFrame frame = frame_of("order by a");
  EXPECT_EQ(frame.unit, FrameUnit::kRange);
  EXPECT_EQ(frame.start.edge, FrameEdge::kUnboundedPreceding);
  EXPECT_EQ(frame.end.edge, FrameEdge::kCurrentRow);
}

TEST(FrameBinder, OffsetsAreWhatTheKeyCountsIn) {
  EXPECT_EQ(frame_of("rows 1 + 2 preceding").start.count, 3u);
  EXPECT_EQ(static_cast<int64_t>(frame_of("order by a range 2.9 preceding").start.units), 2);
  EXPECT_EQ(static_cast<int64_t>(frame_of("order by d range 0.29 preceding").start.units), 29);
  EXPECT_EQ(static_cast<int64_t>(frame_of("order by d range 3 preceding").start.units), 300);
  EXPECT_EQ(
      static_cast<int64_t>(frame_of("order by d range decimal '0.299' preceding").start.units), 29);
  EXPECT_EQ(frame_of("order by f range 2 preceding").start.number, 2.0);
  EXPECT_EQ(frame_of("order by f range decimal '0.25' preceding").start.number, 0.25);
  EXPECT_EQ(frame_of("order by t range interval '2 days' preceding").start.interval.days, 2);
}

}  // namespace
}  // namespace leat::expr
