// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: looking at the rows of a stage in the middle, or trying a pipeline on the first rows of
// its sources, without changing its text.
//
// Invariants:
//  1. What is left is a pipeline like any other: the phases behind this one, the planner and the
//     run know nothing of portions. A `limit` stands behind each source, a `show` behind the
//     stage.
//  2. A stage keeps its text and its place. Stages that were put in have the place of the stage
//     they serve, for messages.
//  3. Only what is left is bound: files that other branches read need not be there.
//
// Rejected: changing the bound pipeline (its sources would decode only the columns that the rest of
// the pipeline reads, and not what there is to see).
#include "pipelines/load/portion.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/operator.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kLimit = "limit";
constexpr std::string_view kShow = "show";

using Options = std::vector<std::pair<std::string_view, std::string>>;

/// A stage with `options`, at the place of `beside`.
StageSpec make_stage(std::string_view operator_name, const Options& options,
                     const StageSpec& beside) {
  StageSpec stage;
  const Span span = beside.operator_key.span();
  stage.operator_key = SourceText(std::string(operator_name), span, {});
  stage.options.kind = OptionNode::Kind::kMap;
  stage.options.span = span;
  for (const auto& [name, value] : options) {
    OptionNode node;
    node.kind = OptionNode::Kind::kScalar;
    node.scalar = SourceText(value, span, {});
    node.span = span;
    stage.options.entries.push_back({SourceText(std::string(name), span, {}), std::move(node)});
  }
  stage.span = span;
  stage.definition = find_operator(operator_name);
  return stage;
}

class PortionTaker {
 public:
  PortionTaker(const Portion& portion, Spec& spec, Graph& graph, Diagnostics& diagnostics)
      : portion_(portion), spec_(spec), graph_(graph), diagnostics_(diagnostics) {}

