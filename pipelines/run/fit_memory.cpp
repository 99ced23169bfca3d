// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a limit must be refused before the run if it cannot do, and only then: a run that fails
// for memory halfway is as bad as one that was refused without need.
//
// What a segment has under way is bounded by its credits: of each split a chunk, about as much
// again decoded, and what each sink below makes of it. State is bounded by lanes.
//
// Invariants
// 1. What counts is what may be there at one time. A segment starts when those it collects from, and
//    those it comes after, have ended (segment.h); what they had under way is gone then.
// 2. The state a lane has collected is there from the start of its segment to the end of the one
//    that collects it; that of a side input to the end of the run, as lanes go on asking it.
// 3. Results depend neither on lanes nor on credits, so both may be taken away; credits first, as
//    lanes without splits ahead are slower, but still all at work.
//
// Rejected: counting all segments (a chain of sorts would need what it never has at once); smaller
// chunks of each source by the limit (what was inferred from a chunk would follow the limit).
#include "pipelines/run/fit_memory.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/data/memory.h"
#include "operators/text/byte_size.h"

namespace leat::pipelines {
namespace {

/// A lane that may hold less than this would write to disk all the time.
constexpr size_t kLaneShareMin = size_t{1} << 20;

/// What a sink makes of a split, in chunks: numbers that are short in the input may be long in the
/// output, and have their names beside them.
constexpr size_t kEncodedSplit = 4;

/// Sets of segments, one for each.
class SegmentSets {
 public:
  explicit SegmentSets(size_t segments)
      : words_((segments + 63) / 64), bits_(segments * words_, 0) {}

  void add(SegmentIndex set, SegmentIndex member) {
    bits_[set * words_ + member / 64] |= uint64_t{1} << member % 64;
  }
  void add_all(SegmentIndex set, const SegmentSets& of, SegmentIndex other) {
    for (size_t i = 0; i < words_; ++i) bits_[set * words_ + i] |= of.bits_[other * words_ + i];
  }
  void keep_common(SegmentIndex set, const SegmentSets& of, SegmentIndex other) {
    for (size_t i = 0; i < words_; ++i) bits_[set * words_ + i] &= of.bits_[other * words_ + i];
  }
  bool has(SegmentIndex set, SegmentIndex member) const {
    return (bits_[set * words_ + member / 64] >> member % 64 & 1) != 0;
  }

 private:
  size_t words_;
  std::vector<uint64_t> bits_;
};

/// For each segment those that have ended when it has its first row.
SegmentSets earlier_segments(const Plan& plan) {
  const size_t count = plan.segments.size();
  SegmentSets upstream(count);  // itself, and what has to end for it to end
  SegmentSets earlier(count);
  // Whatever a segment is fed by or waits for stands before it.
  for (SegmentIndex i = 0; i < count; ++i) {
    const Segment& segment = plan.segments[i];
    upstream.add(i, i);
    std::vector<SegmentIndex> ended = segment.after;
    bool first = true;
    for (const EdgeIndex input : segment.inputs) {
      const Edge& edge = plan.edges[input];
      upstream.add_all(i, upstream, edge.from);
      if (edge.kind == Edge::Kind::kCollected) {
        ended.push_back(edge.from);
      } else if (std::exchange(first, false)) {
        earlier.add_all(i, earlier, edge.from);
      } else {
        earlier.keep_common(i, earlier, edge.from);
      }
    }
    for (const SegmentIndex one : ended) {
      upstream.add_all(i, upstream, one);
      earlier.add_all(i, upstream, one);
    }
  }
  return earlier;
}

struct Use {
  size_t bytes = 0;
  size_t state_lanes = 0;
};

class MemoryUse {
 public:
  MemoryUse(const Plan& plan, const Pipeline& pipeline)
      : plan_(plan), pipeline_(pipeline), earlier_(earlier_segments(plan)) {}

  /// The most that may be there at one time.
  Use most() const {
    std::vector<size_t> own(plan_.segments.size());
    std::vector<size_t> state(plan_.edges.size());
    add_up(own, state);
    const std::vector<size_t> holding = holding_lanes();
    Use most;
    for (SegmentIndex at = 0; at < plan_.segments.size(); ++at) {
      Use use;
      for (SegmentIndex i = 0; i < plan_.segments.size(); ++i) {
        if (earlier_.has(at, i) || earlier_.has(i, at)) continue;
        use.bytes += own[i];
        use.state_lanes += holding[i];
      }
      for (EdgeIndex i = 0; i < plan_.edges.size(); ++i) {
        if (plan_.edges[i].kind != Edge::Kind::kCollected || !is_held(plan_.edges[i], at)) continue;
        use.bytes += state[i];
        use.state_lanes += plan_.segments[plan_.edges[i].from].lanes;
      }
      most.bytes = std::max(most.bytes, use.bytes);
      most.state_lanes = std::max(most.state_lanes, use.state_lanes);
    }
    return most;
  }

