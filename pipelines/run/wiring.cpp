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
#include <map>
#include <memory>
#include <queue>
#include <utility>
#include <variant>

#include "engine/check.h"
#include "operators/state/spool.h"

namespace leat::pipelines {
namespace {

template <typename Species>
const Species* species(const Pipeline& pipeline, size_t stage) {
  const auto* const found =
      std::get_if<std::unique_ptr<Species>>(&pipeline.stages[stage].bound->species);
  return found == nullptr ? nullptr : found->get();
}

/// Segments by what they are for; edges and trees are added by Wiring.
class Heads {
 public:
  explicit Heads(const Pipeline& pipeline) : pipeline_(pipeline), own_(pipeline.stages.size()) {
    for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
      if (const auto head = head_of(stage)) own_[stage] = add(*head, stage);
      const Map* const map = species<Map>(pipeline, stage);
      for (size_t i = 1; map != nullptr && i <= map->sides().size(); ++i)
        sides_[{stage, i}] = add(Segment::Head::kSide, stage, i);
      if (rejects_meet(stage)) rejects_[stage] = add(Segment::Head::kRejects, stage);
    }
  }

  std::vector<Segment> take() { return std::move(segments_); }
  /// Is the head one that rows are sent to?
  bool receives_rows(SegmentIndex index) const {
    const Segment::Head head = segments_[index].head;
    return head == Segment::Head::kSequential || head == Segment::Head::kUnion ||
           head == Segment::Head::kRejects;
  }
  size_t size() const { return segments_.size(); }
  SegmentIndex side(size_t stage, size_t input) const { return sides_.at({stage, input}); }
  std::optional<SegmentIndex> own(size_t stage) const { return own_[stage]; }
  std::optional<SegmentIndex> rejects(size_t stage) const {
    const auto found = rejects_.find(stage);
    return found == rejects_.end() ? std::nullopt : std::optional(found->second);
  }
  /// Where the readers of a port run.
  SegmentIndex home(From from) const {
    if (from.port == From::kRejects && rejects(from.stage)) return *rejects(from.stage);
    while (!own_[from.stage]) from = pipeline_.stages[from.stage].from.front();
    return *own_[from.stage];
  }

 private:
  std::optional<Segment::Head> head_of(size_t stage) const {
    if (species<Source>(pipeline_, stage)) return Segment::Head::kSource;
    if (species<Collect>(pipeline_, stage)) return Segment::Head::kFinal;
    if (species<Sequential>(pipeline_, stage)) return Segment::Head::kSequential;
    if (species<Union>(pipeline_, stage)) return Segment::Head::kUnion;
    return std::nullopt;
  }

  /// Do rejects of the stage arise in more than one segment, and does anybody read them?
  bool rejects_meet(size_t stage) const {
    const Map* const map = species<Map>(pipeline_, stage);
    const bool several = species<Collect>(pipeline_, stage) || species<Union>(pipeline_, stage) ||
                         (map != nullptr && !map->sides().empty());
    if (!several) return false;
    return std::any_of(pipeline_.stages.begin(), pipeline_.stages.end(), [&](const Stage& reader) {
      return std::find(reader.from.begin(), reader.from.end(), From{stage, From::kRejects}) !=
             reader.from.end();
    });
  }

  SegmentIndex add(Segment::Head head, size_t stage, size_t input = 0) {
    Segment segment;
    segment.head = head;
    segment.stage = stage;
    segment.input = input;
    segments_.push_back(std::move(segment));
    return static_cast<SegmentIndex>(segments_.size() - 1);
  }

