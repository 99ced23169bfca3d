// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Binding follows the rows: a stage is bound with the schema of its input, which binding the stage
// above it made known.
//
// It happens twice. The first pass finds mistakes and learns the schemas. The second tells each
// source which of its columns are read, which changes the schemas and so the column numbers of
// everything behind it.
//
// Invariants:
//  1. A mistake is reported once: stages behind one that could not be bound are left alone, but
//     for their options, which can be checked without a schema. The second pass reports nothing
//     that the first did not find, but for faults of files.
//  2. The second pass never makes a valid pipeline invalid: a stage that cannot be bound with the
//     columns left to it widens its needs (projection.h), and in the end the bindings of the first
//     pass are kept.
//  3. What a sink gets is the same in both passes.
//  4. An operator that reports a mistake and yet returns what it bound (a filter knows its output
//     whatever its predicate) lets the stages behind it be checked too.
//  5. A species belongs to the kind of operator that bound it.
//
// Rejected: one pass backwards over unbound expressions to find the columns (it would need every
// operator to list names without knowing types), and keeping unread columns as empty ones (every
// operator would carry them along).
#include "pipelines/load/bind_stages.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "operators/expr/functions/functions.h"
#include "operators/inline_rows.h"
#include "operators/input/file_list.h"
#include "operators/input/inputs.h"
#include "operators/input/read_state.h"
#include "pipelines/load/left_out.h"
#include "pipelines/load/own_outputs.h"
#include "pipelines/load/projection.h"
#include "pipelines/load/scalars.h"
#include "pipelines/load/targets.h"
#include "pipelines/load/traps.h"

namespace leat::pipelines {
namespace {

using Projections = std::vector<std::optional<std::vector<std::string>>>;

bool species_fits(const BoundOperator& bound, OperatorKind kind) {
  const bool source = std::holds_alternative<std::unique_ptr<Source>>(bound.species);
  const bool sink = std::holds_alternative<std::unique_ptr<Sink>>(bound.species);
  if (source != (kind == OperatorKind::kSource) || sink != (kind == OperatorKind::kSink))
    return false;
  return sink == (bound.output == nullptr);
}

/// Is standard input one of the paths, or where they are listed?
bool reads_stdin(const OptionValues& options) {
  if (io::lists_stdin(options)) return true;
  const OptionNode* const path = options.find("path");
  if (path == nullptr) return false;
  const auto is_stdin = [](const OptionNode& node) {
    return node.kind == OptionNode::Kind::kScalar && io::names_stdin(node.scalar.text());
  };
  return is_stdin(*path) || std::any_of(path->items.begin(), path->items.end(), is_stdin);
}

bool has_option(const OptionNode& options, std::string_view name) {
  return std::any_of(options.entries.begin(), options.entries.end(),
                     [&](const OptionEntry& entry) { return entry.name.text() == name; });
}

/// Lets a source that reads only what is new read everything.
void refresh_incremental(OptionNode& options) {
  const auto find = [&](std::string_view name) {
    return std::find_if(options.entries.begin(), options.entries.end(),
                        [&](const OptionEntry& entry) { return entry.name.text() == name; });
  };
  const auto state = find(io::kIncrementalOption.name);
  if (state == options.entries.end()) return;
  OptionEntry refresh{SourceText(std::string(io::kFullRefreshOption.name), options.span, {}),
                      state->value};
  refresh.value.scalar = SourceText("true", options.span, {});
  const auto written = find(io::kFullRefreshOption.name);
  if (written == options.entries.end()) {
    options.entries.push_back(std::move(refresh));
  } else {
    *written = std::move(refresh);
  }
}

class StageBinder {
 public:
  StageBinder(const BindInput& input, Diagnostics& diagnostics)
      : in_(input), diagnostics_(diagnostics), unique_names_(unique_names(input.graph)) {}

  std::vector<BoundStage> bind() {
    read_all_options();
    std::vector<BoundStage> stages(in_.spec.stages.size());
    for (const size_t i : in_.graph.order) first_binding(i, stages);
    report_shared_targets(in_, stages, diagnostics_);
    const bool all = std::all_of(stages.begin(), stages.end(),
                                 [](const BoundStage& s) { return s.bound && !s.is_unchecked; });
    if (!all || !diagnostics_.ok()) return stages;
    if (in_.sources == SourceColumns::kRead) narrow(stages);
    if (diagnostics_.ok()) leave_out_files(in_, options_, stages);
    return stages;
  }

 private:
  void read_all_options() {
    options_.resize(in_.spec.stages.size());
    leaves_out_own_.resize(in_.spec.stages.size());
    const std::vector<std::string> outputs = own_outputs(in_.spec);
    for (size_t i = 0; i < in_.spec.stages.size(); ++i) {
      const StageSpec& stage = in_.spec.stages[i];
      if (stage.definition == nullptr || stage.broken) continue;
      if (report_option_traps(in_.document, stage, diagnostics_)) continue;
      const std::optional<OptionNode> without = without_own_outputs(stage, outputs);
      // With patterns of the user's own nobody knows which left out how many.
      leaves_out_own_[i] = without && !has_option(stage.options, "exclude");
      OptionNode options = without.value_or(stage.options);
      if (in_.full_refresh) refresh_incremental(options);
      options_[i] = read_options(stage.definition->options, stage.definition->main_option, options,
                                 stage.operator_key, diagnostics_);
    }
  }

