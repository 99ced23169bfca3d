// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows into groups: what `aggregate` does, from the compiled plan to the batches of results. A
// table numbers the groups, accumulators fold their rows, and a GroupOrder remembers where each
// first appeared, which decides the order of the output.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/expr/aggregate_expression.h"
#include "operators/operator.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/groups/group_order.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// What an aggregation computes. Equal programs, states and calls are there once. THREADS:
/// immutable once made, any.
struct AggregationPlan {
  /// A program over the input rows; of arguments with a filter clause only over the rows that pass
  /// it.
  struct Input {
    expr::ProgramRef program;
    std::optional<size_t> column;  ///< When the program is a plain column.
    std::optional<size_t> filter;  ///< Index in filters.
  };
  struct State {
    FoldSpec spec;
    std::vector<size_t> inputs;  ///< As many as spec.types.
    std::optional<size_t> filter;
  };
  struct Call {
    size_t state;
    Fold fold;
    FoldParameters parameters;
    Type type;
    std::string text;  ///< As written, for messages.
    Span where = {};   ///< In the pipeline.
  };
  /// A column computed from keys and calls, row by row of the result.
  struct ResultColumn {
    SchemaRef schema;  ///< The keys, then `calls`: what `program` reads.
    std::vector<size_t> calls;
    expr::ProgramRef program;
  };

  std::vector<expr::ProgramRef> filters;
  std::vector<Input> inputs;  ///< The keys come first, in order.
  std::vector<Field> keys;
  std::vector<State> states;
  std::vector<Call> calls;
  std::vector<ResultColumn> results;
  SchemaRef output;  ///< The keys, then the results.
};

/// The groups found by one lane, or by all of them. THREADS: one at a time.
class Aggregation {
 public:
  /// Does not keep `context`'s ledger for counting kFolded: rows() tells.
  Aggregation(const AggregationPlan& plan, const LaneContext& context);
  ~Aggregation();

  /// Folds the batch's rows. ERRORS: kMemory; the error of a bad row under `on_error: fail`.
  Status consume(const Batch& batch);
  /// Takes over the groups of `other`, an aggregation of the same plan. ERRORS: kMemory.
  Status absorb(std::unique_ptr<Aggregation> other);
  /// Puts the groups in order of first appearance; without keys there is always one. Returns in how
  /// many parts emit_part makes the result. Nothing may be folded or absorbed after that. ERRORS:
  /// kMemory.
  Result<size_t> finish();
  /// Emits the rows of one part, one per group; counts kMade in `context`. ERRORS: kMemory; kData
  /// when the value of an aggregate cannot be represented. THREADS: any.
  Status emit_part(size_t part, const LaneContext& context, Output& output) const;

  size_t groups() const { return order_.size(); }
  /// Rows folded, by this one and by those it absorbed.
  uint64_t rows() const { return rows_; }

 private:
  Status fold(const Batch& batch, const Selection& rows);
  Status evaluate(const Batch& batch, const Selection& rows, std::vector<RowFault>& faults);
  Status merge_groups(Aggregation&& other);
  Status resize_accumulators(size_t groups);
  Status emit(std::span<const uint32_t> groups, const LaneContext& context, Output& output) const;
  Result<std::vector<ColumnRef>> call_columns(std::span<const uint32_t> groups,
                                              const std::vector<ColumnRef>& keys,
                                              MemoryAccount& memory,
                                              std::vector<RowFault>& faults) const;
  Result<ColumnRef> result_column(size_t result, const std::vector<ColumnRef>& keys,
                                  const std::vector<ColumnRef>& calls, MemoryAccount& memory,
                                  std::vector<RowFault>& faults) const;
  Status explain(Status status) const;

  const AggregationPlan& plan_;
  LaneContext context_;
  std::unique_ptr<GroupTable> table_;
  std::vector<std::unique_ptr<Accumulator>> accumulators_;
  std::vector<std::optional<expr::Evaluator>> input_evaluators_;
  std::vector<expr::Evaluator> filter_evaluators_;
  // Of one batch: the values of plan_.inputs, and the rows that pass plan_.filters.
  std::vector<ColumnRef> values_;
  std::vector<ColumnRef> arguments_;  // of one state
  std::vector<Selection> passing_;
  StateArray<uint32_t> group_of_;
  GroupOrder order_;
  GroupNumbers ranked_;  // the groups as they are emitted
  uint64_t rows_ = 0;
};

}  // namespace leat::state
