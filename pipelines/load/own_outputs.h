// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Files that the pipeline itself writes are no inputs of its patterns. See own_outputs.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/options.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// Patterns (operators/input/file_pattern.h) of all that the stages write: sinks, their manifests,
/// and what sources keep for the next run. Of a path with placeholders, all files it may stand for.
std::vector<std::string> own_outputs(const Spec& spec);

/// The options of `stage` with `outputs` among what is excluded, if it is a source that reads
/// patterns or a list; else nullopt.
std::optional<OptionNode> without_own_outputs(const StageSpec& stage,
                                              const std::vector<std::string>& outputs);

}  // namespace leat::pipelines
