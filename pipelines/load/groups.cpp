// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the same stages are needed several times, with other files and limits. A group gives
// them a name; each use of it is one stage to the outside.
//
// Invariants:
//  1. After this no phase knows groups: each stage of a use is a stage like any other, but that its
//     names are looked up in its scope.
//  2. Inside, names mean stages of the group and its inputs, never stages of the pipeline around it;
//     so a group means the same wherever it is used.
//  3. A use that cannot be expanded leaves a broken stage, so that its neighbours have one.
//  4. However groups use each other, no more values are copied than a pipeline may have.
//
// Rejected: making text of a group and parsing that (no place would be right), and a stage that
// runs a pipeline of its own (nothing could be fused, and order and memory would end at its edge).
#include "pipelines/load/groups.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/form.h"
#include "engine/codes/graph.h"

namespace leat::pipelines {
namespace {

constexpr size_t kValuesMax = 100'000;
constexpr size_t kDepthMax = 64;

size_t values_in(const OptionNode& node) {
  size_t count = 1;
  for (const OptionNode& item : node.items) count += values_in(item);
  for (const auto& [key, value] : node.entries) count += values_in(value);
  return count;
}

class Expander {
 public:
  Expander(Spec& spec, Diagnostics& diagnostics) : spec_(spec), diagnostics_(diagnostics) {}

  void expand() {
    place_all(std::exchange(spec_.stages, {}), 0, 0);
    spec_.stages = std::move(stages_);
  }

 private:
  void report(Code number, Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(number, where, std::move(message), std::move(hint));
  }

  size_t place(StageSpec stage, size_t scope, std::optional<size_t> above) {
    stage.scope = scope;
    stage.above = above;
    stages_.push_back(std::move(stage));
    return stages_.size() - 1;
  }

  /// What each of `stages` is called, and which stage of the result has its rows.
  struct Placed {
    std::string name;
    size_t stage;
  };

  std::vector<Placed> place_all(std::vector<StageSpec> stages, size_t scope, size_t depth) {
    std::vector<Placed> placed;
    for (StageSpec& stage : stages) {
      const SourceText& unnamed = stage.use ? *stage.use : stage.operator_key;
      std::string name = stage.name ? stage.name->text() : unnamed.text();
      const auto above = placed.empty() ? std::nullopt : std::optional(placed.back().stage);
      const size_t at = stage.use ? place_use(std::move(stage), scope, above, depth)
                                  : place(std::move(stage), scope, above);
      placed.push_back({std::move(name), at});
    }
    return placed;
  }

  /// Returns the stage whose rows are those of the use.
  size_t place_use(StageSpec stage, size_t scope, std::optional<size_t> above, size_t depth) {
    const std::optional<size_t> group = find_group(*stage.use);
    if (group && may_expand(*stage.use, *group, scope, depth)) {
      const size_t inner = spec_.scopes.size();
      spec_.scopes.push_back(scope_of(stage, *group, scope, above));
      const auto placed = place_all(spec_.groups[*group].stages, inner, depth + 1);
      spec_.scopes[inner].output = find_output(spec_.groups[*group], placed);
      if (spec_.scopes[inner].output) return *spec_.scopes[inner].output;
    }
    stage.broken = true;
    return place(std::move(stage), scope, above);
  }

  std::optional<size_t> find_group(const SourceText& name) {
    std::vector<std::string> names;
    for (size_t i = 0; i < spec_.groups.size(); ++i) {
      names.push_back(spec_.groups[i].name.text());
      if (names.back() == name.text()) return i;
    }
    std::string hint = did_you_mean(name.text(), names);
    if (hint.empty())
      hint = names.empty() ? "declare it under 'groups', or include the file that does"
                           : fmt::format("the groups are '{}'", fmt::join(names, "', '"));
    report(code::kUnknownGroup, name.span(), fmt::format("there is no group '{}'", name.text()),
           std::move(hint));
    return std::nullopt;
  }

  bool may_expand(const SourceText& use, size_t group, size_t scope, size_t depth) {
    for (size_t at = scope; at != 0; at = spec_.scopes[at].outer) {
      if (spec_.scopes[at].group != group) continue;
      report(code::kGroupRecursion, use.span(),
             fmt::format("the group '{}' uses itself", use.text()),
             "what it does several times can be several stages");
      return false;
    }
    if (depth >= kDepthMax) {
      report(code::kGroupRecursion, use.span(),
             fmt::format("groups use each other {} levels deep at most", kDepthMax));
      return false;
    }
    for (const StageSpec& stage : spec_.groups[group].stages) values_ += values_in(stage.options);
    if (values_ <= kValuesMax) return true;
    report(code::kTooLarge, use.span(),
           fmt::format("the groups that a pipeline uses have {} values at most, those used several "
                       "times counted as often",
                       kValuesMax));
    return false;
  }

