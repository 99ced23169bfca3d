// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Loads a pipeline whose columns depend on its rows. See found_values.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "engine/error.h"
#include "operators/diagnostic.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/segment.h"

namespace leat::pipelines {

/// How first passes are run.
struct FirstPasses {
  /// What a pass may use.
  std::function<Result<PlanOptions>(const Settings&)> plan;
  /// Called in the thread that runs a pass, before any other is made, with what it runs; empty:
  /// nothing. ERRORS: then it is not run.
  std::function<Status(const Pipeline&)> enter = {};
  const RunControl* control = nullptr;  ///< To interrupt a pass; may be null.
};

/// Does load(); where stages lack an option that is found in a first pass, runs that pass and loads
/// again. Reports what keeps a pass from being run, as load() does; Pipeline::notes says what was
/// found. ERRORS: a pass failed, with the places that faults of a run have. THREADS: an OS thread
/// outside any runtime.
Result<std::optional<Pipeline>> load_with_first_passes(const std::shared_ptr<Document>& document,
                                                       LoadOptions options,
                                                       const FirstPasses& passes,
                                                       Diagnostics& diagnostics,
                                                       Unchecked* unchecked = nullptr);

}  // namespace leat::pipelines
