// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: of a pipeline in several files, with groups and parameters, somebody wants to see what
// runs, or to keep it.
//
// Invariants
// 1. What is printed is a pipeline that gives the same bytes: same stages, same order, same edges.
// 2. Every value that stood in quotes does so again: in the rows of a table `"007"` is text.
// 3. A stage has a name where it was given one or another stage refers to it; those of groups are
//    called as they are outside, with `-` for the dot.
//
// Rejected: pasting texts together (groups used twice would share their names), and values of
// parameters as they were given (`$day` in an expression is a date, not three numbers).
#include "pipelines/load/resolved.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "operators/text/ascii.h"
#include "pipelines/load/scalars.h"
#include "pipelines/text/tree_builder.h"
#include "pipelines/text/yaml_text.h"

namespace leat::pipelines {
namespace {

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string literal_of(const Param& param) {
  const std::string type = to_string(param.type);
  if (!param.text) return fmt::format("null::{}", type);
  if (param.type.is(TypeId::kBool) || param.type.is(TypeId::kInt64))
    return param.text->starts_with('-') ? fmt::format("({})", *param.text) : *param.text;
  if (param.type.is(TypeId::kUtf8)) return sql_text(*param.text);
  return fmt::format("{}::{}", sql_text(*param.text), type);
}

using Setting = std::pair<const char*, const std::optional<SourceText>*>;

class Writer {
 public:
  Writer(const Spec& spec, const Graph& graph, const std::vector<ParamTable>& params)
      : spec_(spec), graph_(graph), params_(params) {
    choose_names();
  }

  OptionNode write() {
    OptionNode root = map_node();
    if (spec_.name) put(root, "name", *spec_.name);
    if (!spec_.doc.empty()) put(root, "doc", spec_.doc);
    settings(root);
    if (spec_.on_error) put(root, "on_error", *spec_.on_error);
    if (spec_.max_rejects) put(root, "max_rejects", *spec_.max_rejects);
    OptionNode connections = map_node();
    for (const ConnectionSpec& one : spec_.connections)
      put(connections, one.name.text(), one.fields);
    if (!connections.entries.empty()) put(root, "connections", std::move(connections));
    OptionNode stages = list_node();
    for (size_t i = 0; i < spec_.stages.size(); ++i) stages.items.push_back(stage(i));
    put(root, "stages", std::move(stages));
    return root;
  }

 private:
  void choose_names() {
    std::set<std::string, std::less<>> taken;
    for (const GraphStage& stage : graph_.stages) {
      std::string name = stage.name;
      std::replace(name.begin(), name.end(), '.', '-');
      std::string free = name;
      for (int i = 2; !taken.insert(free).second; ++i) free = fmt::format("{}-{}", name, i);
      names_.push_back(std::move(free));
    }
    is_named_.resize(spec_.stages.size());
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      if (spec_.stages[i].name) is_named_[i] = true;
      const std::vector<From>& inputs = graph_.stages[i].inputs;
      for (size_t k = 0; k < inputs.size(); ++k) {
        if (k > 0 || !is_above(i, inputs[k])) is_named_[inputs[k].stage] = true;
      }
    }
  }

  static bool is_above(size_t stage, const From& input) {
    return input.port == From::kRows && input.stage + 1 == stage;
  }

  std::string text_of(const From& from) const {
    const std::string& name = names_[from.stage];
    if (from.port == From::kRows) return name;
    if (from.port == From::kRejects) return name + ".rejects";
    const StageSpec& stage = spec_.stages[from.stage];
    return name + "." + stage.definition->ports(stage.options)[from.port - From::kFurther];
  }

  static void put_all(OptionNode& map, std::span<const Setting> settings) {
    for (const auto& [key, value] : settings) {
      if (*value) put(map, key, **value);
    }
  }

