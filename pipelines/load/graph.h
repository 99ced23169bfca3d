// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which stage reads which: names and neighbours resolved to edges.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// The rows a stage reads. `stage` is an index into Spec::stages.
struct Edge {
  size_t stage = 0;
  bool rejects = false;

  bool operator==(const Edge&) const = default;
};

/// What the graph knows of a stage; same index as in Spec::stages.
struct GraphStage {
  std::string name;
  std::optional<Edge> from;  ///< nullopt for sources, and where it could not be resolved.
  OnError on_error = OnError::kFail;
};

struct Graph {
  std::vector<GraphStage> stages;
  /// Indexes of the stages, inputs before their readers, otherwise in the order of the text. Stages
  /// in a circle, and those behind one, are left out.
  std::vector<size_t> order;
};

/// Resolves names, `from` and `on_error`. Reports names that are taken, not allowed or unknown,
/// stages without input, sources and sinks in the wrong place, circles, and rows or rejects that
/// nobody reads.
Graph build_graph(const Document& document, const Spec& spec, Diagnostics& diagnostics);

}  // namespace leat::pipelines
