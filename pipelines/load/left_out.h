// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Files that a filter does not need. See left_out.cpp.
#pragma once

#include <optional>
#include <vector>

#include "operators/options.h"
#include "pipelines/load/bind_stages.h"

namespace leat::pipelines {

/// Takes from each source the files of which a filter, its only reader, can pass no row by what
/// their paths say. `options` are those of the stages.
void leave_out_files(const BindInput& input,
                     const std::vector<std::optional<OptionValues>>& options,
                     std::vector<BoundStage>& stages);

}  // namespace leat::pipelines
