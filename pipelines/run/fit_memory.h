// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Makes a plan fit its memory limit. See fit_memory.cpp.
#pragma once

#include "engine/error.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"

namespace leat::pipelines {

/// Sets what `plan` needs at least and what its lanes may hold. Where it needs more than its limit,
/// takes away splits that are under way and then lanes, and says so in its notes. ERRORS: kInvalid
/// when one lane and one split are too much; names the limit that would do.
Status fit_memory(Plan& plan, const Pipeline& pipeline);

}  // namespace leat::pipelines
