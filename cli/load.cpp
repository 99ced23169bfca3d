// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/load.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/color.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/param_file.h"
#include "cli/run_pipeline.h"
#include "cli/sandbox_mode.h"
#include "engine/codes/command.h"
#include "engine/codes/machine.h"
#include "engine/codes/plugin.h"
#include "engine/procs.h"
#include "operators/data/memory.h"
#include "operators/data/memory_limit.h"
#include "operators/plugin/trust.h"
#include "operators/text/byte_size.h"
#include "operators/text/utf8.h"
#include "operators/text/value_parser.h"
#include "pipelines/run/cuts.h"
#include "pipelines/run/found_values.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

int64_t now_microseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::unexpected<Mistakes> wrong(Code number, const PipelineArguments& arguments,
                                const std::string& message, const std::string& hint) {
  return std::unexpected(usage_mistake(number, arguments.answer(), message, hint));
}

std::unexpected<Mistakes> wrong(const PipelineArguments& arguments, const Error& error) {
  return wrong(error.number, arguments, error.message, error.hint);
}

using Params = std::vector<std::pair<std::string, std::string>>;

std::expected<Params, Mistakes> split_params(const PipelineArguments& arguments) {
  Params params;
  for (const std::string& param : arguments.params) {
    const size_t equals = param.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return wrong(code::kArgumentValue, arguments,
                   fmt::format("'-p {}' is not of the form name=value", param),
                   "write -p name=value");
    }
    if (io::first_invalid_utf8(param) != param.size()) {
      return wrong(code::kArgumentValue, arguments,
                   fmt::format("'-p {}' is not valid UTF-8", io::replace_invalid_utf8(param)),
                   "texts are UTF-8; for a file's name that is not, use a pattern with * or ?");
    }
    params.emplace_back(param.substr(0, equals), param.substr(equals + 1));
  }
  return params;
}

/// `--procs`, else `settings.procs`, else what the environment and the machine allow.
std::expected<size_t, Mistakes> choose_procs(const PipelineArguments& arguments,
                                             const pipelines::Settings& settings) {
  if (arguments.procs.empty() || arguments.procs == "auto") {
    return static_cast<size_t>(settings.procs.value_or(default_procs()));
  }
  int64_t procs = 0;
  const char* const end = arguments.procs.data() + arguments.procs.size();
  const auto [parsed, error] = std::from_chars(arguments.procs.data(), end, procs);
  if (error != std::errc() || parsed != end || procs < 1 || procs > kProcsMax) {
    return wrong(code::kArgumentValue, arguments,
                 fmt::format("--procs '{}' is not a number of processors", arguments.procs),
                 fmt::format("write a number from 1 to {}, or auto", kProcsMax));
  }
  return static_cast<size_t>(procs);
}

std::expected<size_t, Mistakes> choose_memory(const PipelineArguments& arguments,
                                              const pipelines::Settings& settings) {
  std::optional<uint64_t> bytes = settings.memory;
  if (!arguments.memory.empty()) {
    bytes = io::parse_bytes(arguments.memory);
    if (!bytes) {
      return wrong(code::kArgumentValue, arguments,
                   fmt::format("--memory '{}' is not a size", arguments.memory),
                   "write a size like 512MiB or 2GiB");
    }
  }
  if (!bytes) return default_memory_limit();
  if (const auto most = container_memory(); most && *bytes > *most) {
    return wrong(code::kMemoryAboveContainer, arguments,
                 fmt::format("the memory limit of {} is more than the {} this container may use",
                             io::format_bytes(*bytes), io::format_bytes(*most)),
                 fmt::format("write less, or leave it out: then it is {}",
                             io::format_bytes(default_memory_limit())));
  }
  return static_cast<size_t>(*bytes);
}

std::expected<int64_t, Mistakes> choose_now(const PipelineArguments& arguments) {
  if (arguments.now.empty()) return now_microseconds();
  int64_t micros = 0;
  if (io::parse_timestamp(arguments.now, micros)) return micros;
  return wrong(code::kArgumentValue, arguments,
               fmt::format("--now '{}' is not a timestamp", arguments.now),
               "write a timestamp like 2026-01-31T10:00:00Z");
}

