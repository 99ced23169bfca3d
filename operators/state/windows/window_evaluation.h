// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows with the values of calls over windows: computed for all rows of all lanes, given back in the
// order of the input.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "operators/operator.h"
#include "operators/state/windows/partitioned_rows.h"
#include "operators/state/windows/window_column.h"
#include "operators/state/windows/window_plan.h"

namespace leat::state {

/// Makes `values` have those of the calls over `arrangement`. ERRORS: kMemory. SUSPENDS
Status compute_calls(const WindowPlan& plan, size_t arrangement, const PartitionedRows& rows,
                     const ArrangedRows& arranged, MemoryAccount& memory,
                     std::vector<std::unique_ptr<WindowColumn>>& values);

/// Emits rows of the stored columns with the values of the plan's calls, and counts kMade. A row
/// with a fault is bad, and so is one whose columns cannot be computed. ERRORS: kMemory; a bad row
/// under `on_error: fail`, after the rows before it.
Status emit_windows(const WindowPlan& plan, const Batch& stored, std::vector<ColumnRef> calls,
                    std::vector<RowFault> faults, const LaneContext& context, Output& output);

/// THREADS: one at a time, but for emit_part.
class WindowEvaluation final : public Collected {
 public:
  /// `plan` and `memory` outlive this.
  WindowEvaluation(const WindowPlan& plan, MemoryAccount& memory)
      : plan_(plan), memory_(memory), rows_(plan.rows, memory) {}

  /// Takes the rows of a sealed run.
  void take(PartitionedRun& run) { rows_.take(run); }
  /// Computes all calls. Nothing may be taken after that. ERRORS: kMemory; kData when there are too
  /// many rows. SUSPENDS
  Status finish();
  /// The rows, when finish() was refused memory: batches in which rows of one ordinal stand in
  /// their order. Nothing else may be asked of it after that.
  std::vector<Batch> give_back();

  size_t parts() const override;
  /// Emits the rows of some batches and counts kMade. A row with a value that cannot be represented
  /// is bad. ERRORS: kMemory; a bad row under `on_error: fail`, after the rows before it.
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override;

 private:
  Status emit_batch(size_t index, const LaneContext& context, Output& output) const;

  const WindowPlan& plan_;
  MemoryAccount& memory_;
  PartitionedRows rows_;
  std::vector<std::unique_ptr<WindowColumn>> values_;  // of the plan's calls
};

}  // namespace leat::state
