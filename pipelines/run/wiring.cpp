// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a graph of stages in which rows part and meet again, as segments that cannot wait for
// each other in a circle.
//
// Invariants
// 1. An input of a stage that is not read before another one has ended (the probe of a join before
//    its build side, the second input of a union before the first) makes its segment wait for the
//    other's. While it waits it takes no rows, so those who send it rows wait for room, and so on
//    upwards: none of them may be needed for the other one to end.
// 2. What a stage gives out of one port, all readers of the port get; so a segment is upstream of a
//    head when any way leads there, through whatever edges.
//
// Rejected: finding circles in the graph of stages (whether stages share lanes decides who waits,
// and that is known here); reading the inputs of a union at once (rows of the later ones would have
// to be held).
#include "pipelines/run/wiring.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/state/spool.h"
#include "pipelines/run/heads.h"

namespace leat::pipelines {
namespace {

/// Stages call each other so deep at most: each takes a KiB or more of the lane's stack, which what
/// the last one calls needs as well.
constexpr size_t kNestedCallsMax = 128;
/// Goroutines for nodes of plans that are not fused: each has a stack, or even a thread.
constexpr size_t kQueuesMax = 1024;

/// The arrows between segments.
class Arrows {
 public:
  explicit Arrows(size_t segments) : to_(segments) {}

  void add(SegmentIndex from, SegmentIndex to) { to_[from].push_back(to); }
  const std::vector<SegmentIndex>& from(SegmentIndex segment) const { return to_[segment]; }

  bool reaches(SegmentIndex from, SegmentIndex to) const {
    std::vector<bool> seen(to_.size(), false);
    std::vector<SegmentIndex> next{from};
    while (!next.empty()) {
      const SegmentIndex at = next.back();
      next.pop_back();
      if (at == to) return true;
      if (seen[at]) continue;
      seen[at] = true;
      next.insert(next.end(), to_[at].begin(), to_[at].end());
    }
    return false;
  }

  /// Segments in an order that all arrows follow; of those that could come next, the first.
  std::vector<SegmentIndex> order() const {
    std::vector<size_t> waiting(to_.size());
    for (const auto& targets : to_) {
      for (const SegmentIndex target : targets) ++waiting[target];
    }
    std::priority_queue<SegmentIndex, std::vector<SegmentIndex>, std::greater<>> ready;
    for (SegmentIndex i = 0; i < to_.size(); ++i) {
      if (waiting[i] == 0) ready.push(i);
    }
    std::vector<SegmentIndex> order;
    while (!ready.empty()) {
      order.push_back(ready.top());
      ready.pop();
      for (const SegmentIndex target : to_[order.back()]) {
        if (--waiting[target] == 0) ready.push(target);
      }
    }
    return order;
  }

 private:
  std::vector<std::vector<SegmentIndex>> to_;
};

/// `later` of `input` issues nothing before `earlier` has ended.
struct Wait {
  SegmentIndex earlier;
  SegmentIndex later;
  InputRef input;
};

std::vector<Wait> waits_of(const Pipeline& pipeline, const Heads& heads) {
  std::vector<Wait> waits;
  for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    const std::vector<From>& from = pipeline.stages[stage].from;
    const Map* const map = species<Map>(pipeline, stage);
    for (size_t i = 1; map != nullptr && i <= map->sides().size(); ++i)
      waits.push_back({heads.side(stage, i), heads.home(from.front()), {stage, 0}});
    const Union* const all = species<Union>(pipeline, stage);
    for (size_t i = 1; all != nullptr && all->order() == Union::Order::kInputs && i < from.size();
         ++i)
      waits.push_back({heads.home(from[i - 1]), heads.home(from[i]), {stage, i}});
  }
  return waits;
}

Arrows feeding(const Pipeline& pipeline, const Heads& heads) {
  Arrows arrows(heads.size());
  for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    const std::vector<From>& from = pipeline.stages[stage].from;
    const auto rejects = heads.rejects(stage);
    for (size_t i = 0; i < from.size(); ++i) {
      const SegmentIndex home = heads.home(from[i]);
      const auto head = heads.behind(stage, i);
      if (head) arrows.add(home, *head);
      if (rejects) arrows.add(home, *rejects);
    }
    if (rejects && heads.own(stage)) arrows.add(*heads.own(stage), *rejects);
    const Map* const map = species<Map>(pipeline, stage);
    for (size_t i = 1; rejects && map != nullptr && i <= map->sides().size(); ++i)
      arrows.add(heads.side(stage, i), *rejects);
  }
  return arrows;
}

