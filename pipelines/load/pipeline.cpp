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
#include "pipelines/load/graph.h"
#include "pipelines/load/interpolate.h"
#include "pipelines/load/params.h"
#include "pipelines/load/plugins.h"
#include "pipelines/text/cut_values.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

constexpr int64_t kCapacityMax = 65536;

bool is_inside(Span where, const std::vector<Span>& collections) {
  return std::any_of(collections.begin(), collections.end(), [where](Span one) {
    return where.begin >= one.begin && where.begin < one.end;
  });
}

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
  return {find, options.confinement ? &options.confinement->environment : nullptr};
}

PluginPolicy plugin_policy(const LoadOptions& options) {
  return options.confinement ? PluginPolicy{.load = PluginPolicy::Load::kNone}
                             : options.plugin_policy;
}

void hide_secrets(const ParamTable& params, const LoadOptions& options) {
  if (!options.redactions) return;
  for (const auto& [name, param] : params) {
    if (param.is_secret && param.given)
      options.redactions->add(*param.given, fmt::format("${{{}}}", name));
  }
}

/// What of `graph` was not checked, as the plugins `skipped` were not loaded.
Unchecked find_unchecked(const std::vector<SourceText>& skipped, const Graph& graph,
                         const std::vector<BoundStage>& bound) {
  Unchecked unchecked;
  if (skipped.empty()) return unchecked;
  for (const SourceText& plugin : skipped) unchecked.plugins.push_back(plugin.text());
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

std::optional<Pipeline> load(std::shared_ptr<const Document> document, const LoadOptions& options,
                             Diagnostics& diagnostics, Unchecked* unchecked) {
  const size_t before = diagnostics.count();
  Diagnostics parsed;
  const std::optional<OptionNode> root = parse_tree(*document, parsed);
  const std::vector<Span> cuts =
      root ? report_cut_values(*document, *root, diagnostics) : std::vector<Span>();
  for (const Diagnostic& mistake : parsed.errors()) {
    if (!is_inside(mistake.where, cuts))
      diagnostics.error(mistake.where, mistake.message, mistake.hint);
  }
  if (!root) return std::nullopt;
  const auto plugins =
      options.plugins != nullptr ? options.plugins : std::make_shared<plugin::PluginSet>();
  const std::vector<SourceText> skipped =
      load_plugins(*root, plugin_policy(options), *plugins, diagnostics);
  std::vector<const OperatorDef*> operators(options.operators.begin(), options.operators.end());
  for (const OperatorDef* const definition : plugins->operators()) operators.push_back(definition);
  Spec spec = read_spec(*document, *root, cuts, {operators, skipped.empty()}, diagnostics);

  const EnvironmentLookup environment = remembering(options);
  const ParamTable params = resolve_params(spec, options.params, environment, diagnostics);
  hide_secrets(params, options);
  Interpolator interpolator(&params, environment, diagnostics);
  interpolate_top(spec, interpolator);
  for (StageSpec& stage : spec.stages) interpolate_stage(stage, interpolator);
  if (options.confinement) confine_paths(spec, diagnostics);

  Pipeline pipeline;
  pipeline.settings = read_settings(spec, diagnostics);
  if (spec.max_rejects) pipeline.max_rejects = read_reject_limit(*spec.max_rejects, diagnostics);
  pipeline.environment = expression_environment(params, options.now);
  pipeline.environment.functions = plugins->functions(
      skipped.empty() ? expr::Completeness::kComplete : expr::Completeness::kOthersUnknown);
  pipeline.plugins = plugins;
  Graph graph =
      build_graph(*document, spec, diagnostics,
                  options.portion.is_look() ? UnreadRows::kAllowed : UnreadRows::kMistake);
  if (options.given) put_given(*options.given, *document, pipeline.environment, spec, graph);
  Diagnostics& of_test = options.given ? *options.given->mistakes : diagnostics;
  take_portion(options.portion, spec, graph, diagnostics, of_test);
  std::vector<BoundStage> bound = bind_stages(
      {*document, spec, graph, pipeline.environment,
       options.portion.is_look() ? SourceColumns::kAll : SourceColumns::kRead, &of_test},
      diagnostics);
  Unchecked left_out = find_unchecked(skipped, graph, bound);
  pipeline.stages = assemble(spec, graph, bound, diagnostics);
  const bool is_whole = left_out.stages.empty();
  if (unchecked != nullptr) *unchecked = std::move(left_out);
  if (diagnostics.count() != before || !is_whole || (options.given && !of_test.ok()))
    return std::nullopt;

  for (const Stage& stage : pipeline.stages)
    LEAT_CHECK(stage.bound.has_value(), "what is not bound was reported");
  pipeline.name =
      spec.name ? spec.name->text() : std::filesystem::path(document->file()).stem().string();
  pipeline.doc = std::move(spec.doc);
  pipeline.document = std::move(document);
  return pipeline;
}

}  // namespace leat::pipelines
