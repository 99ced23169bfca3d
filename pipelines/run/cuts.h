// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where rows part and meet again so that they would wait for each other. See cuts.cpp.
#pragma once

#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

/// Puts a spool in front of every input that would otherwise have to wait for itself, and notes it
/// in Pipeline::notes. Call it once, before make_plan.
void cut_diamonds(Pipeline& pipeline);

}  // namespace leat::pipelines
