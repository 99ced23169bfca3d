// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/load.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "engine/procs.h"
#include "operators/data/memory.h"
#include "operators/data/memory_limit.h"
#include "operators/text/byte_size.h"
#include "operators/text/utf8.h"
#include "operators/text/value_parser.h"
#include "pipelines/run/cuts.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

int64_t now_microseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

int usage_error(const PipelineArguments& arguments, const std::string& message,
                const std::string& hint) {
  return usage_error(arguments.json, arguments.logger(), message, hint);
}

using Params = std::vector<std::pair<std::string, std::string>>;

std::optional<Params> split_params(const PipelineArguments& arguments) {
  Params params;
  for (const std::string& param : arguments.params) {
    const size_t equals = param.find('=');
    if (equals == 0 || equals == std::string::npos) {
      usage_error(arguments, fmt::format("'-p {}' is not of the form name=value", param),
                  "write -p name=value");
      return std::nullopt;
    }
    if (io::first_invalid_utf8(param) != param.size()) {
      usage_error(arguments,
                  fmt::format("'-p {}' is not valid UTF-8", io::replace_invalid_utf8(param)),
                  "texts are UTF-8; for a file's name that is not, use a pattern with * or ?");
      return std::nullopt;
    }
    params.emplace_back(param.substr(0, equals), param.substr(equals + 1));
  }
  return params;
}

/// `--procs`, else `settings.procs`, else what the environment and the machine allow.
std::expected<size_t, int> choose_procs(const PipelineArguments& arguments,
                                        const pipelines::Settings& settings) {
  if (arguments.procs.empty() || arguments.procs == "auto") {
    return static_cast<size_t>(settings.procs.value_or(default_procs()));
  }
  int64_t procs = 0;
  const char* const end = arguments.procs.data() + arguments.procs.size();
  const auto [parsed, error] = std::from_chars(arguments.procs.data(), end, procs);
  if (error != std::errc() || parsed != end || procs < 1 || procs > kProcsMax) {
    return std::unexpected(usage_error(
        arguments, fmt::format("--procs '{}' is not a number of processors", arguments.procs),
        fmt::format("write a number from 1 to {}, or auto", kProcsMax)));
  }
  return static_cast<size_t>(procs);
}

std::expected<size_t, int> choose_memory(const PipelineArguments& arguments,
                                         const pipelines::Settings& settings) {
  std::optional<uint64_t> bytes = settings.memory;
  if (!arguments.memory.empty()) {
    bytes = io::parse_bytes(arguments.memory);
    if (!bytes) {
      return std::unexpected(
          usage_error(arguments, fmt::format("--memory '{}' is not a size", arguments.memory),
                      "write a size like 512MiB or 2GiB"));
    }
  }
  if (!bytes) return default_memory_limit();
  if (const auto most = container_memory(); most && *bytes > *most) {
    return std::unexpected(
        usage_error(arguments,
                    fmt::format("the memory limit of {} is more than the {} this container may use",
                                io::format_bytes(*bytes), io::format_bytes(*most)),
                    fmt::format("write less, or leave it out: then it is {}",
                                io::format_bytes(default_memory_limit()))));
  }
  return static_cast<size_t>(*bytes);
}

std::expected<int64_t, int> choose_now(const PipelineArguments& arguments) {
  if (arguments.now.empty()) return now_microseconds();
  int64_t micros = 0;
  if (io::parse_timestamp(arguments.now, micros)) return micros;
  return std::unexpected(usage_error(arguments,
                                     fmt::format("--now '{}' is not a timestamp", arguments.now),
                                     "write a timestamp like 2026-01-31T10:00:00Z"));
}

}  // namespace

int report_mistakes(const PipelineArguments& arguments, const pipelines::Document& document,
                    const Diagnostics& diagnostics) {
  if (arguments.json) {
    nlohmann::ordered_json json{{"ok", false}};
    json["errors"] = pipelines::to_json(document, diagnostics);
    print_json(json);
  } else if (const Log log = arguments.logger(); log.is_json()) {
    for (nlohmann::ordered_json mistake : pipelines::to_json(document, diagnostics)) {
      const std::string message = mistake["message"];
      mistake.erase("message");
      log.write({LogLevel::kError, "mistake", message}, {}, mistake);
    }
  } else {
    fmt::print(stderr, "{}", pipelines::render(document, diagnostics));
  }
  return kUsage;
}

