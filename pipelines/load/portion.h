// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A part of a pipeline, for looking at: what one stage needs, the first rows of each source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "operators/diagnostic.h"
#include "pipelines/load/graph.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// What of a pipeline is run. By default all of it.
struct Portion {
  /// The stage whose rows are shown in place of all sinks: `NAME`, or `NAME.PORT`; empty: the last
  /// one. Of a sink, the rows that it writes.
  std::optional<std::string> to = {};
  int64_t rows_shown = 20;                   ///< Of `to`.
  std::string format = "table";              ///< Of the rows: see the operator show.
  std::optional<int64_t> source_limit = {};  ///< How many rows of each source are read.

  bool is_whole() const { return !to && !source_limit; }
};

/// Takes out of both what `portion` does not need, and puts in what it does. REQUIRES: `graph` was
/// built from `spec`. Reports a stage or port that does not exist.
void take_portion(const Portion& portion, Spec& spec, Graph& graph, Diagnostics& diagnostics);

}  // namespace leat::pipelines
