// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a window stage computes: calls over arrangements of the rows, and columns made of their
// values.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/expr/window_expression.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/windows/partition_plan.h"
#include "operators/state/windows/spill_plan.h"

namespace leat::state {

enum class WindowFunction : uint8_t {
  kRowNumber,
  kRank,
  kDenseRank,
  kPercentRank,
  kCumeDist,
  kNtile,
  kLag,
  kLead,
  kFirstValue,
  kLastValue,
  kNthValue,
  kAggregate,
};

/// THREADS: immutable once made, any.
struct WindowPlan {
  struct Call {
    WindowFunction function;
    FoldSpec spec;              ///< Of kAggregate.
    FoldParameters parameters;  ///< Likewise.
    Type type;
    std::optional<size_t> argument;  ///< Stored columns.
    std::optional<size_t> fallback;  ///< What lag and lead give where there is no row.
    std::optional<size_t> filter;
    std::vector<size_t> arguments;  ///< Of kAggregate, in the order of spec.types.
    bool ignore_nulls;
    uint64_t number;  ///< As in expr::WindowCall.
    size_t arrangement;
    expr::WindowFrame frame;
    std::string text;  ///< As written, for messages.
    Span where;        ///< In the pipeline.

    /// The arguments without the keys of an order.
    std::span<const size_t> values() const {
      return std::span(arguments).first(arguments.size() - spec.order.size());
    }
  };
  /// A column computed from the row and calls.
  struct Column {
    SchemaRef schema;  ///< The input's columns, then `calls`: what `program` reads.
    std::vector<size_t> calls;
    expr::ProgramRef program;
    size_t target;  ///< Its place in `output`.
  };

  PartitionPlan rows;
  std::vector<Call> calls;
  std::vector<Column> columns;
  SchemaRef output;
  /// Instead of `columns`: emits rows, of the stored columns, with the values of all calls.
  std::function<Status(const Batch& stored, const std::vector<ColumnRef>& calls,
                       const LaneContext& context, Output& output)>
      emit;
  WindowSpillPlan spill;  ///< Set by make_windows().
};

/// The function called `name`; kAggregate when it is no window function.
WindowFunction window_function(std::string_view name);

}  // namespace leat::state