  /// The schemas of what stage `i` reads; nullopt when they are not known for mistakes above it.
  std::optional<std::vector<SchemaRef>> input_schemas(size_t i,
                                                      const std::vector<BoundStage>& stages) const {
    const GraphStage& node = in_.graph.stages[i];
    if (!node.resolved) return std::nullopt;
    std::vector<SchemaRef> schemas;
    for (const From& input : node.inputs) {
      std::optional<SchemaRef> schema = port_schema(input, stages);
      if (!schema) return std::nullopt;
      schemas.push_back(std::move(*schema));
    }
    return schemas;
  }

  std::optional<SchemaRef> port_schema(const From& from,
                                       const std::vector<BoundStage>& stages) const {
    if (from.port == From::kRejects) return rejects_schema();
    if (const auto& bound = stages[from.stage].bound) {
      if (bound->is_open) return std::nullopt;
      return from.port == From::kRows ? bound->output : bound->ports.at(from.port - From::kFurther);
    }
    const OperatorDef* const above = in_.spec.stages[from.stage].definition;
    const GraphStage& node = in_.graph.stages[from.stage];
    if (above == nullptr || !above->keeps_columns || !node.resolved || node.inputs.empty())
      return std::nullopt;
    return port_schema(node.inputs.front(), stages);
  }

  /// Who has standard input, when stage `i` cannot have it: see BindContext.
  std::string stdin_user(size_t i) const {
    if (in_.document.is_stdin()) return "the pipeline was read from it";
    if (!stdin_reader_ || *stdin_reader_ == i) return {};
    return fmt::format("the stage '{}' reads it", in_.graph.stages[*stdin_reader_].name);
  }

  /// Does a stage read one of the further ports of stage `i`?
  bool reads_ports(size_t i) const {
    return std::any_of(
        in_.graph.stages.begin(), in_.graph.stages.end(), [i](const GraphStage& reader) {
          return std::any_of(reader.inputs.begin(), reader.inputs.end(), [i](const From& from) {
            return from.stage == i && from.port >= From::kFurther;
          });
        });
  }

  /// The name of each stage, with a number behind it if others before it have the same.
  static std::vector<std::string> unique_names(const Graph& graph) {
    std::map<std::string_view, size_t> seen;
    std::vector<std::string> names;
    for (const GraphStage& stage : graph.stages) {
      const size_t number = ++seen[stage.name];
      names.push_back(number == 1 ? stage.name : fmt::format("{}-{}", stage.name, number));
    }
    return names;
  }

  std::optional<BoundOperator> bind_one(size_t i, const std::vector<SchemaRef>& inputs,
                                        std::optional<std::vector<std::string>> projection,
                                        Diagnostics& diagnostics) {
    const OperatorDef& definition = *in_.spec.stages[i].definition;
    const size_t before = diagnostics.count();
    std::vector<std::string> names;
    for (const From& input : in_.graph.stages[i].inputs)
      names.push_back(in_.graph.stages[input.stage].name);
    const BindContext context{.inputs = inputs,
                              .projection = std::move(projection),
                              .environment = in_.environments[in_.spec.stages[i].scope],
                              .on_error = in_.graph.stages[i].on_error,
                              .diagnostics = diagnostics,
                              .definition = &definition,
                              .stdin_user = stdin_user(i),
                              .input_names = std::move(names),
                              .stage_name = unique_names_[i],
                              .ports_read = reads_ports(i)};
    if (in_.before_stdin != nullptr && *in_.before_stdin && !stdin_reader_ &&
        reads_stdin(*options_[i]))
      (*in_.before_stdin)();
    std::optional<BoundOperator> bound = definition.bind(*options_[i], context);
    if (bound && bound->reads_stdin) stdin_reader_ = i;
    LEAT_CHECK(bound.has_value() || diagnostics.count() != before,
               "an operator that cannot be bound says why");
    LEAT_CHECK(!bound || species_fits(*bound, definition.kind),
               "an operator binds to a species of its kind");
    return bound;
  }

