// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The arguments that all commands on a pipeline share, and the way from them to a plan.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "cli/log.h"
#include "operators/plugin/plugin_set.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"

namespace CLI {
class App;
}

namespace leat::cli {

struct PipelineArguments {
  std::string file;
  std::vector<std::string> params;   ///< `name=value`.
  std::string procs;                 ///< A number, or empty.
  std::string memory;                ///< A size, or empty.
  std::vector<std::string> plugins;  ///< Shared objects to load.
  std::string now;                   ///< What now() is: a timestamp; empty: the time of the run.
  std::string sandbox;  ///< `on`, `off`, `require`, or empty.
  bool no_fuse = false;
  bool json = false;
  std::string log = "text";  ///< `text` or `json`.

  Log logger() const { return Log(log == "json" ? LogFormat::kJson : LogFormat::kText); }
};

void add_pipeline_arguments(CLI::App& app, PipelineArguments& arguments);

/// Declares `--plugin`.
void add_plugin_argument(CLI::App& app, std::vector<std::string>& files);

/// Loads the plugins; prints the first that cannot be, and returns null.
std::shared_ptr<plugin::PluginSet> load_plugins(const std::vector<std::string>& files, bool json,
                                                const Log& log = Log(LogFormat::kText));

/// The built-in operators and those of `plugins`, by name.
std::vector<const OperatorDef*> all_operators(const plugin::PluginSet& plugins);

struct Loaded {
  std::shared_ptr<const pipelines::Document> document;
  pipelines::Pipeline pipeline;
  pipelines::Plan plan;
};

/// Prints what is wrong with a pipeline, and returns the exit code.
int report_mistakes(const PipelineArguments& arguments, const pipelines::Document& document,
                    const Diagnostics& diagnostics);

/// Reads, checks and plans. What is wrong is printed (on stderr, or as JSON on stdout), and the
/// exit code returned.
std::expected<Loaded, int> load(const PipelineArguments& arguments);

}  // namespace leat::cli
