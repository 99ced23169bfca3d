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
//  4. "Nobody reads" is reported only when every `from` could be resolved: an unknown name may
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
    name_stages();
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
  void report(Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(where, std::move(message), std::move(hint));
  }
  uint64_t line_of(size_t stage) const {
    return document_.place(spec_.stages[stage].operator_key.span().begin).line;
  }

  void name_stages() {
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      const StageSpec& stage = spec_.stages[i];
      graph_.stages[i].name = stage.name ? stage.name->text() : stage.operator_key.text();
      if (!stage.name) {
        defaulted_[graph_.stages[i].name].push_back(i);
        continue;
      }
      const std::string& name = stage.name->text();
      if (!is_name(name)) {
        report(stage.name->span(), fmt::format("'{}' cannot be the name of a stage", name),
               "use letters, digits, '_' and '-'");
      }
      const auto [found, fresh] = named_.emplace(name, i);
      if (!fresh) {
        report(stage.name->span(), fmt::format("two stages are called '{}'", name),
               fmt::format("the other one stands on line {}", line_of(found->second)));
      }
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
    report(where, "'on_error: warn' is for 'expect' alone",
           "elsewhere a bad row cannot go on: choose one of 'fail', 'skip', 'reject'");
  }

  void resolve_from(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    const bool source = is_kind(stage, OperatorKind::kSource);
    if (stage.from) {
      if (source) {
        report(stage.from->span,
               fmt::format("the source '{}' reads no stage, so it cannot have a 'from'",
                           graph_.stages[index].name),
               "remove the 'from'");
        return;
      }
      read_from(index);
      return;
    }
    if (source) return;
    if (index == 0) {
      graph_.stages[index].resolved = false;
      if (stage.definition == nullptr) return;
      report(stage.operator_key.span(),
             fmt::format("'{}' has nothing to read, as it stands first", stage.operator_key.text()),
             "begin with a source such as 'read_csv'");
      return;
    }
    if (is_kind(spec_.stages[index - 1], OperatorKind::kSink)) {
      graph_.stages[index].resolved = false;
      if (stage.definition == nullptr) return;
      report(stage.operator_key.span(),
             fmt::format("'{}' has nothing to read, as no rows leave the sink '{}' above it",
                         stage.operator_key.text(), graph_.stages[index - 1].name),
             "name the stage it reads: 'from: NAME'");
      unresolved_ = true;
      return;
    }
    graph_.stages[index].inputs.push_back({index - 1});
  }

  void add_input(size_t index, const SourceText& name) {
    if (const std::optional<From> input = find_port(name)) {
      graph_.stages[index].inputs.push_back(*input);
    } else {
      graph_.stages[index].resolved = false;
      unresolved_ = true;
    }
  }

  void refuse_input(size_t index, Span where, std::string message, std::string hint) {
    report(where, std::move(message), std::move(hint));
    graph_.stages[index].resolved = false;
    unresolved_ = true;
  }

  void read_from(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    const OptionNode& node = *stage.from;
    if (node.kind == OptionNode::Kind::kNull)
      return refuse_input(index, node.span, "'from' has no value", "write the name of a stage");
    if (node.kind == OptionNode::Kind::kScalar) return add_input(index, node.scalar);
    const bool list = node.kind == OptionNode::Kind::kList;
    if (!list || (stage.definition != nullptr && !stage.definition->many_inputs)) {
      return refuse_input(index, node.span,
                          fmt::format("'{}' takes one input, not {}", stage.operator_key.text(),
                                      list ? "a list" : "a mapping"),
                          list ? "write the name of one stage; 'union' brings the rows of several "
                                 "together"
                               : "write the name of one stage");
    }
    if (node.items.empty())
      return refuse_input(index, node.span, "'from' is an empty list", "name the stages to read");
    for (const OptionNode& item : node.items) {
      if (item.kind == OptionNode::Kind::kScalar) {
        add_input(index, item.scalar);
      } else {
        refuse_input(index, item.span, "'from' takes names of stages", "write one name per item");
      }
    }
  }

  /// Further inputs are options that hold a stage, such as `with`.
  void resolve_options(size_t index) {
    const StageSpec& stage = spec_.stages[index];
    if (stage.definition == nullptr || stage.options.kind != OptionNode::Kind::kMap) return;
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
        refuse_input(index, value.span,
                     fmt::format("'{}' is no column of a stage", value.scalar.text()),
                     fmt::format("write '{}: STAGE.COLUMN'", column.text()));
      }
    }
  }

  std::optional<From> find_port(const SourceText& name) {
    const std::string_view wanted = name.text();
    const size_t dot = wanted.rfind('.');
    // Operators of plugins have a dot in their names.
    const bool is_stage = named_.contains(wanted) || defaulted_.contains(wanted);
    const bool is_port = dot != std::string_view::npos && !is_stage;
    const auto found = find(name, is_port ? wanted.substr(0, dot) : wanted);
    if (!found) return std::nullopt;
    const StageSpec& stage = spec_.stages[*found];
    if (!is_port) {
      if (!is_kind(stage, OperatorKind::kSink)) return From{*found};
      report(name.span(), fmt::format("no rows leave the sink '{}'", wanted),
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

  void report_unknown_port(const SourceText& name, std::string_view stage, std::string_view port,
                           const std::vector<std::string>& ports) {
    std::string hint =
        fmt::format("rows it could not process come out of '{}.{}'", stage, kRejects);
    for (const std::string& known : ports) hint += fmt::format(", others of '{}.{}'", stage, known);
    report(name.span(), fmt::format("the stage '{}' has no port '{}'", stage, port),
           std::move(hint));
  }

  std::optional<size_t> find(const SourceText& where, std::string_view wanted) {
    if (const auto found = named_.find(wanted); found != named_.end()) return found->second;
    const auto found = defaulted_.find(wanted);
    if (found != defaulted_.end() && found->second.size() == 1) return found->second.front();
    if (found != defaulted_.end()) {
      std::vector<std::string> lines;
      for (const size_t stage : found->second) lines.push_back(std::to_string(line_of(stage)));
      report(where.span(),
             fmt::format("'{}' could be any of {} stages", wanted, found->second.size()),
             fmt::format("give the one that is meant a 'name'; they stand on lines {}",
                         fmt::join(lines, ", ")));
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (const GraphStage& stage : graph_.stages) names.push_back(stage.name);
    report(where.span(), fmt::format("there is no stage called '{}'", wanted),
           did_you_mean(wanted, names));
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
    report(stage.from ? stage.from->span : stage.operator_key.span(),
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
      if (stage.definition == nullptr || is_kind(stage, OperatorKind::kSink) || read[i]) continue;
      report(stage.operator_key.span(),
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
        report(stage.on_error->span(), fmt::format("nothing reads the rejects of '{}'", name),
               fmt::format(
                   "add a stage that does: '- write_jsonl: rejects.jsonl' with 'from: {}.rejects'",
                   name));
      } else {
        unread_by_default.push_back(fmt::format("'{}'", name));
      }
    }
    if (!unread_by_default.empty() && spec_.on_error) {
      report(spec_.on_error->span(),
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
    report(stage.from ? stage.from->span : stage.operator_key.span(),
           fmt::format("the stage '{}' rejects no rows", graph_.stages[input.stage].name),
           fmt::format("write 'on_error: reject' at it (line {})", line_of(input.stage)));
  }

  const Document& document_;
  const Spec& spec_;
  Diagnostics& diagnostics_;
  const UnreadRows unread_;
  Graph graph_;
  OnError default_on_error_ = OnError::kFail;
  bool unresolved_ = false;  ///< An input is not known.
  std::map<std::string, size_t, std::less<>> named_;
  std::map<std::string, std::vector<size_t>, std::less<>> defaulted_;
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
