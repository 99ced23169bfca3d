// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Expressions with calls over windows, as `window` takes them: `total / sum(total) over (partition
// by shop)`. Compiling one splits it into the calls, whose arguments are programs over the input
// rows, and a result program over each input row with the values of the calls behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "operators/expr/aggregate_expression.h"
#include "operators/expr/syntax/ast.h"

namespace leat::expr {

/// Which rows around a row a call looks at.
struct WindowFrame {
  __extension__ using Int128 = __int128;

  struct Bound {
    FrameEdge edge = FrameEdge::kUnboundedPreceding;
    // How far away, of kPreceding and kFollowing; never negative.
    uint64_t count = 0;  ///< Rows, or groups of peers.
    Int128 units = 0;    ///< Of range by an int64 or a decimal: in units of its last digit.
    double number = 0;   ///< Of range by a float64.
    Interval interval;   ///< Of range by a date or timestamp.
  };

  FrameUnit unit = FrameUnit::kRange;
  Bound start;
  Bound end;
  FrameExclusion exclusion = FrameExclusion::kNone;
};

/// Rows of equal `partition_by`, in the order of `order_by`; without keys in the order of the
/// input.
struct WindowSpec {
  std::vector<ProgramRef> partition_by;
  std::vector<SortKey> order_by;
};

/// One call. Its `filter` and `distinct` are those of aggregates; first_value, last_value and
/// nth_value have a filter as well.
struct WindowCall {
  AggregateCall call;
  bool is_aggregate = false;
  bool ignore_nulls = false;
  /// What lag and lead are away, which row nth_value takes, how many parts ntile makes.
  uint64_t number = 1;
  WindowSpec window;
  WindowFrame frame;
};

/// `result` reads the columns of the input, then one column for each call.
struct WindowExpression {
  std::vector<WindowCall> calls;
  ProgramRef result;
};

/// A function that has a value for each row of a window. Its example is over the rows of
/// AggregateFunction in the order of the input; `result` has its values, joined by blanks.
struct WindowFunction {
  std::string_view name;
  std::string_view signature;
  std::string_view doc;
  std::string_view example;
  std::string_view result;
};

/// row_number rank lag first_value ... by name, ascending.
const std::vector<WindowFunction>& window_functions();
bool is_window_function(std::string_view name);

/// Compiles `source`; calls that say nothing of partitions and order have those of `stage`. Returns
/// nullopt after reporting to `diagnostics`.
std::optional<WindowExpression> compile_window(const SourceText& source, const Schema& input,
                                               const WindowSpec& stage,
                                               const Environment& environment,
                                               Diagnostics& diagnostics);

}  // namespace leat::expr
