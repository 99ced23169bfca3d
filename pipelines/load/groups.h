// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Groups of stages, and what stands where one is used.
#pragma once

#include "operators/diagnostic.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// Puts the stages of a group in the place of each use of it, with a scope of their own, and fills
/// in `scope` and `above` of all stages. Reports unknown groups, groups that use themselves, inputs
/// that are missing or unknown, and outputs that no stage has.
void expand_groups(Spec& spec, Diagnostics& diagnostics);

}  // namespace leat::pipelines
