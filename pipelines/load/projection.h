// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which columns of each stage anybody reads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipelines/load/bind_stages.h"

namespace leat::pipelines {

/// How much of its input a stage is taken to need.
enum class Reading : uint8_t {
  kUsed,       ///< What its wanted output and its computed columns are made of.
  kMentioned,  ///< What any of its output is made of.
  kAll,
};

/// For each stage of the graph, the names of the columns of its output that are read, in order;
/// nullopt when all are, and for sinks. REQUIRES: every stage is bound; `readings` has one entry
/// for each stage.
std::vector<std::optional<std::vector<std::string>>> wanted_columns(
    const Graph& graph, const std::vector<BoundStage>& stages,
    const std::vector<Reading>& readings);

}  // namespace leat::pipelines
