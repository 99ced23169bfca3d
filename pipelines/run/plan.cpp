// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a stage for itself with channels on both sides costs a hand-over for each batch, and
// spreads the rows of one batch over the caches of several cores. Stages that work batch by batch
// are therefore fused: everything from a serial head down to the next serial stage runs as one call
// tree in a lane, and there are as many lanes as processors. Lanes and heads are joined by edges.
//
// Invariants
// 1. Every input of every stage is one node of one lane tree, and its rows take one way.
// 2. Segments are in an order in which whatever feeds a head, or must have ended before it issues,
//    comes first. cuts.cpp has seen to it that there is one.
// 3. Rejects of a stage that arise in several places (lanes that collect, lanes that emit) meet in a
//    segment of their own, in the order of these places.
// 4. Credits bound memory: at most so many splits are under way (fit_memory.cpp).
//
// Rejected: cost-based cutting of lanes (every cut measured so far lost against none); one
// goroutine for each stage and lane (kept as `fuse: off`, for looking at); working the wiring out
// again at run time (then `explain` cannot print what runs).
#include "pipelines/run/plan.h"

#include <utility>

#include <fmt/format.h>

#include "engine/codes/graph.h"
#include "pipelines/run/fit_memory.h"
#include "pipelines/run/wiring.h"

namespace leat::pipelines {

Result<Plan> make_plan(const Pipeline& pipeline, const PlanOptions& options) {
  if (const auto stray = stray_branch(pipeline)) {
    const Stage& stage = pipeline.stages[stray->stage];
    Error error(
        code::kOrderOfRows, ErrorCode::kInvalid,
        fmt::format("'order: rows' of '{}' needs branches of one stage, with stages between "
                    "that work row by row; '{}' and '{}' are not",
                    stage.name, pipeline.stages[stage.from.front().stage].name,
                    pipeline.stages[stage.from[stray->input].stage].name),
        "leave out 'order: rows' to read one input after the other");
    error.pipeline = stage.span;
    return std::unexpected(std::move(error));
  }
  Plan plan = wire(pipeline, options);
  LEAT_TRY(fit_memory(plan, pipeline));
  return plan;
}

}  // namespace leat::pipelines
