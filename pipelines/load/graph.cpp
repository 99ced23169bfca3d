// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From a list of stages to a graph. A stage without `from` reads the stage above it; `from: x`
// reads the stage called x; `from: x.rejects` reads the rows that x could not process.
//
// Invariants:
//  1. Inputs are in the order that the operator knows: `from`, then the options that name stages.
//  2. `order` lists each stage after its input, and of those that could come next, the first in
//     the text.
//  3. A stage whose operator is unknown counts as whatever its neighbours need it to be, so one
//     typing mistake does not make the stages around it wrong.
//  4. Names are looked up in the scope of the stage that has them: among its stages and the groups
//     used there, then among the inputs of the group, and nowhere else. From outside, `use.x` is x
//     in the scope of that use.
//  5. "Nobody reads" is reported only when every `from` could be resolved: an unknown name may
//     have meant this stage.
//
// Rejected: guessing the input from the kinds of operators (a source in the middle starts a new
// chain, and nothing else does), and warnings about unread rows: rows that vanish are never what
// was meant.
#include "pipelines/load/graph.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/graph.h"
#include "engine/mutant.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kRejects = "rejects";

bool is_kind(const StageSpec& stage, OperatorKind kind) {
  return stage.definition != nullptr && stage.definition->kind == kind;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

class GraphBuilder {
 public:
  GraphBuilder(const Document& document, const Spec& spec, Diagnostics& diagnostics,
               UnreadRows unread)
      : document_(document), spec_(spec), diagnostics_(diagnostics), unread_(unread) {}

  Graph build() {
    graph_.stages.resize(spec_.stages.size());
    names_.resize(spec_.scopes.size());
    name_stages();
    name_uses();
    resolve_on_error();
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      resolve_from(i);
      resolve_options(i);
    }
    graph_.order = order_of(graph_.stages);
    report_circles();
    if (!unresolved_ && unread_ == UnreadRows::kMistake) {
      report_unread_rows();
      report_rejects();
    }
    return std::move(graph_);
  }

 private:
  void report(Code number, Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(number, where, std::move(message), std::move(hint));
  }
  /// `line 12`
  std::string line_of(size_t stage) const { return line_of(spec_.stages[stage].operator_key); }
  std::string line_of(const SourceText& text) const {
    return document_.named_line(text.span().begin);
  }

  void name_stages() {
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      const StageSpec& stage = spec_.stages[i];
      const std::string& name = (stage.name ? *stage.name : stage.operator_key).text();
      Names& names = names_[stage.scope];
      graph_.stages[i].name = spec_.scopes[stage.scope].prefix + name;
      names.all.push_back(name);
      if (!stage.name) {
        names.defaulted[name].push_back(i);
        continue;
      }
      if (!is_name(name)) {
        report(code::kBadName, stage.name->span(),
               fmt::format("'{}' cannot be the name of a stage", name),
               "use letters, digits, '_' and '-'");
      }
      const auto [found, fresh] = names.named.emplace(name, i);
      if (!fresh) {
        report(code::kStageTwice, stage.name->span(),
               fmt::format("two stages are called '{}'", name),
               fmt::format("the other one stands on {}", line_of(found->second)));
      }
    }
  }

  void name_uses() {
    for (size_t i = 1; i < spec_.scopes.size(); ++i) {
      const Scope& scope = spec_.scopes[i];
      Names& names = names_[scope.outer];
      names.all.push_back(scope.name);
      unresolved_ |= !scope.output;  // which was reported
      if (scope.output)
        graph_.uses.emplace(spec_.scopes[scope.outer].prefix + scope.name, *scope.output);
      const auto named = names.named.find(scope.name);
      const auto [found, fresh] = names.uses.emplace(scope.name, i);
      if (fresh && named == names.named.end()) continue;
      report(
          code::kStageTwice, scope.use.span(),
          fmt::format("two stages are called '{}'", scope.name),
          fmt::format("the other one stands on {}; give this one a 'name'",
                      fresh ? line_of(named->second) : line_of(spec_.scopes[found->second].use)));
    }
  }

  void resolve_on_error() {
    if (spec_.on_error) {
      if (const auto value = read_on_error(*spec_.on_error, diagnostics_)) {
        if (*value == OnError::kWarn)
          refuse_warn(spec_.on_error->span());
        else
          default_on_error_ = *value;
      }
    }
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      graph_.stages[i].on_error = default_on_error_;
      const auto& written = spec_.stages[i].on_error;
      if (!written) continue;
      const auto value = read_on_error(*written, diagnostics_);
      if (!value) continue;
      const OperatorDef* const definition = spec_.stages[i].definition;
      if (*value == OnError::kWarn && definition != nullptr && !definition->can_warn) {
        refuse_warn(written->span());
      } else {
        graph_.stages[i].on_error = *value;
      }
    }
  }

  /// A row that could not be processed has no values that could go on.
  void refuse_warn(Span where) {
    report(code::kOnErrorPlace, where, "'on_error: warn' is for 'expect' alone",
           "elsewhere a bad row cannot go on: choose one of 'fail', 'skip', 'reject'");
  }

  void resolve_from(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    const bool source = is_kind(stage, OperatorKind::kSource);
    if (stage.from) {
      if (source) {
        report(code::kSourceReads, stage.from->span,
               fmt::format("the source '{}' reads no stage, so it cannot have a 'from'",
                           graph_.stages[index].name),
               "remove the 'from'");
        return;
      }
      read_from(index);
      return;
    }
    if (source) return;
    if (!stage.above) return read_nothing_above(index);
    if (const auto input =
            rows_above(*stage.above, stage.operator_key, stage.definition != nullptr)) {
      graph_.stages[index].inputs.push_back(*input);
    } else {
      graph_.stages[index].resolved = false;
    }
  }

  /// The first stage of a scope: that of a group reads its only input.
  void read_nothing_above(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    const Scope& scope = spec_.scopes[stage.scope];
    const GroupSpec* const group = scope.group ? &spec_.groups[*scope.group] : nullptr;
    if (group != nullptr && group->inputs.size() == 1) {
      const auto input = find_input(stage.scope, group->inputs.front().text());
      if (input && *input) {
        graph_.stages[index].inputs.push_back(**input);
      } else {
        graph_.stages[index].resolved = false;
      }
      return;
    }
    graph_.stages[index].resolved = false;
    if (stage.definition == nullptr || stage.is_guess) return;
    report(code::kNothingToRead, stage.operator_key.span(),
           fmt::format("'{}' has nothing to read, as it stands first", stage.operator_key.text()),
           group != nullptr && !group->inputs.empty()
               ? fmt::format("name the input it reads: 'from: {}'", group->inputs.front().text())
               : "begin with a source such as 'read_csv'");
  }

  /// What stands above `reader` as its input. Nothing is said of a reader that is not known.
  std::optional<From> rows_above(size_t above, const SourceText& reader, bool is_known) {
    if (!is_kind(spec_.stages[above], OperatorKind::kSink)) return From{above};
    if (!is_known) return std::nullopt;
    report(code::kNothingToRead, reader.span(),
           fmt::format("'{}' has nothing to read, as no rows leave the sink '{}' above it",
                       reader.text(), graph_.stages[above].name),
           "name the stage it reads: 'from: NAME'");
    unresolved_ = true;
    return std::nullopt;
  }

  void add_input(size_t index, const SourceText& name) {
    if (const std::optional<From> input = find_port(name, spec_.stages[index].scope)) {
      graph_.stages[index].inputs.push_back(*input);
    } else {
      graph_.stages[index].resolved = false;
      unresolved_ = true;
    }
  }

  void refuse_input(Code number, size_t index, Span where, std::string message, std::string hint) {
    report(number, where, std::move(message), std::move(hint));
    graph_.stages[index].resolved = false;
    unresolved_ = true;
  }

  void read_from(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    const OptionNode& node = *stage.from;
    if (node.kind == OptionNode::Kind::kNull)
      return refuse_input(code::kInputsForm, index, node.span, "'from' has no value",
                          "write the name of a stage");
    if (node.kind == OptionNode::Kind::kScalar) return add_input(index, node.scalar);
    const bool list = node.kind == OptionNode::Kind::kList;
    if (!list || (stage.definition != nullptr && !stage.definition->many_inputs)) {
      return refuse_input(code::kInputsForm, index, node.span,
                          fmt::format("'{}' takes one input, not {}", stage.operator_key.text(),
                                      list ? "a list" : "a mapping"),
                          list ? "write the name of one stage; 'union' brings the rows of several "
                                 "together"
                               : "write the name of one stage");
    }
    if (node.items.empty())
      return refuse_input(code::kInputsForm, index, node.span, "'from' is an empty list",
                          "name the stages to read");
    for (const OptionNode& item : node.items) {
      if (item.kind == OptionNode::Kind::kScalar) {
        add_input(index, item.scalar);
      } else {
        refuse_input(code::kInputsForm, index, item.span, "'from' takes names of stages",
                     "write one name per item");
      }
    }
  }

  static bool main_is_stage(const OperatorDef& definition) {
    return std::any_of(
        definition.options.begin(), definition.options.end(), [&](const OptionDef& option) {
          return option.name == definition.main_option && option.type == OptionType::kStage;
        });
  }

  /// Further inputs are options that hold a stage, such as `with`.
  void resolve_options(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    if (stage.definition == nullptr) return;
    if (stage.options.kind == OptionNode::Kind::kScalar) {
      if (main_is_stage(*stage.definition)) add_input(index, stage.options.scalar);
      return;
    }
    for (const OptionDef& option : stage.definition->options) {
      for (const auto& [name, value] : stage.options.entries) {
        if (name.text() != option.name) continue;
        if (option.type == OptionType::kStage && value.kind == OptionNode::Kind::kScalar)
          add_input(index, value.scalar);
        if (option.type == OptionType::kReferences) add_references(index, value);
      }
    }
  }

  void add_references(size_t index, const OptionNode& references) {
    for (const auto& [column, value] : references.entries) {
      if (value.kind != OptionNode::Kind::kScalar) continue;  // which reading the options reports
      if (const auto reference = split_reference(value.scalar)) {
        add_input(index, reference->stage);
      } else {
        refuse_input(code::kInputsForm, index, value.span,
                     fmt::format("'{}' is no column of a stage", value.scalar.text()),
                     fmt::format("write '{}: STAGE.COLUMN'", column.text()));
      }
    }
  }

  std::optional<From> find_port(const SourceText& name, size_t scope) {
    std::string_view wanted = name.text();
    for (size_t dot = wanted.find('.'); dot != std::string_view::npos; dot = wanted.find('.')) {
      const auto use = names_[scope].uses.find(wanted.substr(0, dot));
      if (use == names_[scope].uses.end()) break;
      scope = use->second;
      wanted.remove_prefix(dot + 1);
    }
    const Names& names = names_[scope];
    const size_t dot = wanted.rfind('.');
    // Operators of plugins have a dot in their names.
    const bool is_stage = names.named.contains(wanted) || names.defaulted.contains(wanted);
    const bool is_port = dot != std::string_view::npos && !is_stage;
    if (!is_stage && !is_port) {
      if (const auto input = find_input(scope, wanted)) return *input;
      if (const auto use = names.uses.find(wanted); use != names.uses.end())
        return rows_of_use(use->second);
    }
    const auto found = find(name, scope, is_port ? wanted.substr(0, dot) : wanted);
    if (!found) return std::nullopt;
    const StageSpec& stage = spec_.stages[*found];
    if (!is_port) {
      if (!is_kind(stage, OperatorKind::kSink)) return From{*found};
      report(code::kNoRowsLeave, name.span(), fmt::format("no rows leave the sink '{}'", wanted),
             "read the stage that the sink reads");
      return std::nullopt;
    }
    const std::string_view port = wanted.substr(dot + 1);
    if (port == kRejects) return From{*found, From::kRejects};
    std::vector<std::string> ports;
    if (stage.definition == nullptr) return From{*found};  // whatever its neighbours need
    if (stage.definition->ports != nullptr) ports = stage.definition->ports(stage.options);
    for (size_t i = 0; i < ports.size(); ++i) {
      if (ports[i] == port) return From{*found, From::kFurther + i};
    }
    report_unknown_port(name, wanted.substr(0, dot), port, ports);
    return std::nullopt;
  }

  std::optional<From> rows_of_use(size_t scope) {
    const std::optional<size_t> output = spec_.scopes[scope].output;
    if (!output) return std::nullopt;  // which was reported
    if (!is_kind(spec_.stages[*output], OperatorKind::kSink)) return From{*output};
    report(code::kNoRowsLeave, spec_.scopes[scope].use.span(),
           fmt::format("no rows leave '{}', as its output is a sink", spec_.scopes[scope].name),
           "name another stage as the 'output' of the group");
    return std::nullopt;
  }

  /// What a use reads as its input `name`: no such input, one that could not be resolved (which was
  /// reported), or a port.
  std::optional<std::optional<From>> find_input(size_t scope, std::string_view name) {
    const Scope& use = spec_.scopes[scope];
    if (!use.group) return std::nullopt;
    const std::vector<SourceText>& declared = spec_.groups[*use.group].inputs;
    const bool is_declared = std::any_of(declared.begin(), declared.end(),
                                         [&](const auto& input) { return input.text() == name; });
    if (!is_declared) return std::nullopt;
    for (const Scope::Input& input : use.inputs) {
      if (input.name != name) continue;
      if (input.from) return find_port(*input.from, use.outer);
      return rows_above(*input.above, use.use, true);
    }
    return std::optional<From>();
  }

  void report_unknown_port(const SourceText& name, std::string_view stage, std::string_view port,
                           const std::vector<std::string>& ports) {
    std::string hint =
        fmt::format("rows it could not process come out of '{}.{}'", stage, kRejects);
    for (const std::string& known : ports) hint += fmt::format(", others of '{}.{}'", stage, known);
    report(code::kUnknownPort, name.span(),
           fmt::format("the stage '{}' has no port '{}'", stage, port), std::move(hint));
  }

  std::optional<size_t> find(const SourceText& where, size_t scope, std::string_view wanted) {
    const Names& names = names_[scope];
    if (const auto found = names.named.find(wanted); found != names.named.end())
      return found->second;
    const auto found = names.defaulted.find(wanted);
    if (found != names.defaulted.end() && found->second.size() == 1) return found->second.front();
    if (found != names.defaulted.end()) {
      std::vector<std::string> lines;
      for (const size_t stage : found->second) {
        const uint32_t begin = spec_.stages[stage].operator_key.span().begin;
        lines.push_back(std::to_string(document_.place(begin).line));
      }
      report(code::kAmbiguousStage, where.span(),
             fmt::format("'{}' could be any of {} stages", wanted, found->second.size()),
             fmt::format("give the one that is meant a 'name'; they stand on lines {}",
                         fmt::join(lines, ", ")));
      return std::nullopt;
    }
    if (scope != 0 && LEAT_MUTANT("groups_see_names_outside")) return find(where, 0, wanted);
    std::vector<std::string> known = names.all;
    if (const auto group = spec_.scopes[scope].group) {
      for (const SourceText& input : spec_.groups[*group].inputs) known.push_back(input.text());
    }
    std::string hint = did_you_mean(wanted, known);
    if (hint.empty() && scope != 0)
      hint = fmt::format("in the group '{}' are '{}'", spec_.scopes[scope].use.text(),
                         fmt::join(known, "', '"));
    report(code::kUnknownStage, where.span(), fmt::format("there is no stage called '{}'", wanted),
           std::move(hint));
    return std::nullopt;
  }

  /// Follows, from each stage that is not in `order`, an input that is not either, until it meets a
  /// stage again; each circle is reported once, at its first stage.
  void report_circles() {
    std::vector<bool> done(graph_.stages.size(), false);
    for (const size_t stage : graph_.order) done[stage] = true;
    const std::vector<bool> in_order = done;
    for (size_t i = 0; i < graph_.stages.size(); ++i) {
      std::vector<size_t> path;
      size_t at = i;
      while (!done[at]) {
        done[at] = true;
        path.push_back(at);
        const std::vector<From>& inputs = graph_.stages[at].inputs;
        at = std::find_if(inputs.begin(), inputs.end(), [&](const From& input) {
               return !in_order[input.stage];
             })->stage;
      }
      const auto begin = std::find(path.begin(), path.end(), at);
      if (begin != path.end()) report_circle({begin, path.end()});
    }
  }

  void report_circle(const std::vector<size_t>& circle) {
    std::vector<std::string> names;
    for (const size_t stage : circle) names.push_back(graph_.stages[stage].name);
    names.push_back(names.front());
    const StageSpec& stage = spec_.stages[*std::min_element(circle.begin(), circle.end())];
    report(code::kCycle, stage.from ? stage.from->span : stage.operator_key.span(),
           fmt::format("stages read each other in a circle: {}", fmt::join(names, " reads ")),
           "let one of them read a source, or a stage that does");
    unresolved_ = true;
  }

  /// For each stage, does anybody read its rejects, or another of its ports?
  std::vector<bool> read_ports(bool rejects) const {
    std::vector<bool> read(graph_.stages.size(), false);
    for (const GraphStage& stage : graph_.stages) {
      for (const From& input : stage.inputs) {
        if ((input.port == From::kRejects) == rejects) read[input.stage] = true;
      }
    }
    return read;
  }

  void report_unread_rows() {
    const std::vector<bool> read = read_ports(false);
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      const StageSpec& stage = spec_.stages[i];
      if (stage.definition == nullptr || stage.is_guess || is_kind(stage, OperatorKind::kSink) ||
          read[i])
        continue;
      report(code::kRowsUnread, stage.operator_key.span(),
             fmt::format("nothing reads the rows of '{}'", graph_.stages[i].name),
             "add a stage that does, such as a 'write_csv', or remove this one");
    }
  }

  void report_rejects() {
    const std::vector<bool> read = read_ports(true);
    std::vector<std::string> unread_by_default;
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      const StageSpec& stage = spec_.stages[i];
      const std::string& name = graph_.stages[i].name;
      const bool rejects = graph_.stages[i].on_error == OnError::kReject;
      if (!rejects || stage.definition == nullptr || read[i]) continue;
      if (stage.on_error) {
        report(code::kRejectsUnread, stage.on_error->span(),
               fmt::format("nothing reads the rejects of '{}'", name),
               fmt::format(
                   "add a stage that does: '- write_jsonl: rejects.jsonl' with 'from: {}.rejects'",
                   name));
      } else {
        unread_by_default.push_back(fmt::format("'{}'", name));
      }
    }
    if (!unread_by_default.empty() && spec_.on_error) {
      report(code::kRejectsUnread, spec_.on_error->span(),
             fmt::format("nothing reads the rejects of {}", fmt::join(unread_by_default, ", ")),
             "every stage that rejects needs a reader; write 'on_error: reject' at the stages "
             "which have one");
    }
    for (size_t reader = 0; reader < graph_.stages.size(); ++reader) {
      for (const From& input : graph_.stages[reader].inputs) report_no_rejects(reader, input);
    }
  }

  void report_no_rejects(size_t reader, const From& input) {
    if (input.port != From::kRejects || graph_.stages[input.stage].on_error == OnError::kReject)
      return;
    const StageSpec& stage = spec_.stages[reader];
    report(code::kOnErrorPlace, stage.from ? stage.from->span : stage.operator_key.span(),
           fmt::format("the stage '{}' rejects no rows", graph_.stages[input.stage].name),
           fmt::format("write 'on_error: reject' at it ({})", line_of(input.stage)));
  }

  const Document& document_;
  const Spec& spec_;
  Diagnostics& diagnostics_;
  const UnreadRows unread_;
  Graph graph_;
  OnError default_on_error_ = OnError::kFail;
  bool unresolved_ = false;  ///< An input is not known.
  /// Of one scope.
  struct Names {
    std::vector<std::string> all;
    std::map<std::string, size_t, std::less<>> named;
    std::map<std::string, std::vector<size_t>, std::less<>> defaulted;
    std::map<std::string, size_t, std::less<>> uses;  ///< To their scopes.
  };
  std::vector<Names> names_;  ///< As Spec::scopes.
};

}  // namespace

Graph build_graph(const Document& document, const Spec& spec, Diagnostics& diagnostics,
                  UnreadRows unread) {
  return GraphBuilder(document, spec, diagnostics, unread).build();
}

std::vector<size_t> order_of(const std::vector<GraphStage>& stages) {
  std::vector<size_t> order;
  std::vector<std::vector<size_t>> readers(stages.size());
  std::vector<size_t> waiting(stages.size());
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < stages.size(); ++i) {
    waiting[i] = stages[i].inputs.size();
    for (const From& input : stages[i].inputs) readers[input.stage].push_back(i);
    if (waiting[i] == 0) ready.push(i);
  }
  while (!ready.empty()) {
    const size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const size_t reader : readers[next]) {
      if (--waiting[reader] == 0) ready.push(reader);
    }
  }
  return order;
}

}  // namespace leat::pipelines