  const Pipeline& pipeline_;
  std::vector<Segment> segments_;
  std::vector<std::optional<SegmentIndex>> own_;
  std::map<std::pair<size_t, size_t>, SegmentIndex> sides_;
  std::map<size_t, SegmentIndex> rejects_;
};

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

/// The head that input `input` of `stage` ends at; nullopt when it goes on in the lane, or to a
/// committer.
std::optional<SegmentIndex> head_behind(const Pipeline& pipeline, const Heads& heads, size_t stage,
                                        size_t input) {
  if (species<Map>(pipeline, stage))
    return input == 0 ? std::nullopt : std::optional(heads.side(stage, input));
  return heads.own(stage);
}

Arrows feeding(const Pipeline& pipeline, const Heads& heads) {
  Arrows arrows(heads.size());
  for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    const std::vector<From>& from = pipeline.stages[stage].from;
    const auto rejects = heads.rejects(stage);
    for (size_t i = 0; i < from.size(); ++i) {
      const SegmentIndex home = heads.home(from[i]);
      const auto head = head_behind(pipeline, heads, stage, i);
      if (head) arrows.add(home, *head);
      if (rejects) arrows.add(home, *rejects);
    }
    if (rejects && heads.own(stage)) arrows.add(*heads.own(stage), *rejects);
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
      : pipeline_(pipeline), options_(options), heads_(pipeline) {}

  Plan make() {
    Plan plan;
    plan.procs = options_.procs;
    plan.memory_limit = options_.memory_limit;
    plan.fuse = options_.fuse;
    Arrows arrows = feeding(pipeline_, heads_);
    const std::vector<Wait> waits = waits_of(pipeline_, heads_);
    for (const Wait& wait : waits) arrows.add(wait.earlier, wait.later);
    Heads heads = heads_;
    segments_ = heads.take();
    for (const Wait& wait : waits) {
      std::vector<SegmentIndex>& after = segments_[wait.later].after;
      if (std::find(after.begin(), after.end(), wait.earlier) == after.end())
        after.push_back(wait.earlier);
    }
    for (SegmentIndex i = 0; i < segments_.size(); ++i) grow(i);
    const std::vector<SegmentIndex> order = arrows.order();
    LEAT_CHECK(order.size() == segments_.size(), "segments wait for each other");
    renumber(order);
    plan.segments = std::move(segments_);
    plan.edges = std::move(edges_);
    return plan;
  }

 private:
  /// Gives segment `index` its lanes and their trees.
  void grow(SegmentIndex index) {
    Segment& segment = segments_[index];
    if (segment.head == Segment::Head::kSide) {
      segment.lanes = segment.credits = 0;
      return;
    }
    segment.lanes = static_cast<size_t>(
        pipeline_.stages[segment.stage].lanes.value_or(static_cast<int64_t>(options_.procs)));
    segment.credits = 2 * segment.lanes + 2;
    PortNodes ports = ports_of(index, segment.stage);
    if (segment.head == Segment::Head::kRejects) {
      ports.assign(From::kFurther, {});
      ports[From::kRejects] = readers(index, {segment.stage, From::kRejects});
    }
    segments_[index].ports = std::move(ports);
  }

  /// The readers of all ports of `stage`, as far as they run in segment `at`.
  PortNodes ports_of(SegmentIndex at, size_t stage) {
    PortNodes ports(From::kFurther + pipeline_.stages[stage].bound->ports.size());
    if (segments_[at].head == Segment::Head::kRejects && segments_[at].stage == stage) return ports;
    for (size_t port = 0; port < ports.size(); ++port) {
      if (port == From::kRejects && heads_.rejects(stage)) {
        ports[port].push_back(rejects_forwarder(at, stage));
      } else {
        ports[port] = readers(at, {stage, port});
      }
    }
    return ports;
  }

  std::vector<LaneNode> readers(SegmentIndex at, From port) {
    std::vector<LaneNode> nodes;
    for (size_t stage = port.stage + 1; stage < pipeline_.stages.size(); ++stage) {
      const std::vector<From>& from = pipeline_.stages[stage].from;
      for (size_t input = 0; input < from.size(); ++input) {
        if (from[input] == port) nodes.push_back(node(at, stage, input));
      }
    }
    return nodes;
  }

  LaneNode node(SegmentIndex at, size_t stage, size_t input) {
    LaneNode made;
    made.stage = stage;
    made.input = input;
    const auto head = head_behind(pipeline_, heads_, stage, input);
    if (species<Map>(pipeline_, stage) && !head) {
      made.ports = ports_of(at, stage);
      return made;
    }
    const bool partial = species<Collect>(pipeline_, stage) || species<Map>(pipeline_, stage);
    made.role = partial                           ? LaneRole::kPartial
                : species<Sink>(pipeline_, stage) ? LaneRole::kEncode
                                                  : LaneRole::kForward;
    made.edge = edge(at, head, made);
    // Rejects of what ends a branch leave it in the lane.
    made.ports.resize(From::kFurther);
    if (made.role == LaneRole::kEncode) {
      made.ports[From::kRejects] = readers(at, {stage, From::kRejects});
    } else if (heads_.rejects(stage)) {
      made.ports[From::kRejects].push_back(rejects_forwarder(at, stage));
    }
    return made;
  }

  EdgeIndex edge(SegmentIndex from, std::optional<SegmentIndex> to, const LaneNode& node) {
    const Union* const all = species<Union>(pipeline_, node.stage);
    if (all != nullptr && all->order() == Union::Order::kRows) {
      // All branches share one edge: they come from the same lanes.
      for (EdgeIndex i = 0; i < edges_.size(); ++i) {
        if (edges_[i].stage != node.stage || edges_[i].rejects) continue;
        ++edges_[i].inputs;
        return i;
      }
    }
    Edge made;
    made.kind = node.role == LaneRole::kPartial  ? Edge::Kind::kCollected
                : node.role == LaneRole::kEncode ? Edge::Kind::kBytes
                                                 : Edge::Kind::kOrdered;
    made.from = from;
    made.to = to;
    made.stage = node.stage;
    made.input = node.input;
    return add(made);
  }

  LaneNode rejects_forwarder(SegmentIndex at, size_t stage) {
    LaneNode made;
    made.stage = stage;
    made.role = LaneRole::kForward;
    Edge ordered;
    ordered.from = at;
    ordered.to = heads_.rejects(stage);
    ordered.stage = stage;
    ordered.rejects = true;
    made.edge = add(ordered);
    return made;
  }

  EdgeIndex add(Edge edge) {
    edge.capacity = static_cast<size_t>(
        pipeline_.stages[edge.stage].capacity.value_or(static_cast<int64_t>(2 * options_.procs)));
    const auto index = static_cast<EdgeIndex>(edges_.size());
    segments_[edge.from].outputs.push_back(index);
    if (edge.to) segments_[*edge.to].inputs.push_back(index);
    edges_.push_back(edge);
    return index;
  }

  void renumber(const std::vector<SegmentIndex>& order) {
    std::vector<SegmentIndex> place(order.size());
    for (SegmentIndex i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<Segment> ordered;
    for (const SegmentIndex at : order) ordered.push_back(std::move(segments_[at]));
    segments_ = std::move(ordered);
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
  std::vector<Segment> segments_;
  std::vector<Edge> edges_;
};

}  // namespace

Plan wire(const Pipeline& pipeline, const PlanOptions& options) {
  return Wiring(pipeline, options).make();
}

std::optional<InputRef> stray_branch(const Pipeline& pipeline) {
  const Heads heads(pipeline);
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

std::optional<InputRef> blocked_input(const Pipeline& pipeline) {
  const Heads heads(pipeline);
  const std::vector<Wait> waits = waits_of(pipeline, heads);
  const Arrows needed = needs(pipeline, heads, waits);
  for (const Wait& wait : waits) {
    // Of a circle with several waits one cut is enough: not the one that was made already.
    const From& from = pipeline.stages[wait.input.stage].from[wait.input.input];
    if (pipeline.stages[from.stage].definition == &state::spool_definition()) continue;
    if (needed.reaches(end(wait.earlier), flow(wait.later))) return wait.input;
  }
  return std::nullopt;
}

}  // namespace leat::pipelines
