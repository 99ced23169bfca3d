// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A join whose rows go to disk: what is written of either side, and how rows that are read back
// meet. See spill_plan.cpp.
#pragma once

#include <memory>
#include <optional>

#include "operators/environment.h"
#include "operators/state/join/join_plan.h"
#include "operators/state/sorting/sort_run.h"
#include "operators/state/written_places.h"

namespace leat::state {

/// What becomes of a row of the result; from 0 on the number of its partners' reference.
enum class ResultKind : int64_t { kReady = -1, kUnmatched = -2, kFault = -3 };

/// THREADS: immutable once made, any.
struct SpillPlan {
  /// Left rows: the input's columns, then these.
  struct LeftColumns {
    size_t ordinal;
    size_t arrival;  ///< Tells rows of one ordinal apart: they were seen by one lane in this order.
    std::optional<PlaceColumns> place;
    std::optional<size_t> raw;
    std::optional<size_t> fault;  ///< The error of a row whose key cannot be computed.
  };
  /// Right rows: what the join keeps of them, then these.
  struct RightColumns {
    size_t keys;   ///< The first of them.
    size_t codes;  ///< The first of the order codes of bounds.
    size_t ordinal;
    size_t arrival;
    std::optional<PlaceColumns> place;
  };

  SchemaRef left;
  LeftColumns left_columns;
  SchemaRef right;
  RightColumns right_columns;
  /// The result in any order: left rows with what comes out of the right ones, and a ResultKind.
  SchemaRef result;
  size_t result_kind;

  SortPlan left_order;    ///< Of left rows.
  SortPlan right_order;   ///< Of right rows.
  SortPlan result_order;  ///< Of the result.

  JoinPlan probe;   ///< Left rows with right ones, as they were written.
  JoinPlan expand;  ///< The same for a left row and some of its partners: pairs, and nothing else.
};

/// The plan of `plan` on disk.
std::shared_ptr<const SpillPlan> make_spill_plan(const JoinPlan& plan,
                                                 const expr::Environment& environment);

}  // namespace leat::state
