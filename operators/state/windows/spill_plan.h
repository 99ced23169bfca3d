// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which columns the rows of a window stage have on disk, and in which orders they are sorted there.
#pragma once

#include <optional>
#include <vector>

#include "operators/state/windows/partition_plan.h"

namespace leat::state {

struct WindowPlan;

/// Rows go through the arrangements of their stage one after another: pass i gives them the values
/// of the calls over arrangement i. THREADS: immutable once made, any.
struct WindowSpillPlan {
  struct Pass {
    SchemaRef rows;  ///< The stored columns, `arrival`, then what earlier passes have added.
    SortPlan order;  ///< By partition, within one by its order.
    std::vector<size_t> calls;  ///< Of the plan, ascending.
  };

  std::vector<Pass> passes;
  SchemaRef rows;              ///< Behind the last pass.
  SortPlan order;              ///< The order of the input.
  size_t arrival;              ///< The column with the number of the row in its lane.
  std::vector<size_t> values;  ///< Of each call, its column.
  /// Of each pass with aggregates: the column with the first call of the row that has no value, and
  /// why; NULL where all have.
  std::vector<std::optional<size_t>> faults;
};

/// How rows of `plan` are written.
WindowSpillPlan make_window_spill_plan(const WindowPlan& plan);

}  // namespace leat::state
