// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From which columns of sources the columns of outputs come. See lineage.cpp.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "pipelines/load/pipeline.h"

namespace leat::cli {

struct ColumnLineage {
  std::string column;
  std::vector<std::string> from;  ///< `stage.column`, in the order of the pipeline.
};

/// What a sink writes.
struct SinkLineage {
  std::string stage;
  std::string target;  ///< "" when it has none.
  std::vector<ColumnLineage> columns;
};

std::vector<SinkLineage> lineage_of(const pipelines::Pipeline& pipeline);

/// A paragraph for each sink, a line for each column.
std::string lineage_text(const std::vector<SinkLineage>& sinks);
/// A list of `stage`, `target` (or null) and `columns`, each with `column` and `from`.
nlohmann::ordered_json lineage_json(const std::vector<SinkLineage>& sinks);

}  // namespace leat::cli