/// The values of --params and -p; -p wins.
std::expected<Params, Mistakes> all_params(const PipelineArguments& arguments) {
  std::expected<Params, Mistakes> params = split_params(arguments);
  if (!params) return params;
  Params of_files;
  for (const std::string& file : arguments.param_files) {
    const Result<pipelines::Document> document = pipelines::Document::read(file);
    if (!document) return wrong(arguments, document.error());
    Diagnostics diagnostics;
    for (auto& [name, value] : read_params(*document, diagnostics)) {
      std::erase_if(of_files, [&](const auto& param) { return param.first == name; });
      of_files.emplace_back(std::move(name), std::move(value));
    }
    if (!diagnostics.ok()) return std::unexpected(mistakes_in(arguments, *document, diagnostics));
  }
  const auto is_given = [given = *params](const auto& param) {
    return std::any_of(given.begin(), given.end(),
                       [&](const auto& one) { return one.first == param.first; });
  };
  for (auto& param : of_files) {
    if (!is_given(param)) params->push_back(std::move(param));
  }
  return params;
}

using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view)>;

/// Answers `${env:NAME}`: a variable of the process wins over one of --env-file.
std::expected<EnvironmentLookup, Mistakes> environment_of(const PipelineArguments& arguments) {
  if (arguments.env_file.empty()) return pipelines::system_environment;
  const Result<pipelines::Document> document = pipelines::Document::read(arguments.env_file);
  if (!document) return wrong(arguments, document.error());
  Result<Variables> variables = parse_env_file(document->text(), document->file());
  if (!variables) return wrong(arguments, variables.error());
  return [of_file = std::move(*variables)](std::string_view name) {
    if (std::optional<std::string> value = pipelines::system_environment(name)) return value;
    const auto found = of_file.find(name);
    return found == of_file.end() ? std::nullopt : std::optional(found->second);
  };
}

/// Which plugins a pipeline may have loaded that is only looked at.
Result<pipelines::PluginPolicy> policy_of_looking() {
  pipelines::PluginPolicy policy{.load = pipelines::PluginPolicy::Load::kAllowed};
  LEAT_TRY_ASSIGN(policy.allowed, plugin::search_folders());
  LEAT_TRY_ASSIGN(std::vector<std::string> listed, plugin::allowed_by_user());
  policy.allowed.insert(policy.allowed.end(), listed.begin(), listed.end());
  return policy;
}

/// Why stages were not checked, and what would let them be.
std::string why_unchecked(const pipelines::Unchecked& unchecked) {
  if (!unchecked.plugins.empty())
    return fmt::format("not loaded, as it is not allowed: {} (--plugin FILE allows it",
                       fmt::join(unchecked.plugins, ", "));
  return fmt::format("their columns are those that {} {} (--online asks",
                     fmt::join(unchecked.connections, ", "),
                     unchecked.connections.size() == 1 ? "has" : "have");
}

/// One line: which stages were not checked, and why.
Mistakes unchecked_in(const PipelineArguments& arguments, const pipelines::Document& document,
                      const pipelines::Unchecked& unchecked) {
  // A check asks nobody, and found nothing wrong with what can be known so.
  const bool is_done = unchecked.plugins.empty() && arguments.command == "check";
  const ExitCode code = is_done ? kDone : kUnchecked;
  if (arguments.json) {
    return {code,
            {},
            {{"stages", unchecked.stages_in_all},
             {"unchecked", unchecked.stages},
             {"plugins", unchecked.plugins},
             {"connections", unchecked.connections}}};
  }
  const std::string message =
      fmt::format("{} of {} stages unchecked ({}), no mistakes found in the others: {}{})",
                  unchecked.stages.size(), unchecked.stages_in_all,
                  fmt::join(unchecked.stages, ", "), why_unchecked(unchecked),
                  is_done ? "" : fmt::format("; exit code {}", static_cast<int>(code)));
  arguments.logger().write({is_done ? LogLevel::kInfo : LogLevel::kWarning, "unchecked", message},
                           fmt::format("{}: {}{}\n", document.file(), message,
                                       is_done ? "" : pipelines::code_mark(code::kUnchecked)),
                           {{"code", to_string(code::kUnchecked)},
                            {"file", document.file()},
                            {"stages", unchecked.stages_in_all},
                            {"unchecked", unchecked.stages},
                            {"plugins", unchecked.plugins},
                            {"connections", unchecked.connections}});
  return {code, {}, {}};
}

}  // namespace

Log PipelineArguments::logger() const {
  if (log == "json") return Log(LogFormat::kJson, Coloring::kPlain, redactions);
  return Log(LogFormat::kText,
             wants_color(color, STDERR_FILENO) ? Coloring::kColored : Coloring::kPlain, redactions);
}

