// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Carries out a plan: goroutines, channels, ledger, all-or-nothing outputs. See run.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/runtime.h"
#include "operators/ledger.h"
#include "operators/output/output_transaction.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/progress.h"
#include "pipelines/run/segment.h"

namespace leat::pipelines {

struct RunOptions {
  ThreadModel threads = ThreadModel::kMpg;
  uint64_t seed = 0;                    ///< Of the scheduler's random choices.
  const RunControl* control = nullptr;  ///< To interrupt the run; may be null.
  /// SIGQUIT prints every goroutine with its stage, and ends the process with code 2; outputs are
  /// untouched, or all new when the run was about to end. One run at a time in a process may ask
  /// for it.
  bool dumps_on_quit = false;
  /// Gets what plugins say with `log`, and who says it, on any thread; empty: a line on stderr
  /// each.
  std::function<void(std::string_view from, std::string_view message)> on_note = {};
  int tables = 1;  ///< The descriptor that gets the tables of `show`.
  io::Publish publish = io::Publish::kYes;
  ProgressOptions progress = {};
  bool is_measured = false;  ///< Fill in the times of StageReport.
  /// Events of the scheduler to keep for each thread (RuntimeConfig::trace_events); 0: none.
  size_t trace_events = 0;
  uint32_t trace_process = 1;  ///< See Runtime::trace_entries.
};

/// The account of one stage after the run.
struct StageReport {
  std::string name;
  std::string operator_name;
  Ledger ledger;
  bool stopped_early =
      false;               ///< Stopped before the end of its input because nobody wanted more rows.
  size_t memory_peak = 0;  ///< Bytes.
  std::optional<Error> first_reject = {};   ///< Why the first of its rejected rows was rejected.
  std::vector<uint64_t> received = {};      ///< Rows, by input.
  std::vector<uint64_t> further_sent = {};  ///< Rows, by further port.
  std::vector<Ledger> sides = {};  ///< Of each input but the first that is collected for it.
  StageTimes lane_times = {};      ///< Of its lanes; with RunOptions::is_measured.
  StageTimes serial_times = {};    ///< Of what it does in one goroutine: reading, merging, writing.
  uint64_t bytes = 0;              ///< Read, as they lie on disk, or given to the sink's target.

  uint64_t rejected() const;
};

/// Rows that took an edge between segments.
struct EdgeReport {
  size_t stage = 0;      ///< Whose rows they are on the receiving side.
  bool ordered = false;  ///< Only these are counted.
  uint64_t sent = 0;
  uint64_t received = 0;
};

struct RunReport {
  std::optional<Error> error;  ///< Why the run failed; `outputs` says what became of them.
  io::OutputsReport outputs;
  std::vector<StageReport> stages;
  std::vector<EdgeReport> edges;
  std::vector<Error> warnings;  ///< What fails nothing and should be known, by place in the text.
  bool balanced = true;  ///< Do all equations hold? Always true when the run failed before the end.
  uint64_t rejected = 0;  ///< Rows, over all stages.
  double seconds = 0;
  double cpu_seconds = 0;  ///< Of all threads of the process meanwhile.
  size_t memory_peak = 0;  ///< Bytes of the budget.
  std::string trace;       ///< Of Runtime::trace_entries, if RunOptions asks for it.
};

/// Runs `plan` to its end. All outputs appear, or none. THREADS: an OS thread outside any runtime.
RunReport run(const Pipeline& pipeline, const Plan& plan, const RunOptions& options);

}  // namespace leat::pipelines
