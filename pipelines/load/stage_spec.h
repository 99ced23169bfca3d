// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One item of `stages:`, as a plain struct with places.
#pragma once

#include <optional>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/options.h"
#include "pipelines/load/spec.h"
#include "pipelines/load/tree_reader.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// Sorts the tree of a stage into a StageSpec. `cuts` are the collections whose contents are not
/// what was meant (cut_values.h). Reports unknown, reserved and misplaced keys, and unknown
/// operators; returns nullopt when nothing could be made of it, and a broken stage where one stands
/// that cannot be read.
std::optional<StageSpec> read_stage(const Document& document, const OptionNode& node,
                                    const std::vector<Span>& cuts, const KnownOperators& operators,
                                    Diagnostics& diagnostics);

}  // namespace leat::pipelines