  void first_binding(size_t i, std::vector<BoundStage>& stages) {
    if (!options_[i]) return;
    const auto inputs = input_schemas(i, stages);
    if (!inputs) return;
    Diagnostics found;
    stages[i].inputs = *inputs;
    stages[i].bound = bind_one(i, *inputs, std::nullopt, found);
    for (const Diagnostic& one : found.warnings())
      diagnostics_.warning(one.number, one.where, one.message, one.hint);
    if (in_.spec.stages[i].definition == &given_definition()) {
      for (const Diagnostic& mistake : found.errors()) {
        if (in_.of_test != nullptr)
          in_.of_test->error(mistake.number, mistake.where, mistake.message, mistake.hint);
      }
      return;
    }
    std::vector<Span> hinted;
    for (const Diagnostic& mistake : found.errors()) {
      if (mistake.message == expr::kNotChecked) {
        stages[i].is_unchecked = true;
        continue;
      }
      const auto quotes = removed_quotes(in_.spec.stages[i], mistake);
      if (!quotes) {
        const bool is_own = leaves_out_own_[i] && mistake.message.starts_with(io::kNoFileIsLeft) &&
                            mistake.message.ends_with("excluded");
        diagnostics_.error(mistake.number, mistake.where, mistake.message,
                           is_own ? "files that the pipeline itself writes are no inputs of its "
                                    "patterns: write to another folder"
                                  : mistake.hint);
      } else if (std::find(hinted.begin(), hinted.end(), quotes->where) == hinted.end()) {
        hinted.push_back(quotes->where);
        // An expression knows that it was quoted, but not the line it stands on.
        const bool says_less = mistake.hint.empty() || mistake.hint.contains("removed the quotes");
        diagnostics_.error(mistake.number, mistake.where, mistake.message,
                           (says_less ? "" : mistake.hint + "\n") + quotes->hint);
      }
    }
  }

  /// The scalar around `mistake` if YAML removed its quotes, and what to write instead. One such
  /// mistake says it all.
  std::optional<Diagnostic> removed_quotes(const StageSpec& stage,
                                           const Diagnostic& mistake) const {
    std::optional<Diagnostic> found;
    visit_values(*stage.definition, stage.options, [&](const OptionNode& node, ScalarUse use) {
      const bool inside =
          mistake.where.begin >= node.span.begin && mistake.where.end <= node.span.end;
      if (use != ScalarUse::kExpression || node.kind != OptionNode::Kind::kScalar || !inside)
        return;
      std::string hint = removed_quotes_hint(in_.document, node.scalar);
      if (!hint.empty()) found = Diagnostic{mistake.number, node.span, {}, std::move(hint)};
    });
    return found;
  }

  /// Binds all again, with sources that decode only what is read.
  void narrow(std::vector<BoundStage>& stages) {
    std::vector<Reading> readings(stages.size(), Reading::kUsed);
    // Each turn but the last widens one stage, and a stage can be widened twice.
    for (size_t turn = 0; turn <= 2 * stages.size(); ++turn) {
      const Projections wanted = wanted_columns(in_.graph, stages, readings);
      const bool all = std::none_of(in_.graph.order.begin(), in_.graph.order.end(), [&](size_t i) {
        return in_.graph.stages[i].inputs.empty() && wanted[i].has_value();
      });
      if (all) return;
      std::vector<BoundStage> narrowed(stages.size());
      const auto failed = bind_narrowed(wanted, narrowed);
      if (!diagnostics_.ok()) return;
      if (!failed) {
        if (sinks_see_the_same(stages, narrowed)) stages = std::move(narrowed);
        return;
      }
      if (readings[*failed] == Reading::kAll) return;
      readings[*failed] = readings[*failed] == Reading::kUsed ? Reading::kMentioned : Reading::kAll;
    }
  }

  /// Returns the stage that could not be bound with the columns left, or nullopt.
  std::optional<size_t> bind_narrowed(const Projections& wanted,
                                      std::vector<BoundStage>& narrowed) {
    for (const size_t i : in_.graph.order) {
      const bool source = in_.graph.stages[i].inputs.empty();
      const auto inputs = input_schemas(i, narrowed);
      Diagnostics found;
      narrowed[i].inputs = *inputs;
      narrowed[i].bound = bind_one(i, *inputs, source ? wanted[i] : std::nullopt, found);
      if (found.ok()) continue;
      for (const Diagnostic& mistake : found.errors()) {
        if (source)
          diagnostics_.error(mistake.number, mistake.where, mistake.message,
                             mistake.hint);  // a file changed meanwhile
      }
      return i;
    }
    return std::nullopt;
  }

  bool sinks_see_the_same(const std::vector<BoundStage>& before,
                          const std::vector<BoundStage>& after) const {
    for (size_t i = 0; i < before.size(); ++i) {
      if (in_.spec.stages[i].definition->kind == OperatorKind::kSink &&
          *before[i].inputs.front() != *after[i].inputs.front())
        return false;
    }
    return true;
  }

  const BindInput& in_;
  Diagnostics& diagnostics_;
  const std::vector<std::string> unique_names_;
  std::vector<std::optional<OptionValues>> options_;
  std::vector<bool> leaves_out_own_;    // by stage: files of its patterns, for being outputs
  std::optional<size_t> stdin_reader_;  // the first stage that reads standard input
};

}  // namespace

std::vector<BoundStage> bind_stages(const BindInput& input, Diagnostics& diagnostics) {
  return StageBinder(input, diagnostics).bind();
}

}  // namespace leat::pipelines
