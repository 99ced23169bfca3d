// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a run has to reach, known once the pipeline is bound. See reach.cpp.
#pragma once

#include <string>
#include <vector>

#include "engine/sandbox.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

/// The files that are read, the folders of the outputs and of `further` ones, and where rows spill
/// to.
SandboxRules reach_of(const Pipeline& pipeline, const std::vector<std::string>& further = {});

/// The same for people, a line each: "may read: a.csv, b.csv". Paths are as the pipeline has them.
std::string reach_text(const Pipeline& pipeline);

}  // namespace leat::pipelines
