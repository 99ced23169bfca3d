// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `leat explain --analyze`: where a run that was measured spent its time, and what held it up.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/run.h"

namespace leat::cli {

/// What a run would have to do less of to be faster.
struct Bottleneck {
  std::optional<size_t> stage;  ///< Nothing: no stage stands out.
  std::string text;             ///< One sentence.
  std::string hint;             ///< What would help; empty: nothing is known.
};

/// REQUIRES: `report` is of a run that was measured (RunOptions::is_measured).
Bottleneck find_bottleneck(const pipelines::Pipeline& pipeline, const pipelines::Plan& plan,
                           const pipelines::RunReport& report);

/// A line for each stage, none longer than `width` cells if that is not 0, and the bottleneck.
/// REQUIRES: as above, and the run did not fail.
std::string analysis_text(const pipelines::Pipeline& pipeline, const pipelines::Plan& plan,
                          const pipelines::RunReport& report, size_t width);

/// The same, for people's programs.
nlohmann::ordered_json analysis_json(const pipelines::Pipeline& pipeline,
                                     const pipelines::Plan& plan,
                                     const pipelines::RunReport& report);

}  // namespace leat::cli
