// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `aggregate` computes, as its binding makes it of the options.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "operators/expr/aggregate_expression.h"
#include "operators/operator.h"
#include "operators/state/accumulators/accumulator.h"

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
    std::vector<std::vector<size_t>> groupings = {};  ///< Keys of each `grouping(...)`, which
                                                      ///< `program` reads behind the calls.
  };

  /// A filter clause; or the rows which another one, of a lower index, lets through and this one
  /// does, too.
  struct Filter {
    expr::ProgramRef program;
    std::optional<size_t> within = std::nullopt;
  };

  std::vector<Filter> filters;
  std::vector<Input> inputs;  ///< The keys come first, in order.
  /// With grouping sets the last one is hidden: the index of the set.
  std::vector<Field> keys;
  /// Which keys a grouping set has. Each row is folded once for each of them, without the keys that
  /// a set has not. Empty: all rows are grouped by all keys.
  std::vector<std::vector<bool>> sets;
  std::vector<State> states;
  std::vector<Call> calls;
  std::vector<ResultColumn> results;
  SchemaRef output;  ///< The keys that are not hidden, then the results.

  size_t shown_keys() const { return keys.size() - (sets.empty() ? 0 : 1); }
  /// Does set `index` take all rows together?
  bool is_total(size_t index) const {
    return std::find(sets[index].begin(), sets[index].end(), true) == sets[index].end();
  }
};

}  // namespace leat::state