void add_pipeline_arguments(CLI::App& app, PipelineArguments& arguments) {
  app.add_option("FILE", arguments.file, "The pipeline; - reads it from standard input")
      ->required();
  app.add_option("-p,--param", arguments.params, "Set a parameter: -p name=value (may be repeated)")
      ->allow_extra_args(false);
  app.add_option("--procs", arguments.procs,
                 "Processors to use (default: as many as the machine and its cgroup allow)");
  app.add_option("--memory", arguments.memory,
                 "Memory limit, e.g. 512MiB (default: 60 % of what there is)");
  app.add_option("--now", arguments.now,
                 "What now() is, e.g. 2026-01-31T10:00:00Z (default: the time of the run)");
  add_plugin_argument(app, arguments.plugins);
  app.add_flag("--no-fuse", arguments.no_fuse,
               "Give every stage goroutines and channels of its own (for comparison)");
  app.add_flag("--json", arguments.json, "Print the result as JSON on standard output");
  app.add_option("--log", arguments.log,
                 "What standard error gets: text for people, or json, one object a line")
      ->envname("LEAT_LOG")
      ->check(CLI::IsMember({"text", "json"}));
}

void add_plugin_argument(CLI::App& app, std::vector<std::string>& files) {
  app.add_option("--plugin", files,
                 "Load operators and functions from a shared object (may be repeated)")
      ->allow_extra_args(false);
}

std::shared_ptr<plugin::PluginSet> load_plugins(const std::vector<std::string>& files, bool json,
                                                const Log& log) {
  auto plugins = std::make_shared<plugin::PluginSet>();
  for (const std::string& file : files) {
    const Status loaded = plugins->load(file);
    if (loaded) continue;
    usage_error(json, log, loaded.error().message, loaded.error().hint);
    return nullptr;
  }
  return plugins;
}

std::vector<const OperatorDef*> all_operators(const plugin::PluginSet& plugins) {
  std::vector<const OperatorDef*> all = plugins.operators();
  for (const OperatorDef* const definition : builtin_operators()) all.push_back(definition);
  std::sort(all.begin(), all.end(),
            [](const OperatorDef* a, const OperatorDef* b) { return a->name < b->name; });
  return all;
}

std::expected<Loaded, int> load(const PipelineArguments& arguments) {
  const std::optional<Params> params = split_params(arguments);
  if (!params) return std::unexpected(static_cast<int>(kUsage));
  Result<pipelines::Document> read = pipelines::Document::read(arguments.file);
  if (!read)
    return std::unexpected(usage_error(arguments, read.error().message, read.error().hint));
  auto document = std::make_shared<const pipelines::Document>(std::move(*read));
  pipelines::LoadOptions options;
  options.params = *params;
  const std::expected<int64_t, int> now = choose_now(arguments);
  if (!now) return std::unexpected(now.error());
  options.now = *now;
  options.plugins = load_plugins(arguments.plugins, arguments.json, arguments.logger());
  if (options.plugins == nullptr) return std::unexpected(static_cast<int>(kUsage));
  Diagnostics diagnostics;
  std::optional<pipelines::Pipeline> pipeline = pipelines::load(document, options, diagnostics);
  if (!pipeline) return std::unexpected(report_mistakes(arguments, *document, diagnostics));
  pipelines::cut_diamonds(*pipeline);
  const std::expected<size_t, int> procs = choose_procs(arguments, pipeline->settings);
  if (!procs) return std::unexpected(procs.error());
  const std::expected<size_t, int> memory = choose_memory(arguments, pipeline->settings);
  if (!memory) return std::unexpected(memory.error());
  Result<pipelines::Plan> plan = pipelines::make_plan(
      *pipeline, {*procs, *memory, pipeline->settings.fuse && !arguments.no_fuse});
  if (!plan && plan.error().pipeline) {
    diagnostics.error(*plan.error().pipeline, plan.error().message, plan.error().hint);
    return std::unexpected(report_mistakes(arguments, *document, diagnostics));
  }
  if (!plan)
    return std::unexpected(usage_error(arguments, plan.error().message, plan.error().hint));
  return Loaded{std::move(document), std::move(*pipeline), std::move(*plan)};
}

}  // namespace leat::cli
