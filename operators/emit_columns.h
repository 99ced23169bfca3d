// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What stages do with the columns they computed for each row.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/mutant.h"
#include "operators/operator.h"

namespace leat {

/// The equations of a stage that lets every good row through.
inline std::vector<Equation> passing_equations() {
  // Beyond: what a sequential stage received when nobody below wanted more.
  return {
      {{Counter::kIn}, {Counter::kPassed, Counter::kSkipped, Counter::kRejected, Counter::kBeyond}},
      {{Counter::kOut}, {Counter::kPassed}}};
}

/// Emits the rows of `batch` with `columns` instead of its own, of `schema`, without the rows which
/// `faults` take out. With a fault that ends the run the rows before it are emitted first.
inline Status emit_columns(const Batch& batch, const SchemaRef& schema,
                           std::vector<ColumnRef> columns, std::vector<RowFault> faults,
                           const LaneContext& context, Output& output) {
  Selection selection = batch.selection();
  std::optional<Error> error;
  if (!faults.empty()) {
    LEAT_TRY_ASSIGN(Settled settled, context.faults.settle(batch, selection, std::move(faults)));
    selection = std::move(settled.selection);
    error = std::move(settled.error);
  }
  if (error && LEAT_MUTANT("rows_before_an_error_withheld"))
    return std::unexpected(std::move(*error));
  context.ledger.add(Counter::kPassed, selection.count());
  LEAT_TRY(output.emit(
      batch.with_columns(schema, std::move(columns)).with_selection(std::move(selection))));
  if (error) return std::unexpected(std::move(*error));
  return {};
}

}  // namespace leat
