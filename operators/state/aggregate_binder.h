// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From keys and aggregate expressions, as they are written, to the stage that computes them: what
// `aggregate` is, and what `pivot` and `summarize` are made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/expr/aggregate_expression.h"
#include "operators/operator.h"
#include "operators/state/aggregation.h"

namespace leat::state {

/// Programs with the same text under the same filter are the same program. THREADS: one.
class AggregateBinder {
 public:
  /// `context` outlives this; mistakes are reported to it.
  explicit AggregateBinder(const BindContext& context);

  /// Adds a grouping key. REQUIRES: no column was added.
  void add_key(const SourceText& source);
  /// Groups by each of these sets of keys: an element for each key says whether the set has it.
  /// REQUIRES: all keys were added, no column was.
  void add_sets(std::vector<std::vector<bool>> sets);
  /// Adds a column of the result, of the rows that pass `only`; null: of all.
  void add_column(const SourceText& name, const SourceText& source,
                  const expr::ProgramRef& only = nullptr);
  /// Was nothing reported since this was made?
  bool ok() const;
  /// The columns of the result so far.
  const std::vector<Field>& fields() const { return fields_; }
  /// The stage. REQUIRES: ok(), a column at least; the last call.
  BoundOperator finish();

 private:
  std::vector<Field> shown_keys() const;
  void add_field(const std::string& name, const Type& type, Span where);
  std::optional<size_t> add_call(const expr::AggregateCall& call, std::optional<size_t> within);
  AggregationPlan::State state_of(Fold fold, const expr::AggregateCall& call,
                                  std::optional<size_t> within);
  size_t add_state(AggregationPlan::State state);
  size_t add_filter(const expr::ProgramRef& filter, std::optional<size_t> within);
  size_t add_input(const expr::ProgramRef& program, std::optional<size_t> filter);

  const BindContext& context_;
  const size_t errors_before_;
  AggregationPlan plan_;
  std::vector<Field> fields_;
  std::vector<std::vector<size_t>> inputs_read_;
};

}  // namespace leat::state
