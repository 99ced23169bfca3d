// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Expressions with aggregate calls, as `aggregate` takes them: `round(sum(price * qty) / count(*),
// 2)`. Compiling one splits it into the calls, whose arguments are programs over the input rows,
// and a result program over one row per group: the grouping keys, then the values of the calls.
// Also sort keys: an expression with a direction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/expr/expression.h"

namespace leat::expr {

/// `expression [asc | desc] [nulls first | nulls last]`. Without a word NULLs sort as PostgreSQL
/// sorts them: last when ascending, first when descending.
struct SortKey {
  ProgramRef key;
  bool descending = false;
  bool nulls_first = false;
};

/// One aggregate call, e.g. `sum(price * qty) filter (where paid)` or `count(*)`.
struct AggregateCall {
  std::string function;               ///< Lower case, one of aggregate_functions().
  bool distinct = false;              ///< `count(distinct x)`.
  std::vector<ProgramRef> arguments;  ///< Empty for count(*).
  std::vector<SortKey> order;         ///< Of `first(x order by y)`; of arg_max its second argument.
  double fraction = 0.5;              ///< Of a quantile.
  bool descending = false;            ///< A quantile counts from the greatest value.
  std::string separator = ",";        ///< Of string_agg.
  uint64_t count = 0;                 ///< Of `max(x, n)`: how many values; 0: it is no list.
  ProgramRef filter;                  ///< Null without a filter clause.
  Type result;                        ///< Checked against the arguments' types.
  SourceText source;  ///< The whole expression; `begin`, `end` delimit the call in it.
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// `result` reads a schema of the key columns (first, in order, by their names), then one column
/// for each call, then one for each `grouping(...)`.
struct AggregateExpression {
  std::vector<AggregateCall> calls;
  std::vector<std::vector<size_t>> groupings;  ///< The keys that each asks about.
  ProgramRef result;
};

/// What the calls of a function look like, and what they take.
enum class AggregateForm : uint8_t {
  kCount,
  kNumber,  ///< One number.
  kPair,    ///< Two numbers.
  kBool,
  kCondition,  ///< A bool, of which there is a count.
  kBits,
  kExtreme,   ///< A value, and how many if several.
  kEdge,      ///< A value, in an order.
  kArgument,  ///< A value, what orders rows, and how many if several.
  kMedian,
  kQuantile,  ///< A value and a constant; or a constant within a group.
  kMode,
  kHistogram,
  kApproxCount,
  kList,
  kText,  ///< Text and a constant separator.
};

/// A function that folds many rows into one value. Its example is over these five rows:
///
///     x     1     2     2      NULL  5
///     name  'a'   'b'   'b'    NULL  'c'
///     ok    true  true  false  NULL  true
struct AggregateFunction {
  std::string_view name;
  std::string_view signature;  ///< As documentation shows it: `sum(number) -> number`.
  std::string_view doc;
  std::string_view errors;  ///< For which values it fails; empty: for none.
  std::string_view example;
  std::string_view result;  ///< Of the example, as text.
  AggregateForm form;
};

/// count sum min max avg stddev var_samp ... by name, ascending.
const std::vector<AggregateFunction>& aggregate_functions();

/// Compiles `source`. Columns outside aggregate calls must be among `keys`. Returns nullopt after
/// reporting to `diagnostics`.
std::optional<AggregateExpression> compile_aggregate(const SourceText& source, const Schema& input,
                                                     const std::vector<Field>& keys,
                                                     const Environment& environment,
                                                     Diagnostics& diagnostics);

/// Returns nullopt after reporting.
std::optional<SortKey> compile_sort_key(const SourceText& source, const Schema& input,
                                        const Environment& environment, Diagnostics& diagnostics);

}  // namespace leat::expr
