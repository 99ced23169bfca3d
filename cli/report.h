// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `leat run` says at the end: the ledger, as a table for people or as JSON.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "operators/ledger.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/run.h"

namespace leat::cli {

/// The counters of the ledger, in the order in which a row meets them.
inline constexpr Counter kLedgerColumns[] = {
    Counter::kRead,      Counter::kIn,        Counter::kPassed,   Counter::kDropped,
    Counter::kBeyond,    Counter::kSkipped,   Counter::kRejected, Counter::kFolded,
    Counter::kMatched,   Counter::kUnmatched, Counter::kPaired,   Counter::kSpilled,
    Counter::kRestored,  Counter::kMade,      Counter::kPadded,   Counter::kWritten,
    Counter::kCommitted, Counter::kOut};

/// One line with time and memory, then the ledger: a line for each stage, a column for each counter
/// in use, no line of them longer than `width` cells if that is not 0.
std::string ledger_text(const pipelines::Pipeline& pipeline, const pipelines::RunReport& report,
                        size_t width = 0);

/// What a dry run would have written: a line for each output.
std::string outputs_text(const pipelines::RunReport& report);

/// The report as one object. `error`, when the run failed, is added by the caller, who knows how to
/// place it.
nlohmann::ordered_json report_json(const pipelines::Pipeline& pipeline,
                                   const pipelines::RunReport& report);

/// 1234567 as `1,234,567`.
std::string grouped(uint64_t number);

}  // namespace leat::cli