Mistakes mistakes_in(const PipelineArguments& arguments, const pipelines::Document& document,
                     const Diagnostics& diagnostics) {
  if (arguments.json) return {kUsage, pipelines::to_json(document, diagnostics), {}};
  const Log log = arguments.logger();
  if (log.is_json()) {
    for (nlohmann::ordered_json mistake : pipelines::to_json(document, diagnostics)) {
      const std::string message = mistake["message"];
      mistake.erase("message");
      log.write({LogLevel::kError, "mistake", message}, {}, mistake);
    }
  } else {
    log.write({LogLevel::kError, "mistake", {}}, pipelines::render(document, diagnostics));
  }
  return {kUsage, {}, {}};
}

void add_file_argument(CLI::App& app, PipelineArguments& arguments) {
  app.add_option("FILE", arguments.file, "The pipeline; - reads it from standard input")
      ->required();
}

void add_pipeline_options(CLI::App& app, PipelineArguments& arguments) {
  arguments.command = app.get_name();
  app.add_option("-p,--param", arguments.params, "Set a parameter: -p name=value (may be repeated)")
      ->allow_extra_args(false);
  app.add_option("--params", arguments.param_files,
                 "Take parameters from a mapping in YAML or JSON; -p wins over it")
      ->allow_extra_args(false);
  app.add_option("--env-file", arguments.env_file,
                 "Take variables for ${env:NAME} from lines NAME=VALUE, where they are not set");
  app.add_option("--connections", arguments.connections,
                 "Take connections from a mapping in YAML; they win over those of the pipeline");
  app.add_option("--procs", arguments.procs,
                 "Processors to use (default: as many as the machine and its cgroup allow)");
  app.add_option("--memory", arguments.memory,
                 "Memory limit, e.g. 512MiB (default: 60 % of what there is)");
  app.add_option("--now", arguments.now,
                 "What now() is, e.g. 2026-01-31T10:00:00Z (default: the time of the run)");
  add_plugin_argument(app, arguments.plugins);
  app.add_flag(
      "--untrusted", arguments.untrusted,
      "Refuse plugins, paths that leave the folder, and environment variables that are not "
      "listed");
  app.add_option("--allow-env", arguments.environment,
                 "An environment variable that an untrusted pipeline may read (may be repeated)")
      ->allow_extra_args(false)
      ->needs("--untrusted");
  app.add_flag("--no-fuse", arguments.no_fuse,
               "Give every stage goroutines and channels of its own (for comparison)");
  app.add_flag("--json", arguments.json, "Print the result as JSON on standard output");
  app.add_option("--log", arguments.log,
                 "What standard error gets: text for people, or json, one object a line")
      ->envname("LEAT_LOG")
      ->check(CLI::IsMember({"text", "json"}));
  add_color_argument(app, arguments.color);
}

void add_pipeline_arguments(CLI::App& app, PipelineArguments& arguments) {
  add_file_argument(app, arguments);
  add_pipeline_options(app, arguments);
}

std::string not_a_count(const std::string& text) {
  int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, count);
  const bool is_count = error == std::errc() && parsed == end && count >= 0;
  return is_count ? "" : fmt::format("'{}' is not a number of rows, such as 100", text);
}

void add_online_argument(CLI::App& app, PipelineArguments& arguments) {
  app.add_flag("--online", arguments.is_online,
               "Try the connections, and ask them which columns there are");
}

