// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a stage for itself with channels on both sides costs a hand-over for each batch, and
// spreads the rows of one batch over the caches of several cores. Stages that work batch by batch
// are therefore fused: everything from a serial head (a splitter, the final step of a gather, a
// sequential stage) down to the next serial stage runs as one call tree in a lane, and there are as
// many lanes as processors.
//
// Invariants
// 1. Every stage is in exactly one place: head of a segment, or node of a lane tree; a gather and
//    a sequential stage are
//    both (its partial or forward node ends a branch, and it heads the segment of its readers).
// 2. Lane trees never meet again: no stage has two inputs in this language, so no fork can wait for itself.
// 3. Segments are ordered by their heads' stages, and stages by their inputs: what feeds a head comes before it.
// 4. The window bounds memory: at most `window` splits are under way, each a chunk and its decoded batches.
//
// Rejected: cost-based cutting of lanes (every cut measured so far lost against none); one
// goroutine for each stage and lane (kept as `fuse: off`, for looking at).
#include "pipelines/run/plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "operators/text/byte_size.h"

namespace leat::pipelines {
namespace {

class Planner {
 public:
  Planner(const Pipeline& pipeline, const PlanOptions& options)
      : pipeline_(pipeline), options_(options) {}

  Plan make() {
    Plan plan;
    plan.procs = options_.procs;
    plan.memory_limit = options_.memory_limit;
    plan.fuse = options_.fuse;
    for (size_t stage = 0; stage < pipeline_.stages.size(); ++stage) {
      if (const std::optional<Segment::Head> head = head_of(stage))
        plan.segments.push_back(segment(stage, *head));
    }
    plan.memory_minimum = minimum(plan);
    return plan;
  }

 private:
  const BoundOperator& bound(size_t stage) const { return *pipeline_.stages[stage].bound; }

  std::optional<Segment::Head> head_of(size_t stage) const {
    const auto& species = bound(stage).species;
    if (std::holds_alternative<std::unique_ptr<Source>>(species)) return Segment::Head::kSource;
    if (std::holds_alternative<std::unique_ptr<Collect>>(species)) return Segment::Head::kFinal;
    if (std::holds_alternative<std::unique_ptr<Sequential>>(species))
      return Segment::Head::kSequential;
    return std::nullopt;
  }

  Segment segment(size_t stage, Segment::Head head) const {
    Segment segment;
    segment.head = head;
    segment.stage = stage;
    segment.lanes = static_cast<size_t>(
        pipeline_.stages[stage].lanes.value_or(static_cast<int64_t>(options_.procs)));
    segment.window = 2 * segment.lanes + 2;
    segment.readers = readers(stage, false);
    segment.reject_readers = readers(stage, true);
    return segment;
  }

  std::vector<LaneNode> readers(size_t of, bool rejects) const {
    std::vector<LaneNode> nodes;
    for (size_t stage = of + 1; stage < pipeline_.stages.size(); ++stage) {
      const auto& from = pipeline_.stages[stage].from;
      if (from && from->stage == of && from->rejects == rejects) nodes.push_back(lane_node(stage));
    }
    return nodes;
  }

  LaneNode lane_node(size_t stage) const {
    LaneNode node;
    node.stage = stage;
    const auto& species = bound(stage).species;
    if (std::holds_alternative<std::unique_ptr<Collect>>(species)) {
      node.role = LaneRole::kPartial;
    } else if (std::holds_alternative<std::unique_ptr<Sequential>>(species)) {
      node.role = LaneRole::kForward;
    } else {
      node.role = std::holds_alternative<std::unique_ptr<Sink>>(species) ? LaneRole::kEncode
                                                                         : LaneRole::kMap;
      node.readers = readers(stage, false);
      node.reject_readers = readers(stage, true);
    }
    return node;
  }

  size_t minimum_of(const std::vector<LaneNode>& nodes) const {
    size_t bytes = 0;
    for (const LaneNode& node : nodes) {
      bytes += bound(node.stage).memory_minimum + minimum_of(node.readers) +
               minimum_of(node.reject_readers);
    }
    return bytes;
  }

  size_t minimum(const Plan& plan) const {
    size_t bytes = 0;
    for (const Segment& segment : plan.segments) {
      bytes += segment.lanes * (minimum_of(segment.readers) + minimum_of(segment.reject_readers));
      // A chunk in each window slot, and about as much again for what is decoded from it.
      if (segment.head == Segment::Head::kSource) bytes += segment.window * 2 * kChunkBytes;
    }
    return bytes;
  }

  const Pipeline& pipeline_;
  const PlanOptions& options_;
};

std::string describe(const Pipeline& pipeline, size_t stage) {
  const Stage& described = pipeline.stages[stage];
  if (described.name == described.definition->name) return described.name;
  return fmt::format("{} ({})", described.name, described.definition->name);
}

std::string_view describe(LaneRole role) {
  switch (role) {
    case LaneRole::kMap: return "map";
    case LaneRole::kPartial: return "partial";
    case LaneRole::kEncode: return "encode";
    case LaneRole::kForward: return "forward";
  }
  return "";
}

std::string columns_of(const BoundOperator& bound) {
  if (!bound.output) return {};
  std::string text;
  for (const Field& field : bound.output->fields()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", field.name, to_string(field.type));
  }
  return text;
}

void print_nodes(const std::vector<LaneNode>& nodes, const Pipeline& pipeline,
                 std::string_view label, size_t indent, std::string& out) {
  for (const LaneNode& node : nodes) {
    out += fmt::format("{:{}}{}{:<8} {}", "", indent, label, describe(node.role),
                       describe(pipeline, node.stage));
    if (node.role == LaneRole::kMap)
      out += fmt::format(" -> {}", columns_of(*pipeline.stages[node.stage].bound));
    out += '\n';
    print_nodes(node.readers, pipeline, "", indent + 2, out);
    print_nodes(node.reject_readers, pipeline, "rejects: ", indent + 2, out);
  }
}

std::string_view describe(Segment::Head head) {
  switch (head) {
    case Segment::Head::kSource: return "split";
    case Segment::Head::kFinal: return "final";
    case Segment::Head::kSequential: return "in order";
  }
  return "";
}

}  // namespace

Result<Plan> make_plan(const Pipeline& pipeline, const PlanOptions& options) {
  Plan plan = Planner(pipeline, options).make();
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
  return plan;
}

std::string to_text(const Plan& plan, const Pipeline& pipeline) {
  std::string out =
      fmt::format("plan of {}: {} processors, memory limit {}, at least {}, {}\n", pipeline.name,
                  plan.procs, io::format_bytes(plan.memory_limit),
                  io::format_bytes(plan.memory_minimum), plan.fuse ? "fused" : "not fused");
  for (size_t i = 0; i < plan.segments.size(); ++i) {
    const Segment& segment = plan.segments[i];
    out += fmt::format("segment {}: {} lanes, {} splits ahead\n", i + 1, segment.lanes,
                       segment.window);
    out +=
        fmt::format("  {:<8} {} -> {}\n", describe(segment.head), describe(pipeline, segment.stage),
                    columns_of(*pipeline.stages[segment.stage].bound));
    print_nodes(segment.readers, pipeline, "", 4, out);
    print_nodes(segment.reject_readers, pipeline, "rejects: ", 4, out);
  }
  return out;
}

}  // namespace leat::pipelines
