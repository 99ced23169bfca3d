// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the arguments to a pipeline that has run and was reported: what `run`, `peek` and the
// one-liners share.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/load.h"
#include "cli/metrics.h"
#include "cli/output.h"

namespace leat::cli {

struct RunArguments : PipelineArguments {
  std::string threads = "mpg";  ///< `mpg`, `kernel` or `user`.
  bool quiet = false;
  bool dry_run = false;
  bool analyzes = false;  ///< Measure the stages, and report on that instead; with dry_run.
  int tables = -1;        ///< The descriptor that gets the tables of `show`; -1: the usual one.
  std::optional<std::chrono::milliseconds> timeout = {};
  /// A line of progress so often; by default only under `--log json`, and on terminals a line that
  /// is written over.
  std::optional<std::chrono::milliseconds> heartbeat = {};
  std::string sandbox;                       ///< `on`, `off`, `require`, or empty.
  bool is_only = true;                       ///< Is a run all that the process does?
  std::vector<std::string> side_files = {};  ///< What is written about the run.
  bool traces = false;                       ///< Record what the scheduler does.
  uint32_t trace_process = 1;                ///< See Runtime::trace_entries.
};

/// A pipeline that has run, or was not loaded.
struct PipelineRun {
  int exit_code = 0;
  Envelope envelope;                  ///< For the caller to print under `--json`.
  std::optional<NamedReport> report;  ///< Of a pipeline that could be loaded.
  bool stop = false;                  ///< A signal came: run no others.
  Schema shown_schema = {};           ///< Of what Portion::to shows.
  /// What its first stage found out about its files, as options.
  std::vector<std::pair<std::string, std::string>> found = {};
};

/// Loads and runs `arguments.file`, or `document` if there is one. Text for people and lines of the
/// log are printed, the document of `--json` is not.
PipelineRun run_pipeline(const RunArguments& arguments,
                         std::shared_ptr<pipelines::Document> document = nullptr);

}  // namespace leat::cli