 private:
  size_t minimum(size_t stage) const { return pipeline_.stages[stage].bound->memory_minimum; }

  /// How often what a sink asks for is there: what it made of the lowest split is written at once,
  /// that of all others under way waits for its turn.
  static size_t encoded(const Segment& segment) {
    if (LEAT_MUTANT("encoded_splits_not_counted")) return segment.lanes;
    return 1 + (segment.credits - 1) * kEncodedSplit;
  }

  void add_up(std::vector<size_t>& own, std::vector<size_t>& state) const {
    for (SegmentIndex i = 0; i < plan_.segments.size(); ++i) {
      const Segment& segment = plan_.segments[i];
      if (segment.head != Segment::Head::kSource) continue;
      const size_t split = minimum(segment.stage);
      own[i] += segment.credits * (split > 0 ? split : 2 * kChunkBytes);
    }
    for (const LaneNode& node : plan_.nodes) {
      const Segment& segment = plan_.segments[node.segment];
      const size_t times = node.role == LaneRole::kEncode ? encoded(segment) : segment.lanes;
      const size_t bytes = times * minimum(node.stage);
      (node.role == LaneRole::kPartial ? state[node.edge] : own[node.segment]) += bytes;
    }
  }

  /// For each segment, how many times its lanes hold rows for a map.
  std::vector<size_t> holding_lanes() const {
    std::vector<size_t> holding(plan_.segments.size());
    for (const LaneNode& node : plan_.nodes) {
      const bool holds =
          node.role == LaneRole::kMap && pipeline_.stages[node.stage].bound->holds_rows;
      if (holds) holding[node.segment] += plan_.segments[node.segment].lanes;
    }
    return holding;
  }

  /// Is the state that takes `edge` there while segment `at` runs?
  bool is_held(const Edge& edge, SegmentIndex at) const {
    if (earlier_.has(edge.from, at)) return false;
    return plan_.segments[*edge.to].head == Segment::Head::kSide || !earlier_.has(at, *edge.to);
  }

  const Plan& plan_;
  const Pipeline& pipeline_;
  const SegmentSets earlier_;
};

void limit_work(Plan& plan, size_t lanes, size_t credits_each) {
  for (Segment& segment : plan.segments) {
    segment.lanes = std::min(segment.lanes, lanes);
    segment.credits = std::min(segment.credits, segment.lanes * credits_each);
  }
  for (Edge& edge : plan.edges)
    edge.capacity =
        std::min(edge.capacity, 2 * std::max<size_t>(plan.segments[edge.from].lanes, 1));
}

size_t most_lanes(const Plan& plan) {
  size_t lanes = 0;
  for (const Segment& segment : plan.segments) lanes = std::max(lanes, segment.lanes);
  return lanes;
}

Error too_little(const Plan& plan, size_t least, const Pipeline& pipeline) {
  const auto most = std::max_element(
      pipeline.stages.begin(), pipeline.stages.end(),
      [](auto& a, auto& b) { return a.bound->memory_minimum < b.bound->memory_minimum; });
  const size_t share = most->bound->memory_minimum;
  return Error(code::kMemoryTooSmall, ErrorCode::kInvalid,
               fmt::format("the memory limit of {} is less than the {} this pipeline needs at "
                           "least{}",
                           io::format_bytes(plan.memory_limit), io::format_bytes(least),
                           share == 0 ? ""
                                      : fmt::format("; the stage '{}' asks for {} of it",
                                                    most->name, io::format_bytes(share))),
               "raise `settings.memory` (or --memory)");
}

}  // namespace

Status fit_memory(Plan& plan, const Pipeline& pipeline) {
  const MemoryUse use(plan, pipeline);
  Use most = use.most();
  const size_t lanes = most_lanes(plan);
  const size_t wanted = most.bytes;
  for (size_t fewer = lanes; most.bytes > plan.memory_limit && fewer > 0; fewer /= 2) {
    limit_work(plan, fewer, 1);
    most = use.most();
  }
  if (most.bytes > plan.memory_limit)
    return std::unexpected(too_little(plan, most.bytes, pipeline));
  if (wanted > most.bytes) {
    plan.notes.push_back(
        fmt::format("memory: {} of {} lanes, and no splits ahead, as more would need {}",
                    most_lanes(plan), lanes, io::format_bytes(wanted)));
  }
  plan.memory_minimum = most.bytes;
  if (most.state_lanes > 0)
    plan.lane_share = std::max((plan.memory_limit - most.bytes) / most.state_lanes, kLaneShareMin);
  return {};
}

}  // namespace leat::pipelines