void add_color_argument(CLI::App& app, std::string& color) {
  app.add_option("--color", color,
                 "Colour messages: auto (on terminals, unless NO_COLOR is set), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_plugin_argument(CLI::App& app, std::vector<std::string>& files) {
  app.add_option("--plugin", files,
                 "Load operators and functions from a shared object (may be repeated)")
      ->allow_extra_args(false);
}

std::expected<std::shared_ptr<plugin::PluginSet>, Mistakes> load_plugins(
    const std::vector<std::string>& files, const Answer& answer) {
  auto plugins = std::make_shared<plugin::PluginSet>();
  for (const std::string& file : files) {
    const Status loaded = plugins->load(file);
    if (!loaded)
      return std::unexpected(usage_mistake(loaded.error().number, answer, loaded.error().message,
                                           loaded.error().hint));
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

std::expected<pipelines::LoadOptions, Mistakes> load_options(const PipelineArguments& arguments,
                                                             LoadFor purpose) {
  pipelines::LoadOptions options;
  options.portion = arguments.portion;
  options.full_refresh = arguments.full_refresh;
  options.connections = arguments.connections;
  options.is_online = purpose == LoadFor::kRun || arguments.is_online;
  options.resolved = arguments.resolved;
  options.redactions = arguments.redactions;
  if (isatty(STDIN_FILENO) == 1) {
    options.before_stdin = [log = arguments.logger()] {
      const std::string_view message = "reading from the terminal; Ctrl-D ends the input";
      log.write({LogLevel::kInfo, "note", message}, fmt::format("leat: {}\n", message));
    };
  }
  auto params = all_params(arguments);
  if (!params) return std::unexpected(std::move(params).error());
  options.params = std::move(*params);
  auto environment = environment_of(arguments);
  if (!environment) return std::unexpected(std::move(environment).error());
  options.environment = std::move(*environment);
  auto now = choose_now(arguments);
  if (!now) return std::unexpected(std::move(now).error());
  options.now = *now;
  auto plugins = load_plugins(arguments.plugins, arguments.answer());
  if (!plugins) return std::unexpected(std::move(plugins).error());
  options.plugins = std::move(*plugins);
  if (arguments.untrusted) {
    if (!arguments.plugins.empty())
      return wrong(code::kUsage, arguments, "--untrusted loads no plugins",
                   "leave out --plugin, or --untrusted");
    options.confinement.emplace().environment.insert(arguments.environment.begin(),
                                                     arguments.environment.end());
  } else if (purpose == LoadFor::kLook) {
    Result<pipelines::PluginPolicy> policy = policy_of_looking();
    if (!policy) return wrong(arguments, policy.error());
    options.plugin_policy = std::move(*policy);
  }
  return options;
}

std::expected<pipelines::PlanOptions, Mistakes> plan_options(const PipelineArguments& arguments,
                                                             const pipelines::Settings& settings) {
  const std::expected<size_t, Mistakes> procs = choose_procs(arguments, settings);
  if (!procs) return std::unexpected(procs.error());
  const std::expected<size_t, Mistakes> memory = choose_memory(arguments, settings);
  if (!memory) return std::unexpected(memory.error());
  return pipelines::PlanOptions{*procs, *memory, settings.fuse && !arguments.no_fuse};
}

namespace {

/// What a first pass failed with.
Mistakes failed_pass(const PipelineArguments& arguments, const pipelines::Document& document,
                     const Error& error) {
  if (arguments.json)
    return {kFailed, nlohmann::ordered_json::array({pipelines::to_json(&document, error)}), {}};
  arguments.logger().write(
      {LogLevel::kError, "first_pass_failed", error.message},
      pipelines::render(&document, error) +
          fmt::format("{}: the first pass failed; no output was changed\n", document.file()),
      {{"error", pipelines::to_json(&document, error)}});
  return {kFailed, {}, {}};
}

/// What is for `--json`; without it, it is said.
nlohmann::ordered_json warnings_of(const PipelineArguments& arguments,
                                   const pipelines::Document& document,
                                   const Diagnostics& diagnostics) {
  if (arguments.json) return pipelines::warnings_json(document, diagnostics);
  if (diagnostics.warnings().empty()) return {};
  const Log log = arguments.logger();
  if (!log.is_json()) {
    log.write({LogLevel::kWarning, "warning", {}},
              pipelines::render_warnings(document, diagnostics));
    return {};
  }
  for (nlohmann::ordered_json warning : pipelines::warnings_json(document, diagnostics)) {
    const std::string message = warning["message"];
    warning.erase("message");
    log.write({LogLevel::kWarning, "warning", message}, {}, warning);
  }
  return {};
}

/// One line: which stages are checked when the pipeline is run.
Mistakes open_in(const PipelineArguments& arguments, const pipelines::Document& document,
                 const pipelines::Unchecked& unchecked) {
  std::vector<std::string> open;
  for (const auto& one : unchecked.open) open.push_back(one.name);
  if (arguments.json) {
    return {kDone,
            {},
            {{"stages", unchecked.stages_in_all},
             {"checked_when_run", unchecked.stages},
             {"first_pass", open}}};
  }
  const std::string message = fmt::format(
      "{} stages, no mistakes found; {} checked when it is run, as the names of {} are found in a "
      "first pass: {}",
      unchecked.stages_in_all,
      unchecked.stages.size() == 1 ? "1 is" : fmt::format("{} are", unchecked.stages.size()),
      fmt::join(open, ", "), fmt::join(unchecked.stages, ", "));
  arguments.logger().write({LogLevel::kInfo, "no_mistakes", message},
                           fmt::format("{}: {}\n", document.file(), message),
                           {{"file", document.file()},
                            {"stages", unchecked.stages_in_all},
                            {"checked_when_run", unchecked.stages},
                            {"first_pass", open}});
  return {kDone, {}, {}};
}

/// load(), with the first passes that it takes.
Result<std::optional<pipelines::Pipeline>> load_pipeline(
    const PipelineArguments& arguments, const std::shared_ptr<pipelines::Document>& document,
    pipelines::LoadOptions options, const FirstPassControl& passes, Diagnostics& diagnostics,
    pipelines::Unchecked& unchecked, std::optional<Mistakes>& wrong_plan) {
  if (!passes.makes) return pipelines::load(document, options, diagnostics, &unchecked);
  const auto plan = [&](const pipelines::Settings& settings) -> Result<pipelines::PlanOptions> {
    auto how = plan_options(arguments, settings);
    if (how) return *how;
    wrong_plan = std::move(how).error();
    return fail(code::kUsage, ErrorCode::kInvalid, "the options of the plan are wrong");
  };
  auto enter = passes.enter;
  if (!enter) {
    enter = [&arguments](const pipelines::Pipeline& pipeline) {
      RunArguments run;
      static_cast<PipelineArguments&>(run) = arguments;
      return enter_sandbox_of(run, pipeline, SandboxFor::kThread);
    };
  }
  return pipelines::load_with_first_passes(document, std::move(options),
                                           {plan, enter, passes.control}, diagnostics, &unchecked);
}

}  // namespace

std::expected<Loaded, Mistakes> try_load(const PipelineArguments& arguments, LoadFor purpose,
                                         std::shared_ptr<pipelines::Document> document,
                                         const FirstPassControl& passes) {
  if (document == nullptr) {
    Result<pipelines::Document> read = pipelines::Document::read(arguments.file);
    if (!read) return wrong(arguments, read.error());
    document = std::make_shared<pipelines::Document>(std::move(*read));
  }
  const std::expected<pipelines::LoadOptions, Mistakes> options = load_options(arguments, purpose);
  if (!options) return std::unexpected(options.error());
  Diagnostics diagnostics;
  pipelines::Unchecked unchecked;
  std::optional<Mistakes> wrong_plan;
  Result<std::optional<pipelines::Pipeline>> found =
      load_pipeline(arguments, document, *options, passes, diagnostics, unchecked, wrong_plan);
  if (wrong_plan) return std::unexpected(std::move(*wrong_plan));
  if (!found) return std::unexpected(failed_pass(arguments, *document, found.error()));
  std::optional<pipelines::Pipeline> pipeline = std::move(*found);
  if (!pipeline && diagnostics.ok())
    return std::unexpected(unchecked.plugins.empty() && unchecked.connections.empty()
                               ? open_in(arguments, *document, unchecked)
                               : unchecked_in(arguments, *document, unchecked));
  if (!pipeline) return std::unexpected(mistakes_in(arguments, *document, diagnostics));
  pipelines::cut_diamonds(*pipeline);
  const auto how = plan_options(arguments, pipeline->settings);
  if (!how) return std::unexpected(how.error());
  Result<pipelines::Plan> plan = pipelines::make_plan(*pipeline, *how);
  if (!plan && plan.error().pipeline) {
    diagnostics.error(plan.error().number, *plan.error().pipeline, plan.error().message,
                      plan.error().hint);
    return std::unexpected(mistakes_in(arguments, *document, diagnostics));
  }
  if (!plan) return wrong(arguments, plan.error());
  nlohmann::ordered_json warnings = warnings_of(arguments, *document, diagnostics);
  return Loaded{std::move(document), std::move(*pipeline), std::move(*plan), std::move(warnings)};
}

std::expected<Loaded, int> load(const PipelineArguments& arguments, LoadFor purpose,
                                std::shared_ptr<pipelines::Document> document,
                                const FirstPassControl& passes) {
  std::expected<Loaded, Mistakes> loaded =
      try_load(arguments, purpose, std::move(document), passes);
  if (!loaded)
    return std::unexpected(print_mistakes(arguments.answer(), std::move(loaded).error()));
  return std::move(*loaded);
}

}  // namespace leat::cli
