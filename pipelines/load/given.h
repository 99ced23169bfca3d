// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a test gives to the stages of a pipeline: rows in the place of a stage, or another file to
// read.
#pragma once

#include <vector>

#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "operators/options.h"
#include "pipelines/load/graph.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

struct GivenStage {
  SourceText stage;
  OptionNode value;  ///< A list of rows, or a scalar: the path of a file.
};

struct Given {
  std::vector<GivenStage> stages;
  /// Gets what is wrong with the test, whose text need not be that of the pipeline. The caller
  /// keeps it alive.
  Diagnostics* mistakes;
};

/// Puts it into both. Rows get the types that the stage has; where these cannot be known, because a
/// file is not there, they are inferred. REQUIRES: `graph` was built from `spec`. SUSPENDS (sources
/// may open files). `environments`: as Spec::scopes.
void put_given(const Given& given, const Document& document,
               const std::vector<expr::Environment>& environments, Spec& spec, Graph& graph);

}  // namespace leat::pipelines