// Of each segment two things are asked: does it flow (do its lanes get rid of work), and does it
// end.
SegmentIndex flow(SegmentIndex segment) { return 2 * segment; }
SegmentIndex end(SegmentIndex segment) { return 2 * segment + 1; }

/// An arrow from each of these things to what it needs: a segment ends when it flows and those that
/// feed it end; it flows when there is room where it sends rows, and what it waits for has ended.
Arrows needs(const Pipeline& pipeline, const Heads& heads, const std::vector<Wait>& waits) {
  const Arrows feeds = feeding(pipeline, heads);
  Arrows needs(2 * heads.size());
  for (SegmentIndex from = 0; from < heads.size(); ++from) {
    needs.add(end(from), flow(from));
    for (const SegmentIndex to : feeds.from(from)) {
      needs.add(end(to), end(from));
      if (heads.receives_rows(to)) needs.add(flow(from), flow(to));
    }
  }
  for (const Wait& wait : waits) needs.add(flow(wait.later), end(wait.earlier));
  return needs;
}

class Wiring {
 public:
  Wiring(const Pipeline& pipeline, const PlanOptions& options)
      : pipeline_(pipeline),
        options_(options),
        heads_(pipeline),
        read_(pipeline.stages.size()),
        shared_edges_(pipeline.stages.size()) {
    for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
      const std::vector<From>& from = pipeline.stages[stage].from;
      for (size_t input = 0; input < from.size(); ++input)
        read_[from[input].stage].push_back({from[input].port, {stage, input}});
    }
  }

  Plan make() {
    Arrows arrows = feeding(pipeline_, heads_);
    const std::vector<Wait> waits = waits_of(pipeline_, heads_);
    for (const Wait& wait : waits) arrows.add(wait.earlier, wait.later);
    segments_ = heads_.segments();
    for (const Wait& wait : waits) {
      std::vector<SegmentIndex>& after = segments_[wait.later].after;
      if (std::find(after.begin(), after.end(), wait.earlier) == after.end())
        after.push_back(wait.earlier);
    }
    for (SegmentIndex i = 0; i < segments_.size(); ++i) grow(i);
    const std::vector<SegmentIndex> order = arrows.order();
    LEAT_CHECK(order.size() == segments_.size(), "segments wait for each other");
    renumber(order);
    Plan plan;
    plan.procs = options_.procs;
    plan.memory_limit = options_.memory_limit;
    plan.fuse = options_.fuse;
    plan.segments = std::move(segments_);
    plan.edges = std::move(edges_);
    plan.nodes = std::move(nodes_);
    queue_nodes(plan);
    return plan;
  }

 private:
  /// Who reads a port.
  struct PortReader {
    size_t port;
    InputRef input;
  };
  /// A node to be made, and the port it reads: of a node, or of the segment's head.
  struct Branch {
    std::optional<NodeIndex> above;
    size_t port = 0;
    InputRef input;
    bool forwards_rejects = false;
  };

  /// Gives segment `index` its lanes and their trees.
  void grow(SegmentIndex index) {
    const Segment::Head head = segments_[index].head;
    const size_t stage = segments_[index].stage;
    const bool is_side = head == Segment::Head::kSide;
    if (is_side && !heads_.rejects(stage)) {
      segments_[index].lanes = segments_[index].credits = 0;
      return;
    }
    std::vector<Branch> branches;
    if (is_side) {
      // What is bad of a side is known when all of it is there.
      segments_[index].ports.resize(From::kFurther);
      branches.push_back({{}, From::kRejects, {stage, 0}, true});
    } else if (head == Segment::Head::kRejects) {
      segments_[index].ports.resize(From::kFurther);
      add_readers(branches, {stage, From::kRejects}, {});
    } else {
      segments_[index].ports.resize(port_count(stage));
      add_ports(branches, stage, {});
    }
    std::reverse(branches.begin(), branches.end());
    while (!branches.empty()) {
      const Branch branch = branches.back();
      branches.pop_back();
      const size_t rest = branches.size();
      add_node(index, branch, branches);
      std::reverse(branches.begin() + static_cast<ptrdiff_t>(rest), branches.end());
    }
    Segment& segment = segments_[index];
    const auto lanes = pipeline_.stages[stage].lanes.value_or(static_cast<int64_t>(options_.procs));
    segment.lanes = segment.in_order.empty() && !is_side ? static_cast<size_t>(lanes) : 1;
    segment.credits = 2 * segment.lanes + 2;
  }

  size_t port_count(size_t stage) const {
    return From::kFurther + pipeline_.stages[stage].bound->ports.size();
  }

  /// Branches for the readers of all ports of `stage`, which is the node `above` or a head.
  void add_ports(std::vector<Branch>& branches, size_t stage, std::optional<NodeIndex> above) {
    for (size_t port = 0; port < port_count(stage); ++port) {
      if (port == From::kRejects && heads_.rejects(stage)) {
        branches.push_back({above, port, {stage, 0}, true});
      } else {
        add_readers(branches, {stage, port}, above);
      }
    }
  }

  void add_readers(std::vector<Branch>& branches, From from, std::optional<NodeIndex> above) {
    for (const PortReader& reader : read_[from.stage]) {
      if (reader.port == from.port) branches.push_back({above, from.port, reader.input, false});
    }
  }

  /// Makes the node of `branch` and appends its own branches to `below`.
  void add_node(SegmentIndex at, const Branch& branch, std::vector<Branch>& below) {
    const auto [stage, input] = branch.input;
    const auto index = static_cast<NodeIndex>(nodes_.size());
    LaneNode node;
    node.segment = at;
    node.stage = stage;
    node.input = input;
    node.role = branch.forwards_rejects ? LaneRole::kForward : role_of(stage, input);
    if (branch.above) {
      const LaneNode& above = nodes_[*branch.above];
      node.below = above.role == LaneRole::kInOrder ? branch.above : above.below;
    }
    const bool goes_on = node.role == LaneRole::kMap || node.role == LaneRole::kInOrder;
    if (node.role == LaneRole::kInOrder) {
      ++wanting(at, node.below);
      segments_[at].in_order.push_back(index);
    }
    const Map* const map = species<Map>(pipeline_, stage);
    if (node.role == LaneRole::kMap && map->has_rest()) segments_[at].rests.push_back(index);
    if (node.role == LaneRole::kMap && pipeline_.stages[stage].bound->looks_at_all)
      ++wanting(at, node.below);
    if (!goes_on) node.edge = branch.forwards_rejects ? rejects_edge(at, node) : edge(at, node);
    node.ports.resize(goes_on ? port_count(stage) : From::kFurther);
    PortNodes& ports = branch.above ? nodes_[*branch.above].ports : segments_[at].ports;
    ports[branch.port].push_back(index);
    nodes_.push_back(std::move(node));
    if (goes_on) {
      add_ports(below, stage, index);
    } else if (!branch.forwards_rejects) {
      // Rejects of what ends a branch leave it in the lane.
      if (nodes_[index].role == LaneRole::kEncode) {
        add_readers(below, {stage, From::kRejects}, index);
      } else if (heads_.rejects(stage)) {
        below.push_back({index, From::kRejects, {stage, 0}, true});
      }
    }
  }

  LaneRole role_of(size_t stage, size_t input) const {
    if (heads_.is_folded(stage)) return LaneRole::kInOrder;
    if (species<Collect>(pipeline_, stage)) return LaneRole::kPartial;
    if (species<Map>(pipeline_, stage)) return input == 0 ? LaneRole::kMap : LaneRole::kPartial;
    return species<Sink>(pipeline_, stage) ? LaneRole::kEncode : LaneRole::kForward;
  }

  size_t& wanting(SegmentIndex segment, std::optional<NodeIndex> below) {
    return below ? nodes_[*below].wanting : segments_[segment].wanting;
  }

  EdgeIndex edge(SegmentIndex from, const LaneNode& node) {
    const Union* const all = species<Union>(pipeline_, node.stage);
    const bool shared = all != nullptr && all->order() == Union::Order::kRows;
    if (shared && shared_edges_[node.stage]) {
      // All branches share one edge: they come from the same lanes.
      ++edges_[*shared_edges_[node.stage]].inputs;
      return *shared_edges_[node.stage];
    }
    Edge made;
    made.kind = node.role == LaneRole::kPartial  ? Edge::Kind::kCollected
                : node.role == LaneRole::kEncode ? Edge::Kind::kBytes
                                                 : Edge::Kind::kOrdered;
    made.from = from;
    made.to = heads_.behind(node.stage, node.input);
    made.stage = node.stage;
    made.input = node.input;
    made.below = node.below;
    const EdgeIndex index = add(made);
    if (shared) shared_edges_[node.stage] = index;
    return index;
  }

  EdgeIndex rejects_edge(SegmentIndex at, const LaneNode& node) {
    Edge ordered;
    ordered.from = at;
    ordered.to = heads_.rejects(node.stage);
    ordered.stage = node.stage;
    ordered.rejects = true;
    ordered.below = node.below;
    return add(ordered);
  }

  EdgeIndex add(Edge edge) {
    edge.capacity = static_cast<size_t>(
        pipeline_.stages[edge.stage].capacity.value_or(static_cast<int64_t>(2 * options_.procs)));
    const auto index = static_cast<EdgeIndex>(edges_.size());
    segments_[edge.from].outputs.push_back(index);
    ++wanting(edge.from, edge.below);
    if (edge.to) segments_[*edge.to].inputs.push_back(index);
    edges_.push_back(edge);
    return index;
  }

  /// Says which nodes are in goroutines of their own: all when the plan is not fused, but not more
  /// than there may be; else those that are too deep to be called by the ones above them.
  void queue_nodes(Plan& plan) const {
    size_t goroutines = 0;
    for (const LaneNode& node : plan.nodes) goroutines += plan.segments[node.segment].lanes;
    const size_t apart = std::min(goroutines / kQueuesMax + 1, kNestedCallsMax);
    const size_t nested = plan.fuse ? kNestedCallsMax : apart;
    std::vector<size_t> depth(plan.nodes.size(), 1);
    for (NodeIndex i = 0; i < plan.nodes.size(); ++i) {
      LaneNode& node = plan.nodes[i];
      node.queued = depth[i] >= nested && !LEAT_MUTANT("lanes_nest_without_end");
      const size_t below = node.queued ? 1 : depth[i] + 1;
      for (const std::vector<NodeIndex>& readers : node.ports) {
        for (const NodeIndex reader : readers) depth[reader] = below;
      }
    }
  }

  void renumber(const std::vector<SegmentIndex>& order) {
    std::vector<SegmentIndex> place(order.size());
    for (SegmentIndex i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<Segment> ordered;
    for (const SegmentIndex at : order) ordered.push_back(std::move(segments_[at]));
    segments_ = std::move(ordered);
    for (LaneNode& node : nodes_) node.segment = place[node.segment];
    for (Edge& edge : edges_) {
      edge.from = place[edge.from];
      if (edge.to) edge.to = place[*edge.to];
    }
    for (Segment& segment : segments_) {
      for (SegmentIndex& earlier : segment.after) earlier = place[earlier];
      std::sort(segment.after.begin(), segment.after.end());
      // Inputs of the stage in their order; of rejects, the places in the order of segments.
      std::sort(segment.inputs.begin(), segment.inputs.end(), [&](EdgeIndex a, EdgeIndex b) {
        if (segment.head == Segment::Head::kRejects) return edges_[a].from < edges_[b].from;
        return edges_[a].input < edges_[b].input;
      });
    }
  }

  const Pipeline& pipeline_;
  const PlanOptions& options_;
  const Heads heads_;
  std::vector<std::vector<PortReader>> read_;           // by the stage that is read
  std::vector<std::optional<EdgeIndex>> shared_edges_;  // of unions in the order of rows
  std::vector<Segment> segments_;
  std::vector<Edge> edges_;
  std::vector<LaneNode> nodes_;
};

}  // namespace

