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

#include "engine/codes/graph.h"
#include "operators/operator.h"
#include "pipelines/load/first_pass.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kLimit = "limit";
constexpr std::string_view kShow = "show";
constexpr std::string_view kWrite = "write_jsonl";

/// Finds what is looked at.
class RowsFinder {
 public:
  RowsFinder(const Spec& spec, const Graph& graph) : spec_(spec), graph_(graph) {}

  std::expected<From, Diagnostic> find(const std::string& name) const {
    std::vector<size_t> found = stages_called(name);
    if (const auto use = graph_.uses.find(name); found.empty() && use != graph_.uses.end())
      found.push_back(use->second);
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
          code::kUnknownStage, fmt::format("there is no stage called '{}'", name),
          near.empty() ? fmt::format("its stages are '{}'", fmt::join(names, "', '")) : near);
    }
    if (found.size() > 1) {
      return refuse(code::kAmbiguousStage,
                    fmt::format("'{}' could be any of {} stages", name, found.size()),
                    "give the one that is meant a 'name'");
    }
    return port.empty() ? rows_of(found.front()) : find_port(found.front(), port);
  }

  /// Of a sink, the rows that it writes.
  From rows_of(size_t stage) const {
    const OperatorDef* const definition = spec_.stages[stage].definition;
    const bool is_sink = definition != nullptr && definition->kind == OperatorKind::kSink;
    if (is_sink && !graph_.stages[stage].inputs.empty()) return graph_.stages[stage].inputs.front();
    return From{stage};
  }

 private:
  static std::unexpected<Diagnostic> refuse(Code number, std::string message, std::string hint) {
    return std::unexpected(Diagnostic{number, {}, std::move(message), std::move(hint)});
  }

  std::vector<size_t> stages_called(std::string_view name) const {
    std::vector<size_t> found;
    for (size_t i = 0; i < graph_.stages.size(); ++i) {
      if (graph_.stages[i].name == name) found.push_back(i);
    }
    return found;
  }

  std::expected<From, Diagnostic> find_port(size_t stage, std::string_view port) const {
    const std::string& name = graph_.stages[stage].name;
    if (port == "rejects") {
      if (graph_.stages[stage].on_error == OnError::kReject) return From{stage, From::kRejects};
      return refuse(code::kOnErrorPlace, fmt::format("the stage '{}' rejects no rows", name),
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
    return refuse(code::kUnknownPort, fmt::format("the stage '{}' has no port '{}'", name, port),
                  fmt::format("its ports are '{}'", fmt::join(ports, "', '")));
  }

  const Spec& spec_;
  const Graph& graph_;
};

class PortionTaker {
 public:
  PortionTaker(const Portion& portion, Spec& spec, Graph& graph, Diagnostics& diagnostics,
               Diagnostics& of_targets)
      : portion_(portion),
        spec_(spec),
        graph_(graph),
        diagnostics_(diagnostics),
        of_targets_(of_targets) {}

  void take() {
    if (portion_.is_look() && !find_targets()) return take_nothing();
    const std::vector<bool> needed = needed_for_targets();
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
              put(stage_beside(kLimit, {{"rows", std::to_string(*portion_.source_limit)}}, stage),
                  {std::string(kLimit), {From{moved[i]}}}));
    }
    const auto place = [&](const From& from) {
      return From{from.port == From::kRows ? rows_of[from.stage] : moved[from.stage], from.port};
    };
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (std::find(limits_.begin(), limits_.end(), i) != limits_.end()) continue;
      for (From& input : nodes_[i].inputs) input = place(input);
    }
    for (const Target& target : targets_) {
      if (portion_.values_of) {
        put_finding(place(target.rows), target.name);
        break;
      }
      const StageSpec& beside = stages_[moved[target.rows.stage]];
      StageSpec end = stage_beside(
          kShow, {{"rows", std::to_string(portion_.rows_shown)}, {"format", portion_.format}},
          beside);
      if (!portion_.into.empty()) end = stage_beside(kWrite, {{"path", portion_.into}}, beside);
      put(std::move(end), {target.name, {place(target.rows)}});
    }
    spec_.stages = std::move(stages_);
    graph_.stages = std::move(nodes_);
    graph_.order = order_of(graph_.stages);
  }

 private:
  struct Target {
    From rows;
    std::string name;
  };

  /// False after reporting. Mistakes of the command line have no place in the text; they stand at
  /// its begin.
  bool find_targets() {
    if (graph_.stages.empty()) return false;  // which was reported
    if (portion_.values_of) {
      targets_.push_back({graph_.stages[*portion_.values_of].inputs.front(), target_name(0)});
      return true;
    }
    const RowsFinder finder(spec_, graph_);
    bool ok = true;
    const auto add = [&](const std::expected<From, Diagnostic>& rows, std::string name, Span where,
                         Diagnostics& diagnostics) {
      if (rows) return targets_.push_back({*rows, std::move(name)});
      diagnostics.error(rows.error().number, where, rows.error().message, rows.error().hint);
      ok = false;
    };
    if (portion_.to) {
      const bool is_last = portion_.to->empty();
      add(is_last ? finder.rows_of(graph_.stages.size() - 1) : finder.find(*portion_.to),
          std::string(portion_.into.empty() ? kShow : kWrite), {}, diagnostics_);
    }
    for (const SourceText& target : portion_.targets)
      add(finder.find(target.text()), target_name(targets_.size()), target.span(), of_targets_);
    for (size_t i = 0; portion_.sinks && i < graph_.stages.size(); ++i) {
      const OperatorDef* const definition = spec_.stages[i].definition;
      if (definition != nullptr && definition->kind == OperatorKind::kSink)
        add(finder.rows_of(i), target_name(targets_.size()), {}, diagnostics_);
    }
    return ok;
  }

  /// What else is wrong in the pipeline is not asked.
  void take_nothing() {
    spec_.stages.clear();
    graph_ = {};
  }

  /// A chain from `rows` to the values of the option that is to be found.
  void put_finding(From rows, const std::string& name) {
    const StageSpec& stage = spec_.stages[*portion_.values_of];
    // Nobody reads its rejects here.
    const OnError on_error = graph_.stages[*portion_.values_of].on_error == OnError::kFail
                                 ? OnError::kFail
                                 : OnError::kSkip;
    for (StageSpec& one : finding_stages(stage))
      rows = From{
          put(std::move(one), {graph_.stages[*portion_.values_of].name, {rows}, true, on_error})};
    put(stage_beside(kShow, {}, stage), {name, {rows}});
  }

  size_t put(StageSpec stage, GraphStage node) {
    stages_.push_back(std::move(stage));
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  std::vector<bool> needed_for_targets() const {
    if (targets_.empty()) return std::vector<bool>(graph_.stages.size(), true);
    std::vector<bool> needed(graph_.stages.size(), false);
    std::vector<size_t> open;
    for (const Target& target : targets_) open.push_back(target.rows.stage);
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
  Diagnostics& of_targets_;
  std::vector<Target> targets_;
  std::vector<StageSpec> stages_;  // what is left, with its
  std::vector<GraphStage> nodes_;
  std::vector<size_t> limits_;  // those that were put in
};

}  // namespace

std::string target_name(size_t index) { return fmt::format("target {}", index); }

std::expected<From, Diagnostic> find_rows(const std::string& name, const Spec& spec,
                                          const Graph& graph) {
  return RowsFinder(spec, graph).find(name);
}

void take_portion(const Portion& portion, Spec& spec, Graph& graph, Diagnostics& diagnostics,
                  Diagnostics& of_targets) {
  for (size_t i = 0; i < spec.stages.size(); ++i) spec.stages[i].number = i;
  if (!portion.is_whole()) PortionTaker(portion, spec, graph, diagnostics, of_targets).take();
}

}  // namespace leat::pipelines