  void take() {
    std::optional<From> target;
    if (portion_.to) {
      target = find(*portion_.to);
      if (!target) return take_nothing();
    }
    const std::vector<bool> needed = needed_for(target);
    std::vector<size_t> moved(graph_.stages.size(), 0);    // its place among those that are left
    std::vector<size_t> rows_of(graph_.stages.size(), 0);  // where its rows come out
    for (size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      moved[i] = rows_of[i] = put(std::move(spec_.stages[i]), std::move(graph_.stages[i]));
      const StageSpec& stage = stages_.back();
      const bool is_source =
          stage.definition != nullptr && stage.definition->kind == OperatorKind::kSource;
      if (!portion_.source_limit || !is_source) continue;
      limits_.push_back(
          rows_of[i] =
              put(make_stage(kLimit, {{"rows", std::to_string(*portion_.source_limit)}}, stage),
                  {std::string(kLimit), {From{moved[i]}}}));
    }
    const auto place = [&](const From& from) {
      return From{from.port == From::kRows ? rows_of[from.stage] : moved[from.stage], from.port};
    };
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (std::find(limits_.begin(), limits_.end(), i) != limits_.end()) continue;
      for (From& input : nodes_[i].inputs) input = place(input);
    }
    if (target) {
      StageSpec show = make_stage(
          kShow, {{"rows", std::to_string(portion_.rows_shown)}, {"format", portion_.format}},
          stages_[moved[target->stage]]);
      put(std::move(show), {std::string(kShow), {place(*target)}});
    }
    spec_.stages = std::move(stages_);
    graph_.stages = std::move(nodes_);
    graph_.order = order_of(graph_.stages);
  }

 private:
  /// What else is wrong in the pipeline is not asked.
  void take_nothing() {
    spec_.stages.clear();
    graph_ = {};
  }

  size_t put(StageSpec stage, GraphStage node) {
    stages_.push_back(std::move(stage));
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  /// Mistakes of the command line have no place in the text; they stand at its begin.
  std::optional<From> refuse(std::string message, std::string hint) {
    diagnostics_.error({}, std::move(message), std::move(hint));
    return std::nullopt;
  }

  std::optional<From> find(const std::string& name) {
    if (graph_.stages.empty()) return std::nullopt;  // which was reported
    if (name.empty()) return find_rows(graph_.stages.size() - 1);
    std::vector<size_t> found = stages_called(name);
    std::string_view port;
    if (const size_t dot = name.rfind('.'); found.empty() && dot != std::string::npos) {
      port = std::string_view(name).substr(dot + 1);
      found = stages_called(std::string_view(name).substr(0, dot));
    }
    std::vector<std::string> names;
    for (const GraphStage& stage : graph_.stages) names.push_back(stage.name);
    if (found.empty()) {
      const std::string near = did_you_mean(name, names);
      return refuse(
          fmt::format("there is no stage called '{}'", name),
          near.empty() ? fmt::format("its stages are '{}'", fmt::join(names, "', '")) : near);
    }
    if (found.size() > 1) {
      return refuse(fmt::format("'{}' could be any of {} stages", name, found.size()),
                    "give the one that is meant a 'name'");
    }
    return port.empty() ? find_rows(found.front()) : find_port(found.front(), port);
  }

  std::vector<size_t> stages_called(std::string_view name) const {
    std::vector<size_t> found;
    for (size_t i = 0; i < graph_.stages.size(); ++i) {
      if (graph_.stages[i].name == name) found.push_back(i);
    }
    return found;
  }

  /// Of a sink, the rows that it writes.
  std::optional<From> find_rows(size_t stage) const {
    const OperatorDef* const definition = spec_.stages[stage].definition;
    const bool is_sink = definition != nullptr && definition->kind == OperatorKind::kSink;
    if (is_sink && !graph_.stages[stage].inputs.empty()) return graph_.stages[stage].inputs.front();
    return From{stage};
  }

  std::optional<From> find_port(size_t stage, std::string_view port) {
    const std::string& name = graph_.stages[stage].name;
    if (port == "rejects") {
      if (graph_.stages[stage].on_error == OnError::kReject) return From{stage, From::kRejects};
      return refuse(fmt::format("the stage '{}' rejects no rows", name),
                    "write 'on_error: reject' at it");
    }
    const OperatorDef* const definition = spec_.stages[stage].definition;
    std::vector<std::string> ports;
    if (definition != nullptr && definition->ports != nullptr)
      ports = definition->ports(spec_.stages[stage].options);
    const auto found = std::find(ports.begin(), ports.end(), port);
    if (found != ports.end())
      return From{stage, From::kFurther + static_cast<size_t>(found - ports.begin())};
    ports.emplace_back("rejects");
    return refuse(fmt::format("the stage '{}' has no port '{}'", name, port),
                  fmt::format("its ports are '{}'", fmt::join(ports, "', '")));
  }

  std::vector<bool> needed_for(const std::optional<From>& target) const {
    if (!target) return std::vector<bool>(graph_.stages.size(), true);
    std::vector<bool> needed(graph_.stages.size(), false);
    std::vector<size_t> open{target->stage};
    while (!open.empty()) {
      const size_t stage = open.back();
      open.pop_back();
      if (needed[stage]) continue;
      needed[stage] = true;
      for (const From& input : graph_.stages[stage].inputs) open.push_back(input.stage);
    }
    return needed;
  }

  const Portion& portion_;
  Spec& spec_;
  Graph& graph_;
  Diagnostics& diagnostics_;
  std::vector<StageSpec> stages_;  // what is left, with its
  std::vector<GraphStage> nodes_;
  std::vector<size_t> limits_;  // those that were put in
};

}  // namespace

void take_portion(const Portion& portion, Spec& spec, Graph& graph, Diagnostics& diagnostics) {
  if (!portion.is_whole()) PortionTaker(portion, spec, graph, diagnostics).take();
}

}  // namespace leat::pipelines