  void settings(OptionNode& root) const {
    const Setting plain[] = {{"memory", &spec_.memory},
                             {"procs", &spec_.procs},
                             {"fuse", &spec_.fuse},
                             {"sandbox", &spec_.sandbox}};
    const Setting of_spill[] = {
        {"dir", &spec_.spill_dir}, {"max", &spec_.spill_max}, {"compress", &spec_.spill_compress}};
    OptionNode settings = map_node();
    put_all(settings, plain);
    OptionNode spill = map_node();
    put_all(spill, of_spill);
    if (!spill.entries.empty()) put(settings, "spill", std::move(spill));
    if (!settings.entries.empty()) put(root, "settings", std::move(settings));
  }

  OptionNode stage(size_t index) const {
    const StageSpec& written = spec_.stages[index];
    const std::vector<From>& inputs = graph_.stages[index].inputs;
    OptionNode options = written.options;
    const size_t from = inputs.size() - name_inputs(index, options);
    put_in_values(written, options);
    OptionNode stage = map_node();
    put(stage, written.operator_key.text(), std::move(options));
    if (is_named_[index]) put(stage, "name", names_[index]);
    if (from > 1) {
      OptionNode list = list_node();
      for (size_t i = 0; i < from; ++i) list.items.push_back(scalar_node(text_of(inputs[i])));
      put(stage, "from", std::move(list));
    } else if (from == 1 && !is_above(index, inputs.front())) {
      put(stage, "from", text_of(inputs.front()));
    }
    if (written.on_error) put(stage, "on_error", *written.on_error);
    if (written.lanes) put(stage, "lanes", *written.lanes);
    if (written.capacity) put(stage, "capacity", *written.capacity);
    if (!written.doc.empty()) put(stage, "doc", written.doc);
    return stage;
  }

  /// Gives the options that hold a stage the names of this text; returns how many inputs they are.
  size_t name_inputs(size_t index, OptionNode& options) const {
    const std::vector<From>& inputs = graph_.stages[index].inputs;
    std::vector<OptionNode*> values;
    for (const OptionDef& option : spec_.stages[index].definition->options) {
      if (option.type != OptionType::kStage) continue;
      const bool is_direct = options.kind == OptionNode::Kind::kScalar &&
                             option.name == spec_.stages[index].definition->main_option;
      if (is_direct) values.push_back(&options);
      for (auto& [name, value] : options.entries) {
        if (name.text() == option.name && value.kind == OptionNode::Kind::kScalar)
          values.push_back(&value);
      }
    }
    for (size_t i = 0; i < values.size(); ++i) {
      const From& from = inputs[inputs.size() - values.size() + i];
      values[i]->scalar = SourceText(text_of(from), values[i]->scalar.span(), {});
    }
    return values.size();
  }

  void put_in_values(const StageSpec& stage, OptionNode& options) const {
    const auto put_in = [&](OptionNode& node, ScalarUse use) {
      if (use != ScalarUse::kExpression || node.kind != OptionNode::Kind::kScalar) return;
      node.scalar = SourceText(with_values(node.scalar.text(), params_[stage.scope]),
                               node.scalar.span(), {}, node.scalar.quoted());
    };
    visit_values(*stage.definition, options, put_in);
  }

  const Spec& spec_;
  const Graph& graph_;
  const std::vector<ParamTable>& params_;
  std::vector<std::string> names_;  // of the stages in this text
  std::vector<bool> is_named_;
};

}  // namespace

std::string with_values(std::string_view expression, const ParamTable& params) {
  std::string out;
  char quote = 0;
  for (size_t at = 0; at < expression.size();) {
    const char c = expression[at];
    if (quote != 0 || c != '$') {
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      out += c;
      ++at;
      continue;
    }
    size_t end = at + 1;
    while (end < expression.size() && is_name_byte(expression[end])) ++end;
    const auto param = params.find(expression.substr(at + 1, end - at - 1));
    out += param == params.end() ? std::string(expression.substr(at, end - at))
                                 : literal_of(param->second);
    at = end;
  }
  return out;
}

std::string resolved_text(const Spec& spec, const Graph& graph,
                          const std::vector<ParamTable>& params) {
  return yaml_text(Writer(spec, graph, params).write());
}

}  // namespace leat::pipelines
