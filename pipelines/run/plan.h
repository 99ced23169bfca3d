// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The plan of a run: which stages are fused into lanes, how many lanes there are, how far they may
// run ahead, and how much memory that takes at least. A plan is data; `explain` prints it and
// run.cpp carries it out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/error.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

/// What a stage does inside a lane.
enum class LaneRole : uint8_t {
  kMap,      ///< Processes batches and feeds its readers.
  kPartial,  ///< Folds batches into the lane's partial state; ends the branch.
  kEncode,   ///< Encodes batches for the stage's committer; ends the branch.
  kForward,  ///< Sends batches to the stage's serial head; ends the branch.
};

/// A stage in a lane with what reads it: a tree, because several stages may read one.
struct LaneNode {
  size_t stage = 0;
  LaneRole role = LaneRole::kMap;
  std::vector<LaneNode> readers;
  std::vector<LaneNode> reject_readers;
};

/// A serial head that issues work (splits or batches), and the lanes that do it.
struct Segment {
  enum class Head : uint8_t { kSource, kFinal, kSequential };

  Head head = Head::kSource;
  size_t stage = 0;  ///< The stage of the head.
  size_t lanes = 1;
  size_t window = 1;  ///< Splits that may be under way at once.
  std::vector<LaneNode> readers;
  std::vector<LaneNode> reject_readers;
};

struct PlanOptions {
  size_t procs = 1;
  size_t memory_limit = 0;  ///< Bytes.
  bool fuse = true;
};

struct Plan {
  std::vector<Segment> segments;  ///< A segment comes after the ones that feed its head.
  size_t procs = 1;
  size_t memory_limit = 0;
  size_t memory_minimum = 0;  ///< What the run needs at the very least, in bytes.
  bool fuse = true;
};

/// ERRORS: kInvalid when the memory limit is below the minimum; names the limit that would do.
Result<Plan> make_plan(const Pipeline& pipeline, const PlanOptions& options);

/// The plan as `leat explain` prints it.
std::string to_text(const Plan& plan, const Pipeline& pipeline);

}  // namespace leat::pipelines
