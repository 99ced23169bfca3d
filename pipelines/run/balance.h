// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Checks the books of a run: every operator's equations, and every edge's rows sent against rows
// received.
#pragma once

#include <optional>
#include <vector>

#include "engine/error.h"
#include "operators/ledger.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

struct StageReport;
struct RunReport;

/// The first equation or edge that does not balance, as a kInternal error with the figures; nullopt
/// when all do. `report` has one entry for each stage of the pipeline.
std::optional<Error> find_imbalance(const Pipeline& pipeline, const RunReport& report);

/// An error when more rows were rejected than `max_rejects` allows.
std::optional<Error> find_excess(const Pipeline& pipeline, const std::vector<StageReport>& reports);

}  // namespace leat::pipelines