Plan wire(const Pipeline& pipeline, const PlanOptions& options) {
  return Wiring(pipeline, options).make();
}

std::optional<InputRef> stray_branch(const Pipeline& pipeline) {
  // What happens to be folded keeps the order of rows no more than what has a head.
  const Heads heads(pipeline, Folding::kNever);
  for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    const Union* const all = species<Union>(pipeline, stage);
    if (all == nullptr || all->order() != Union::Order::kRows) continue;
    const std::vector<From>& from = pipeline.stages[stage].from;
    for (size_t i = 1; i < from.size(); ++i) {
      if (heads.home(from[i]) != heads.home(from.front())) return InputRef{stage, i};
    }
  }
  return std::nullopt;
}

std::optional<InputRef> blocked_input(const Pipeline& pipeline, size_t from) {
  const Heads heads(pipeline);
  const std::vector<Wait> waits = waits_of(pipeline, heads);
  const Arrows needed = needs(pipeline, heads, waits);
  for (const Wait& wait : waits) {
    if (wait.input.stage < from) continue;
    // Of a circle with several waits one cut is enough: not the one that was made already.
    const From& rows = pipeline.stages[wait.input.stage].from[wait.input.input];
    if (pipeline.stages[rows.stage].definition == &state::spool_definition()) continue;
    if (needed.reaches(end(wait.earlier), flow(wait.later))) return wait.input;
  }
  return std::nullopt;
}

}  // namespace leat::pipelines
