// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The arguments that all commands on a pipeline share, and the way from them to a plan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/log.h"
#include "cli/output.h"
#include "operators/plugin/plugin_set.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/segment.h"

namespace CLI {
class App;
}

namespace leat::cli {

struct PipelineArguments {
  std::string command;  ///< The subcommand.
  std::string file;
  std::vector<std::string> params;  ///< `name=value`.
  std::vector<std::string> param_files;
  std::string env_file;              ///< Variables for `${env:NAME}`; empty: none.
  std::string procs;                 ///< A number, or empty.
  std::string memory;                ///< A size, or empty.
  std::vector<std::string> plugins;  ///< Shared objects to load.
  std::string now;                   ///< What now() is: a timestamp; empty: the time of the run.
  bool untrusted = false;            ///< The pipeline may name its own folder only.
  std::vector<std::string> environment;  ///< What it may read of the environment all the same.
  bool no_fuse = false;
  std::string connections;    ///< A file of them, or empty.
  bool is_online = false;     ///< Services are asked although the pipeline is only looked at.
  bool full_refresh = false;  ///< Sources read what earlier runs have read, too.
  /// Gets the pipeline with all that it includes, uses and is given. May be null.
  std::string* resolved = nullptr;
  bool json = false;
  std::string log = "text";  ///< `text` or `json`.
  std::string color = "auto";
  pipelines::Portion portion = {};
  /// What no output shows. Filled while the pipeline is loaded.
  std::shared_ptr<pipelines::Redactions> redactions = std::make_shared<pipelines::Redactions>();

  Log logger() const;
  Answer answer() const { return {command, json, logger()}; }
};

/// Declares the positional argument FILE.
void add_file_argument(CLI::App& app, PipelineArguments& arguments);
/// Declares all the others.
void add_pipeline_options(CLI::App& app, PipelineArguments& arguments);
/// Both.
void add_pipeline_arguments(CLI::App& app, PipelineArguments& arguments);
/// Declares `--online`, of commands that only look at a pipeline.
void add_online_argument(CLI::App& app, PipelineArguments& arguments);
/// Declares `--color`.
void add_color_argument(CLI::App& app, std::string& color);

/// For CLI::Option::check(): what is wrong with `text` as a number of rows; "" when nothing is.
std::string not_a_count(const std::string& text);

/// Declares `--plugin`.
void add_plugin_argument(CLI::App& app, std::vector<std::string>& files);

/// Loads the plugins, up to the first that cannot be.
std::expected<std::shared_ptr<plugin::PluginSet>, Mistakes> load_plugins(
    const std::vector<std::string>& files, const Answer& answer);

/// The built-in operators and those of `plugins`, by name.
std::vector<const OperatorDef*> all_operators(const plugin::PluginSet& plugins);

/// `--procs` and `--memory`, else what `settings` say, else what the machine gives.
std::expected<pipelines::PlanOptions, Mistakes> plan_options(const PipelineArguments& arguments,
                                                             const pipelines::Settings& settings);

struct Loaded {
  std::shared_ptr<pipelines::Document> document;
  pipelines::Pipeline pipeline;
  pipelines::Plan plan;
  /// What is surely not meant, for `--json`; without it it has been said.
  nlohmann::ordered_json warnings;
};

/// Prints what is wrong with a pipeline, unless it is for `--json`.
Mistakes mistakes_in(const PipelineArguments& arguments, const pipelines::Document& document,
                     const Diagnostics& diagnostics);

/// What the pipeline is loaded for.
enum class LoadFor : uint8_t {
  kLook,  ///< To be looked at: of the plugins it names, those that the user allowed are loaded.
  kRun,   ///< To be run: all are.
};

/// What is done for options that a first pass over the rows finds.
struct FirstPassControl {
  bool makes = true;  ///< Are passes made? If not, a pipeline that needs one is not loaded.
  /// Gives up what a pass does not need, as FirstPasses::enter. Empty: the sandbox of a run.
  std::function<Status(const pipelines::Pipeline&)> enter = {};
  const pipelines::RunControl* control = nullptr;
};

/// Parameters, variables, now(), plugins, and what the pipeline may name.
std::expected<pipelines::LoadOptions, Mistakes> load_options(const PipelineArguments& arguments,
                                                             LoadFor purpose);

/// Reads, checks and plans `arguments.file`, or `document` if there is one. What is wrong, and what
/// was not checked for want of a plugin, is printed on stderr, or handed to the caller under
/// `--json`.
std::expected<Loaded, Mistakes> try_load(const PipelineArguments& arguments, LoadFor purpose,
                                         std::shared_ptr<pipelines::Document> document = nullptr,
                                         const FirstPassControl& passes = {});

/// The same; under `--json` what is wrong is printed on stdout. ERRORS: the exit code.
std::expected<Loaded, int> load(const PipelineArguments& arguments, LoadFor purpose,
                                std::shared_ptr<pipelines::Document> document = nullptr,
                                const FirstPassControl& passes = {});

}  // namespace leat::cli
