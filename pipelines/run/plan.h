// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The plan of a run: which stages are fused into lanes, who feeds whom through which edge, who
// waits for whom, how far lanes may run ahead, and how much memory that takes at least. A plan is
// data and the wiring at once: `explain` prints it and run.cpp carries it out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

using SegmentIndex = uint32_t;
using EdgeIndex = uint32_t;
using NodeIndex = uint32_t;

/// A way for rows, from nodes of the lanes of one segment to the head of another, or to a
/// committer.
struct Edge {
  enum class Kind : uint8_t {
    kOrdered,    ///< Batches, in the order of the stream: sequential stages, unions, rejects.
    kCollected,  ///< One partial state of each lane, at its end: finals, side inputs.
    kBytes,      ///< Encoded parts, in order: committers.
  };

  Kind kind = Kind::kOrdered;
  SegmentIndex from = 0;
  std::optional<SegmentIndex> to;  ///< nullopt: the committer of `stage`.
  size_t stage = 0;                ///< Whose rows, states or bytes they are.
  size_t input = 0;      ///< Which input of `stage`; the first of those that share the edge.
  size_t inputs = 1;     ///< How many inputs share it: those of a union in order of rows.
  bool rejects = false;  ///< Rejects of `stage`, on their way to those who read them.
  size_t capacity = 1;   ///< Messages.
  std::optional<NodeIndex> below;  ///< The kInOrder node whose rows these are, if it is one's.
};

/// What a stage does inside a lane.
enum class LaneRole : uint8_t {
  kMap,      ///< Processes batches and feeds its readers.
  kPartial,  ///< Folds batches into the lane's partial state; ends the branch.
  kEncode,   ///< Encodes batches for the stage's committer; ends the branch.
  kForward,  ///< Sends batches to a head; ends the branch.
  kInOrder,  ///< A sequential stage of a segment that has one lane: needs no head of its own.
};

/// The readers of each port of a stage, by port (From::port).
using PortNodes = std::vector<std::vector<NodeIndex>>;

/// A stage in a lane with what reads it: a tree, because several stages may read one.
struct LaneNode {
  SegmentIndex segment = 0;
  size_t stage = 0;
  size_t input = 0;
  LaneRole role = LaneRole::kMap;
  /// Runs in a goroutine of its own, behind a channel: calls from stage to stage would else nest
  /// too deep, or the plan is not fused.
  bool queued = false;
  EdgeIndex edge = 0;              ///< Of roles that end a branch.
  std::optional<NodeIndex> below;  ///< The nearest kInOrder node above it in the lane.
  size_t wanting = 0;              ///< Of kInOrder: edges and nodes that are `below` it.
  PortNodes ports;                 ///< Of kMap and kInOrder; of others those of their rejects.
};

/// A serial head that issues work (splits, parts or batches), and the lanes that do it.
struct Segment {
  enum class Head : uint8_t {
    kSource,
    kFinal,  ///< Of a Collect: emits what it has made.
    kSide,   ///< Makes what is lent to the lanes of a map. Has a lane only for its rejects.
    kSequential,
    kUnion,
    kRejects,  ///< Brings rejects of one stage together that arise in several places.
  };

  Head head = Head::kSource;
  size_t stage = 0;  ///< The stage of the head.
  size_t input = 0;  ///< Of kSide: which input of `stage`.
  size_t lanes = 1;
  size_t credits = 1;  ///< Splits that may be under way at once.
  PortNodes ports;
  std::vector<EdgeIndex> inputs;   ///< In the order of the stage's inputs.
  std::vector<EdgeIndex> outputs;  ///< What its lanes feed.
  size_t wanting =
      0;  ///< Outputs and kInOrder nodes below none: it is sated when all of these are.
  std::vector<SegmentIndex> after;  ///< Ended before this one issues anything.
  std::vector<NodeIndex> in_order;  ///< Its nodes of that role.
  std::vector<NodeIndex> rests;     ///< Its maps that have rows behind all others.
};

struct PlanOptions {
  size_t procs = 1;
  size_t memory_limit = 0;  ///< Bytes.
  bool fuse = true;
};

struct Plan {
  /// In the order of errors: whatever a segment is fed by or waits for comes before it.
  std::vector<Segment> segments;
  std::vector<Edge> edges;
  std::vector<LaneNode> nodes;  ///< Of all segments; those above in a tree before those below.
  size_t procs = 1;
  size_t memory_limit = 0;
  size_t memory_minimum = 0;  ///< What the run needs at once with these lanes, in bytes.
  /// What a lane of a stage that can write its state to disk may hold in memory, in bytes; 0: there
  /// is no such stage.
  size_t lane_share = 0;
  bool fuse = true;
  /// What the planner took away to fit the limit, for people: a line each.
  std::vector<std::string> notes;
};

/// ERRORS: kInvalid when the memory limit is below what one lane needs; names the limit that would
/// do.
Result<Plan> make_plan(const Pipeline& pipeline, const PlanOptions& options);

enum class PlanFormat : uint8_t { kText, kDot, kMermaid };

/// The plan as `leat explain` prints it.
std::string to_text(const Plan& plan, const Pipeline& pipeline,
                    PlanFormat format = PlanFormat::kText);

}  // namespace leat::pipelines
