// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows that one stage gives twice are wanted once now and once later, when the other ones
// have all been read. They may be more than fit in memory.
//
// Invariants: rows leave in the order of their ordinals, those of one ordinal in that of arrival.
// So a spool is a sort without keys, and goes on on disk as one does.
//
// Rejected: batches as they came, in memory (the budget ended the run); a file that lanes append to
// (their splits would have to be put in order when it is read).
#include "operators/state/spool.h"

#include <utility>

#include "operators/state/sorting/sort_collect.h"

namespace leat::state {

const OperatorDef& spool_definition() {
  static constexpr OperatorDef kDefinition{
      .name = "spool",
      .kind = OperatorKind::kTransform,
      .summary = "Keeps rows until they are asked for.",
      .doc = "",
      .example = "",
      .main_option = "",
      .options = {},
      .bind = nullptr,
      .keeps_columns = true,
  };
  return kDefinition;
}

BoundOperator bind_spool(SchemaRef schema) {
  BoundOperator bound;
  for (size_t i = 0; i < schema->size(); ++i) bound.column_inputs.push_back({i});
  bound.output = schema;
  SortPlan plan;
  plan.input = schema;
  plan.stored = std::move(schema);
  bind_sorting(std::move(plan), bound);
  return bound;
}

}  // namespace leat::state
