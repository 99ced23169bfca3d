// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `leat run` says at the end: the ledger, as a table for people or as JSON.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "pipelines/load/pipeline.h"
#include "pipelines/run/run.h"

namespace leat::cli {

/// One line with time and memory, then the ledger: a line for each stage, a column for each counter
/// in use.
std::string ledger_text(const pipelines::Pipeline& pipeline, const pipelines::RunReport& report);

/// The report as one object. `error`, when the run failed, is added by the caller, who knows how to
/// place it.
nlohmann::ordered_json report_json(const pipelines::Pipeline& pipeline,
                                   const pipelines::RunReport& report);

/// 1234567 as `1,234,567`.
std::string grouped(uint64_t number);

}  // namespace leat::cli
