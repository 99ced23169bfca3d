// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows as one partition in the order of the input, and calls over frames of them, for tests that
// count the steps that frames take.
#pragma once

#include <optional>
#include <vector>

#include "operators/state/windows/window_input.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

class FramedRows {
 public:
  FramedRows(const SchemaRef& schema, const std::vector<Row>& rows) {
    state::PartitionPlanner planner(schema);
    planner.add_arrangement({}, {});
    plan_ = std::move(planner).finish();
    state::PartitionedRun run(plan_, fixture_.lane());
    for (size_t begin = 0; begin < rows.size(); begin += kBatchRowsMax) {
      const std::vector<Row> some(
          rows.begin() + static_cast<ptrdiff_t>(begin),
          rows.begin() + static_cast<ptrdiff_t>(std::min(begin + kBatchRowsMax, rows.size())));
      EXPECT_TRUE(run.consume(make_batch(fixture_.memory, schema, some, Ordinal(0, begin))));
    }
    EXPECT_TRUE(run.seal());
    rows_.emplace(plan_, fixture_.memory);
    rows_->take(run);
    EXPECT_TRUE(rows_->settle());
    auto arranged = rows_->arrange(0);
    EXPECT_TRUE(arranged);
    arranged_.emplace(std::move(*arranged));
  }

  /// `spec` of the first columns, over the `preceding` rows before each row and the row itself.
  state::WindowPlan::Call call(state::FoldSpec spec, uint64_t preceding) const {
    state::WindowPlan::Call made{};
    made.function = state::WindowFunction::kAggregate;
    for (size_t i = 0; i < spec.types.size(); ++i) made.arguments.push_back(i);
    made.argument = 0;
    made.spec = std::move(spec);
    made.frame.unit = expr::FrameUnit::kRows;
    made.frame.start.edge = expr::FrameEdge::kPreceding;
    made.frame.start.count = preceding;
    made.frame.end.edge = expr::FrameEdge::kCurrentRow;
    return made;
  }
  state::WindowInput input(const state::WindowPlan::Call& call) {
    return {call, *rows_, *arranged_, nullptr, fixture_.memory};
  }
  size_t rows() const { return rows_->rows(); }
  MemoryAccount& memory() { return fixture_.memory; }

 private:
  OperatorFixture fixture_;
  state::PartitionPlan plan_;
  std::optional<state::PartitionedRows> rows_;
  std::optional<state::ArrangedRows> arranged_;
};

/// `count` rows of one int64.
inline std::vector<Row> counted_rows(size_t count) {
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) rows.push_back({static_cast<int64_t>(i * 7919 % 1009)});
  return rows;
}

}  // namespace leat::test