  Scope scope_of(const StageSpec& stage, size_t group, size_t outer, std::optional<size_t> above) {
    Scope scope;
    scope.outer = outer;
    scope.name = stage.name ? stage.name->text() : stage.use->text();
    scope.prefix = fmt::format("{}{}.", spec_.scopes[outer].prefix, scope.name);
    scope.group = group;
    scope.use = *stage.use;
    scope.given = stage.given;
    read_inputs(stage, spec_.groups[group], above, scope);
    return scope;
  }

  void read_inputs(const StageSpec& stage, const GroupSpec& group, std::optional<size_t> above,
                   Scope& scope) {
    const std::string& name = group.name.text();
    std::vector<std::string> inputs;
    for (const SourceText& input : group.inputs) inputs.push_back(input.text());
    const bool has_map = stage.from && stage.from->kind == OptionNode::Kind::kMap;
    if (inputs.empty()) {
      if (stage.from)
        report(code::kGroupInputs, stage.from->span,
               fmt::format("the group '{}' has no inputs", name), "remove the 'from'");
    } else if (has_map) {
      read_named(*stage.from, inputs, name, scope);
    } else if (inputs.size() > 1) {
      report(code::kGroupInputs, stage.from ? stage.from->span : stage.use->span(),
             fmt::format("the group '{}' has the inputs '{}'", name, fmt::join(inputs, "', '")),
             fmt::format("name what each reads: 'from: {{ {}: STAGE, ... }}'", inputs.front()));
    } else if (stage.from && stage.from->kind != OptionNode::Kind::kScalar) {
      report(code::kGroupInputs, stage.from->span,
             fmt::format("the group '{}' has one input", name), "write the name of one stage");
    } else if (!stage.from && !above) {
      report(code::kGroupInputs, stage.use->span(),
             fmt::format("the group '{}' has nothing to read, as it stands first", name),
             "begin with a source such as 'read_csv'");
    } else {
      scope.inputs.push_back(
          {inputs.front(), stage.from ? std::optional(stage.from->scalar) : std::nullopt, above});
    }
  }

  void read_named(const OptionNode& from, const std::vector<std::string>& inputs,
                  const std::string& group, Scope& scope) {
    for (const auto& [input, stage] : from.entries) {
      if (std::find(inputs.begin(), inputs.end(), input.text()) == inputs.end()) {
        std::string hint = did_you_mean(input.text(), inputs);
        if (hint.empty()) hint = fmt::format("its inputs are '{}'", fmt::join(inputs, "', '"));
        report(code::kGroupInputs, input.span(),
               fmt::format("the group '{}' has no input '{}'", group, input.text()),
               std::move(hint));
      } else if (stage.kind != OptionNode::Kind::kScalar) {
        report(code::kGroupInputs,
               stage.kind == OptionNode::Kind::kNull ? input.span() : stage.span,
               "an input is the name of a stage");
      } else {
        scope.inputs.push_back({input.text(), stage.scalar, {}});
      }
    }
    for (const std::string& input : inputs) {
      const bool is_given = std::any_of(from.entries.begin(), from.entries.end(),
                                        [&](const auto& one) { return one.name.text() == input; });
      if (!is_given)
        report(code::kGroupInputs, from.span,
               fmt::format("the input '{}' of the group '{}' is missing", input, group),
               fmt::format("name what it reads: '{}: STAGE'", input));
    }
  }

  /// The stage called as the group's output is, or else its last one.
  std::optional<size_t> find_output(const GroupSpec& group, const std::vector<Placed>& placed) {
    if (placed.empty()) return std::nullopt;  // which was reported
    if (!group.output) return placed.back().stage;
    std::vector<std::string> names;
    for (const Placed& one : placed) {
      if (one.name == group.output->text()) return one.stage;
      names.push_back(one.name);
    }
    std::string hint = did_you_mean(group.output->text(), names);
    if (hint.empty()) hint = fmt::format("its stages are '{}'", fmt::join(names, "', '"));
    report(code::kUnknownStage, group.output->span(),
           fmt::format("the group '{}' has no stage '{}' to be its output", group.name.text(),
                       group.output->text()),
           std::move(hint));
    return std::nullopt;
  }

  Spec& spec_;
  Diagnostics& diagnostics_;
  std::vector<StageSpec> stages_;
  size_t values_ = 0;
};

}  // namespace

void expand_groups(Spec& spec, Diagnostics& diagnostics) { Expander(spec, diagnostics).expand(); }

}  // namespace leat::pipelines
