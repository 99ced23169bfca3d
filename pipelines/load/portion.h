// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A part of a pipeline, for looking at: what one stage needs, the first rows of each source.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "pipelines/load/graph.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// What of a pipeline is run. By default all of it.
struct Portion {
  /// The stage whose rows are shown in place of all sinks: `NAME`, or `NAME.PORT`; empty: the last
  /// one. Of a sink, the rows that it writes.
  std::optional<std::string> to = {};
  /// Stages whose rows are captured, likewise; one may stand there often.
  std::vector<SourceText> targets = {};
  bool sinks = false;            ///< Is what each sink writes captured, in the place of the sinks?
  int64_t rows_shown = 20;       ///< Of `to`.
  std::string format = "table";  ///< Of the rows: see the operator show.
  /// A file that gets all rows of `to` as JSON lines, in place of the terminal; empty: none.
  std::string into = {};
  std::optional<int64_t> source_limit = {};  ///< How many rows of each source are read.
  /// StageSpec::number of one whose option is to be found (OperatorDef::found): its values come out
  /// at target 0, in place of all sinks.
  std::optional<size_t> values_of = {};

  bool is_whole() const { return !is_look() && !source_limit; }
  /// Is a stage looked at, so that rows of others may be read by nobody?
  bool is_look() const { return to || !targets.empty() || sinks || values_of; }
};

/// The name of the stage that stands in for target `index`. No name of a pipeline has a blank.
std::string target_name(size_t index);

/// The stage or port `name`: of a sink, what it writes. ERRORS: there is none, or it is not the
/// only one; the mistake has no place.
std::expected<From, Diagnostic> find_rows(const std::string& name, const Spec& spec,
                                          const Graph& graph);

/// Numbers the stages, takes out of both what `portion` does not need, and puts in what it does.
/// REQUIRES: `graph` was built from `spec`. Reports a stage or port that does not exist; those of
/// targets, at their places, to `of_targets`.
void take_portion(const Portion& portion, Spec& spec, Graph& graph, Diagnostics& diagnostics,
                  Diagnostics& of_targets);

}  // namespace leat::pipelines
