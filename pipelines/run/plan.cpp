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
// 4. Credits bound memory: at most so many splits are under way, each a chunk and its batches.
//
// Rejected: cost-based cutting of lanes (every cut measured so far lost against none); one
// goroutine for each stage and lane (kept as `fuse: off`, for looking at); working the wiring out
// again at run time (then `explain` cannot print what runs).
#include "pipelines/run/plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/text/byte_size.h"
#include "pipelines/run/wiring.h"

namespace leat::pipelines {
namespace {

/// A lane that may hold less than this would write to disk all the time.
constexpr size_t kLaneShareMin = size_t{1} << 20;

size_t minimum_of(const PortNodes& ports, const Pipeline& pipeline) {
  size_t bytes = 0;
  for (const std::vector<LaneNode>& readers : ports) {
    for (const LaneNode& node : readers)
      bytes += pipeline.stages[node.stage].bound->memory_minimum + minimum_of(node.ports, pipeline);
  }
  return bytes;
}

size_t minimum_of(const Plan& plan, const Pipeline& pipeline) {
  size_t bytes = 0;
  for (const Segment& segment : plan.segments) {
    bytes += segment.lanes * minimum_of(segment.ports, pipeline);
    // A chunk for each credit, and about as much again for what is decoded from it.
    if (segment.head == Segment::Head::kSource) bytes += segment.credits * 2 * kChunkBytes;
  }
  return bytes;
}

size_t count_partials(const PortNodes& ports) {
  size_t count = 0;
  for (const std::vector<LaneNode>& readers : ports) {
    for (const LaneNode& node : readers)
      count += (node.role == LaneRole::kPartial ? 1 : 0) + count_partials(node.ports);
  }
  return count;
}

/// What is left of the limit, dealt to the lanes that hold state: else the first to come take all.
size_t share_of(const Plan& plan) {
  size_t lanes = 0;
  for (const Segment& segment : plan.segments)
    lanes += segment.lanes * count_partials(segment.ports);
  if (lanes == 0) return 0;
  const size_t left = plan.memory_limit - std::min(plan.memory_limit, plan.memory_minimum);
  return std::max(left / lanes, kLaneShareMin);
}

}  // namespace

Result<Plan> make_plan(const Pipeline& pipeline, const PlanOptions& options) {
  if (const auto stray = stray_branch(pipeline)) {
    const Stage& stage = pipeline.stages[stray->stage];
    Error error(
        ErrorCode::kInvalid,
        fmt::format("'order: rows' of '{}' needs branches of one stage, with stages between "
                    "that work row by row; '{}' and '{}' are not",
                    stage.name, pipeline.stages[stage.from.front().stage].name,
                    pipeline.stages[stage.from[stray->input].stage].name),
        "leave out 'order: rows' to read one input after the other");
    error.pipeline = stage.span;
    return std::unexpected(std::move(error));
  }
  Plan plan = wire(pipeline, options);
  plan.memory_minimum = minimum_of(plan, pipeline);
  if (plan.memory_minimum > plan.memory_limit) {
    const auto most = std::max_element(
        pipeline.stages.begin(), pipeline.stages.end(),
        [](auto& a, auto& b) { return a.bound->memory_minimum < b.bound->memory_minimum; });
    const size_t share = most->bound->memory_minimum;
    return fail(
        ErrorCode::kInvalid,
        fmt::format(
            "the memory limit of {} is less than the {} this pipeline needs with {} lanes{}",
            io::format_bytes(plan.memory_limit), io::format_bytes(plan.memory_minimum), plan.procs,
            share == 0 ? ""
                       : fmt::format("; the stage '{}' asks for {} in each", most->name,
                                     io::format_bytes(share))),
        "raise `settings.memory` (or --memory), or lower --procs or the stages' `lanes`");
  }
  plan.lane_share = share_of(plan);
  return plan;
}

}  // namespace leat::pipelines
