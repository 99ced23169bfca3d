// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which stage reads which: names and neighbours resolved to edges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// What the graph knows of a stage; same index as in Spec::stages.
struct GraphStage {
  std::string name;
  std::vector<From> inputs;  ///< What `from` names, then what options name; empty for sources.
  bool resolved = true;      ///< False: an input is missing, which was reported.
  OnError on_error = OnError::kFail;
};

struct Graph {
  std::vector<GraphStage> stages;
  /// The uses of groups by their names outside: which stage has the rows of each.
  std::map<std::string, size_t, std::less<>> uses;
  /// Indexes of the stages, inputs before their readers, otherwise in the order of the text. Stages
  /// in a circle, and those behind one, are left out.
  std::vector<size_t> order;
};

/// Are rows that nobody reads a mistake? Not where one stage is looked at.
enum class UnreadRows : uint8_t { kMistake, kAllowed };

/// Resolves names, `from` and `on_error`. Reports names that are taken, not allowed or unknown,
/// stages without input, sources and sinks in the wrong place, circles, and rows or rejects that
/// nobody reads.
Graph build_graph(const Document& document, const Spec& spec, Diagnostics& diagnostics,
                  UnreadRows unread = UnreadRows::kMistake);

/// Graph::order of `stages`.
std::vector<size_t> order_of(const std::vector<GraphStage>& stages);

}  // namespace leat::pipelines
