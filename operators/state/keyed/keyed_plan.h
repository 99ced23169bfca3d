// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How operators that keep or number rows by key see them: by which keys, and in which order within
// a partition.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operators/expr/expression.h"
#include "operators/operator.h"
#include "operators/state/sorting/sort_run.h"

namespace leat::state {

/// THREADS: immutable once made, any.
struct KeyedPlan {
  struct Key {
    expr::ProgramRef program;
    std::optional<size_t> column;  ///< When the program is a plain column.
  };

  std::vector<Key> keys;  ///< None: all rows are one partition.
  SortPlan order;         ///< Without keys: the order of the input.

  std::vector<Type> key_types() const;
};

/// The names of the options that make a KeyedPlan; an empty one is no option of the operator.
struct KeyedOptions {
  std::string_view keys = "partition_by";
  std::string_view order = "order_by";
};

/// Compiles the options. Returns nullopt after reporting.
std::optional<KeyedPlan> make_keyed_plan(const OptionValues& options, const BindContext& context,
                                         const KeyedOptions& names = {});

/// The name of a column to be added, which no column of the input may have. Returns nullopt after
/// reporting.
std::optional<std::string> new_column_name(const OptionValues& options, std::string_view option,
                                           const BindContext& context);

/// The columns that `keys` and `order` read, ascending.
std::vector<InputColumn> keyed_columns(const KeyedPlan& plan);

/// For an operator that keeps the columns of its input: what the planner is told of them.
void describe_keyed(const KeyedPlan& plan, BoundOperator& bound);

/// A batch with what is computed of its rows.
struct PreparedRows {
  Batch rows;                   ///< Of the schema order.stored, without the bad rows.
  std::vector<ColumnRef> keys;  ///< One for each key of the plan.
  std::optional<Error> error;   ///< Ends the stage behind `rows`.
};

/// Computes keys and order of batch after batch. THREADS: one at a time.
class KeyedReader {
 public:
  KeyedReader(const KeyedPlan& plan, const LaneContext& context);

  /// ERRORS: kMemory. A row whose keys cannot be computed is dealt with as the stage says.
  Result<PreparedRows> prepare(const Batch& batch);
  /// As prepare, for operators that emit nothing before they have seen all rows. ERRORS: also the
  /// bad row's under `on_error: fail`.
  Result<PreparedRows> prepare_all(const Batch& batch);

 private:
  const KeyedPlan& plan_;
  LaneContext context_;
  std::vector<std::optional<expr::Evaluator>> key_evaluators_;
  std::vector<std::optional<expr::Evaluator>> order_evaluators_;
};

}  // namespace leat::state
