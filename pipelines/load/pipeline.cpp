// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The front phases in their order. Each reports what it finds and hands on what it could make of
// the rest, so that one call finds the misspelt operator, the unknown column and the missing file.
//
// Invariants:
//  1. `load` returns a pipeline if and only if it reported nothing and needs no plugin that
//     was skipped.
//  2. A phase gets nothing that an earlier one found broken, or gets it marked as such, so no
//     mistake is reported twice.
//  3. Stages of the result are in topological order; edges refer to that order.
//
// Rejected: stopping after the first phase that found something (a second run would be needed to
// learn of the rest), and a list of checks apart from the phases (each would have to find out again
// what its phase knew).
#include "pipelines/load/pipeline.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/procs.h"
#include "pipelines/load/bind_stages.h"
#include "pipelines/load/connections.h"
#include "pipelines/load/graph.h"
#include "pipelines/load/groups.h"
#include "pipelines/load/interpolate.h"
#include "pipelines/load/params.h"
#include "pipelines/load/plugins.h"
#include "pipelines/load/resolved.h"
#include "pipelines/load/sources.h"
#include "pipelines/load/targets.h"

namespace leat::pipelines {
namespace {

constexpr int64_t kCapacityMax = 65536;

/// Interpolates what stands outside of stages; what cannot be is left out.
void interpolate_top(Spec& spec, Interpolator& interpolator) {
  for (auto* field : {&spec.memory, &spec.procs, &spec.fuse, &spec.spill_dir, &spec.spill_max,
                      &spec.spill_compress, &spec.sandbox, &spec.on_error, &spec.max_rejects}) {
    if (*field) *field = interpolator.replace(**field);
  }
}

Settings read_settings(const Spec& spec, Diagnostics& diagnostics) {
  Settings settings;
  const auto written = [](const std::optional<SourceText>& text) {
    return text && text->text() != "auto";
  };
  if (written(spec.memory)) settings.memory = read_bytes(*spec.memory, diagnostics);
  if (written(spec.procs))
    settings.procs = read_count("procs", *spec.procs, kProcsMax, diagnostics);
  if (spec.fuse) settings.fuse = read_switch("fuse", *spec.fuse, diagnostics).value_or(true);
  if (written(spec.spill_dir)) settings.spill.dir = spec.spill_dir;
  if (written(spec.spill_max)) settings.spill.max = read_bytes(*spec.spill_max, diagnostics);
  if (spec.spill_compress)
    settings.spill.compress =
        read_switch("compress", *spec.spill_compress, diagnostics).value_or(true);
  if (spec.sandbox) settings.sandbox = read_sandbox(*spec.sandbox, diagnostics);
  return settings;
}

/// The result: stages in the graph's order.
std::vector<Stage> assemble(const Spec& spec, Graph& graph, std::vector<BoundStage>& bound,
                            Diagnostics& diagnostics) {
  std::vector<size_t> position(spec.stages.size(), 0);
  for (size_t i = 0; i < graph.order.size(); ++i) position[graph.order[i]] = i;
  std::vector<Stage> stages;
  for (const size_t index : graph.order) {
    const StageSpec& written = spec.stages[index];
    const GraphStage& node = graph.stages[index];
    Stage stage;
    stage.name = node.name;
    stage.definition = written.definition;
    stage.bound = std::move(bound[index].bound);
    stage.inputs = std::move(bound[index].inputs);
    stage.on_error = node.on_error;
    for (const From& input : node.inputs) stage.from.push_back({position[input.stage], input.port});
    if (written.definition != nullptr && written.definition->ports != nullptr)
      stage.ports = written.definition->ports(written.options);
    stage.span = written.operator_key.span();
    if (written.lanes) stage.lanes = read_count("lanes", *written.lanes, kProcsMax, diagnostics);
    if (written.capacity)
      stage.capacity = read_count("capacity", *written.capacity, kCapacityMax, diagnostics);
    stage.doc = written.doc;
    stages.push_back(std::move(stage));
  }
  return stages;
}

/// The environment, whose values no output shows.
EnvironmentLookup remembering(const LoadOptions& options) {
  const auto find = [&options](std::string_view name) {
    std::optional<std::string> value = options.environment(name);
    if (value && options.redactions)
      options.redactions->add(*value, fmt::format("${{env:{}}}", name));
    return value;
  };
  const auto hide = [&options](const std::string& secret, std::string shown) {
    if (options.redactions) options.redactions->add(secret, std::move(shown));
  };
  return {find, options.confinement ? &options.confinement->environment : nullptr, hide};
}

PluginPolicy plugin_policy(const LoadOptions& options) {
  return options.confinement ? PluginPolicy{.load = PluginPolicy::Load::kNone}
                             : options.plugin_policy;
}

void hide_secrets(const std::vector<ParamTable>& scopes, const LoadOptions& options) {
  if (!options.redactions) return;
  for (const ParamTable& params : scopes) {
    for (const auto& [name, param] : params) {
      if (param.is_secret && param.given)
        options.redactions->add(*param.given, fmt::format("${{{}}}", name));
    }
  }
}

/// The parameters of every scope; those outside stand before those inside.
std::vector<ParamTable> resolve_scopes(const Spec& spec, const LoadOptions& options,
                                       const EnvironmentLookup& environment,
                                       Diagnostics& diagnostics) {
  std::vector<ParamTable> scopes;
  scopes.push_back(resolve_params(spec, options.params, environment, options.now, diagnostics));
  for (size_t i = 1; i < spec.scopes.size(); ++i) {
    const Scope& scope = spec.scopes[i];
    scopes.push_back(resolve_params_of(scope, spec.groups[*scope.group], scopes.front(),
                                       scopes[scope.outer], environment, options.now, diagnostics));
  }
  return scopes;
}

/// Puts values into what stands in the pipeline.
void interpolate(Spec& spec, const std::vector<ParamTable>& scopes,
                 const EnvironmentLookup& environment, Diagnostics& diagnostics) {
  std::vector<Interpolator> interpolators;
  for (const ParamTable& params : scopes)
    interpolators.emplace_back(&params, environment, diagnostics);
  interpolate_top(spec, interpolators.front());
  for (StageSpec& stage : spec.stages) interpolate_stage(stage, interpolators[stage.scope]);
}

/// Whoever looks at a stage sees all its columns; the values of an option are but one.
bool reads_all_columns(const Portion& portion) { return portion.is_look() && !portion.values_of; }

/// Gives `plugins` the connections that stages name, and tries them unless nobody may be asked.
void connect(Spec& spec, const ParamTable& params, const EnvironmentLookup& environment,
             const LoadOptions& options, plugin::PluginSet& plugins, Diagnostics& diagnostics) {
  Interpolator interpolator(&params, environment, diagnostics);
  plugin::Connections connections =
      resolve_connections(spec, interpolator, options.redactions.get(), diagnostics);
  connections.is_online = options.is_online;
  plugins.set_connections(std::move(connections));
  if (options.is_online) try_connections(spec, plugins, diagnostics);
}

/// What of `graph` was not checked, as the plugins `skipped` were not loaded, `connections` may not
/// be used, or a first pass is to come.
Unchecked find_unchecked(const std::vector<SourceText>& skipped,
                         const plugin::Connections& connections, const Spec& spec,
                         const Graph& graph, const std::vector<BoundStage>& bound) {
  Unchecked unchecked;
  for (size_t i = 0; i < bound.size(); ++i) {
    if (bound[i].bound && bound[i].bound->is_open)
      unchecked.open.push_back({spec.stages[i].number, graph.stages[i].name});
  }
  const bool asks_nobody = !connections.is_online && !connections.all.empty();
  if (skipped.empty() && !asks_nobody && unchecked.open.empty()) return unchecked;
  for (const SourceText& plugin : skipped) unchecked.plugins.push_back(plugin.text());
  for (const plugin::Connection& one : connections.all) {
    if (asks_nobody) unchecked.connections.push_back(one.name.text());
  }
  for (size_t i = 0; i < bound.size(); ++i) {
    if (!bound[i].bound || bound[i].is_unchecked) unchecked.stages.push_back(graph.stages[i].name);
  }
  unchecked.stages_in_all = bound.size();
  return unchecked;
}

}  // namespace

std::optional<std::string> system_environment(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<Pipeline> load(std::shared_ptr<Document> document, const LoadOptions& options,
                             Diagnostics& diagnostics, Unchecked* unchecked) {
  const size_t before = diagnostics.count();
  const std::optional<Sources> sources =
      read_sources(*document, options.confinement ? &*options.confinement : nullptr,
                   options.connections, diagnostics);
  if (!sources) return std::nullopt;
  const auto plugins =
      options.plugins != nullptr ? options.plugins : std::make_shared<plugin::PluginSet>();
  const std::vector<SourceText> skipped =
      load_plugins(sources->root, plugin_policy(options), *plugins, diagnostics);
  std::vector<const OptionNode*> roots = {&sources->root};
  for (const OptionNode& included : sources->included) roots.push_back(&included);
  load_connectors(roots, *plugins, diagnostics);
  std::vector<const OperatorDef*> operators(options.operators.begin(), options.operators.end());
  for (const OperatorDef* const definition : plugins->operators()) operators.push_back(definition);
  Spec spec = read_spec(*document, *sources, {operators, skipped.empty()}, diagnostics);
  expand_groups(spec, diagnostics);

  const EnvironmentLookup environment = remembering(options);
  const std::vector<ParamTable> scopes = resolve_scopes(spec, options, environment, diagnostics);
  hide_secrets(scopes, options);
  interpolate(spec, scopes, environment, diagnostics);
  put_found(options.found, spec);
  if (options.confinement) confine_paths(spec, diagnostics);
  connect(spec, scopes.front(), environment, options, *plugins, diagnostics);

  Pipeline pipeline;
  pipeline.settings = read_settings(spec, diagnostics);
  if (spec.max_rejects) pipeline.max_rejects = read_reject_limit(*spec.max_rejects, diagnostics);
  std::vector<expr::Environment> environments;
  for (const ParamTable& params : scopes) {
    environments.push_back(expression_environment(params, options.now));
    environments.back().functions = plugins->functions(
        skipped.empty() ? expr::Completeness::kComplete : expr::Completeness::kOthersUnknown);
  }
  pipeline.environment = environments.front();
  pipeline.plugins = plugins;
  Graph graph =
      build_graph(*document, spec, diagnostics,
                  options.portion.is_look() ? UnreadRows::kAllowed : UnreadRows::kMistake);
  if (options.resolved != nullptr && diagnostics.count() == before)
    *options.resolved = resolved_text(spec, graph, scopes);
  if (options.given) put_given(*options.given, *document, environments, spec, graph);
  Diagnostics& of_test = options.given ? *options.given->mistakes : diagnostics;
  take_portion(options.portion, spec, graph, diagnostics, of_test);
  std::vector<BoundStage> bound =
      bind_stages({*document, spec, graph, environments,
                   reads_all_columns(options.portion) ? SourceColumns::kAll : SourceColumns::kRead,
                   &of_test, &options.before_stdin, options.full_refresh},
                  diagnostics);
  Unchecked left_out = find_unchecked(skipped, plugins->connections(), spec, graph, bound);
  pipeline.stages = assemble(spec, graph, bound, diagnostics);
  pipeline.name =
      spec.name ? spec.name->text() : std::filesystem::path(document->file()).stem().string();
  report_foreign_states(pipeline, diagnostics);
  const bool is_whole = left_out.stages.empty() && left_out.open.empty();
  if (unchecked != nullptr) *unchecked = std::move(left_out);
  if (diagnostics.count() != before || !is_whole || (options.given && !of_test.ok()))
    return std::nullopt;

  for (const Stage& stage : pipeline.stages)
    LEAT_CHECK(stage.bound.has_value(), "what is not bound was reported");
  pipeline.keeps_states =
      !options.portion.is_look() && !options.portion.source_limit && !options.given;
  pipeline.has_connections = !plugins->connections().all.empty();
  pipeline.doc = std::move(spec.doc);
  pipeline.document = std::move(document);
  return pipeline;
}

}  // namespace leat::pipelines
