// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Two stages that would write one file. See targets.cpp.
#pragma once

#include <vector>

#include "operators/diagnostic.h"
#include "pipelines/load/bind_stages.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

/// Reports every sink whose target an earlier one (in the text) has. What is not bound is left out.
/// SUSPENDS (looks at folders and links).
void report_shared_targets(const BindInput& input, const std::vector<BoundStage>& stages,
                           Diagnostics& diagnostics);

/// Reports states of sources (read_state.h) that another stage has written, or another pipeline.
void report_foreign_states(const Pipeline& pipeline, Diagnostics& diagnostics);

}  // namespace leat::pipelines
