// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From a list of stages to a graph. A stage without `from` reads the stage above it; `from: x`
// reads the stage called x; `from: x.rejects` reads the rows that x could not process.
//
// Invariants:
//  1. Every stage has at most one input, so following inputs upwards from a stage ends, or runs
//     into one circle.
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

constexpr std::string_view kRejects = ".rejects";

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
  GraphBuilder(const Document& document, const Spec& spec, Diagnostics& diagnostics)
      : document_(document), spec_(spec), diagnostics_(diagnostics) {}

  Graph build() {
    graph_.stages.resize(spec_.stages.size());
    name_stages();
    resolve_on_error();
    for (size_t i = 0; i < spec_.stages.size(); ++i) resolve_from(i);
    sort();
    report_circles();
    if (!unresolved_) {
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
      if (const auto value = read_on_error(*spec_.on_error, diagnostics_))
        default_on_error_ = *value;
    }
    for (size_t i = 0; i < spec_.stages.size(); ++i) {
      graph_.stages[i].on_error = default_on_error_;
      const auto& written = spec_.stages[i].on_error;
      if (!written) continue;
      if (const auto value = read_on_error(*written, diagnostics_))
        graph_.stages[i].on_error = *value;
    }
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
      graph_.stages[index].from = written_from(stage);
      unresolved_ |= !graph_.stages[index].from;
      return;
    }
    if (source) return;
    if (index == 0) {
      if (stage.definition == nullptr) return;
      report(stage.operator_key.span(),
             fmt::format("'{}' has nothing to read, as it stands first", stage.operator_key.text()),
             "begin with a source such as 'read_csv'");
      return;
    }
    if (is_kind(spec_.stages[index - 1], OperatorKind::kSink)) {
      if (stage.definition == nullptr) return;
      report(stage.operator_key.span(),
             fmt::format("'{}' has nothing to read, as no rows leave the sink '{}' above it",
                         stage.operator_key.text(), graph_.stages[index - 1].name),
             "name the stage it reads: 'from: NAME'");
      unresolved_ = true;
      return;
    }
    graph_.stages[index].from = Edge{index - 1, false};
  }

  std::optional<Edge> written_from(const StageSpec& stage) {
    const OptionNode& node = *stage.from;
    if (node.kind == OptionNode::Kind::kNull) {
      report(node.span, "'from' has no value", "write the name of a stage");
      return std::nullopt;
    }
    if (node.kind != OptionNode::Kind::kScalar) {
      report(node.span,
             fmt::format("'{}' takes one input, not {}", stage.operator_key.text(),
                         node.kind == OptionNode::Kind::kList ? "a list" : "a mapping"),
             "write the name of one stage");
      return std::nullopt;
    }
    const SourceText& name = node.scalar;
    std::string_view wanted = name.text();
    const bool rejects = wanted.ends_with(kRejects);
    if (rejects) wanted.remove_suffix(kRejects.size());
    const auto found = find(name, wanted);
    if (!found) return std::nullopt;
    if (!rejects && is_kind(spec_.stages[*found], OperatorKind::kSink)) {
      report(name.span(), fmt::format("no rows leave the sink '{}'", wanted),
             "read the stage that the sink reads");
      return std::nullopt;
    }
    return Edge{*found, rejects};
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
    const size_t dot = wanted.rfind('.');
    if (dot != std::string_view::npos &&
        (named_.contains(wanted.substr(0, dot)) || defaulted_.contains(wanted.substr(0, dot)))) {
      report(
          where.span(),
          fmt::format("the stage '{}' has no port '{}'", wanted.substr(0, dot),
                      wanted.substr(dot + 1)),
          fmt::format("rows it could not process come out of '{}.rejects'", wanted.substr(0, dot)));
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (const GraphStage& stage : graph_.stages) names.push_back(stage.name);
    report(where.span(), fmt::format("there is no stage called '{}'", wanted),
           did_you_mean(wanted, names));
    return std::nullopt;
  }

  void sort() {
    std::vector<std::vector<size_t>> readers(graph_.stages.size());
    std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
    for (size_t i = 0; i < graph_.stages.size(); ++i) {
      if (graph_.stages[i].from) {
        readers[graph_.stages[i].from->stage].push_back(i);
      } else {
        ready.push(i);
      }
    }
    while (!ready.empty()) {
      const size_t next = ready.top();
      ready.pop();
      graph_.order.push_back(next);
      for (const size_t reader : readers[next]) ready.push(reader);
    }
  }

  /// Follows the inputs of each stage that is not in `order`; each circle is reported once, at its
  /// first stage.
  void report_circles() {
    std::vector<bool> done(graph_.stages.size(), false);
    for (const size_t stage : graph_.order) done[stage] = true;
    for (size_t i = 0; i < graph_.stages.size(); ++i) {
      std::vector<size_t> path;
      size_t at = i;
      while (!done[at]) {
        done[at] = true;
        path.push_back(at);
        at = graph_.stages[at].from->stage;
      }
      const auto begin = std::find(path.begin(), path.end(), at);
      if (begin == path.end()) continue;
      std::vector<std::string> names;
      for (auto stage = begin; stage != path.end(); ++stage)
        names.push_back(graph_.stages[*stage].name);
      names.push_back(names.front());
      const size_t first = *std::min_element(begin, path.end());
      const StageSpec& stage = spec_.stages[first];
      report(stage.from ? stage.from->span : stage.operator_key.span(),
             fmt::format("stages read each other in a circle: {}", fmt::join(names, " reads ")),
             "let one of them read a source, or a stage that does");
      unresolved_ = true;
    }
  }

  /// For each stage, does anybody read its rows, or its rejects?
  std::vector<bool> read_ports(bool rejects) const {
    std::vector<bool> read(graph_.stages.size(), false);
    for (const GraphStage& stage : graph_.stages) {
      if (stage.from && stage.from->rejects == rejects) read[stage.from->stage] = true;
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
    for (const GraphStage& stage : graph_.stages) {
      if (!stage.from || !stage.from->rejects) continue;
      const size_t input = stage.from->stage;
      if (graph_.stages[input].on_error == OnError::kReject) continue;
      const size_t reader = static_cast<size_t>(&stage - graph_.stages.data());
      report(spec_.stages[reader].from->span,
             fmt::format("the stage '{}' rejects no rows", graph_.stages[input].name),
             fmt::format("write 'on_error: reject' at it (line {})", line_of(input)));
    }
  }

  const Document& document_;
  const Spec& spec_;
  Diagnostics& diagnostics_;
  Graph graph_;
  OnError default_on_error_ = OnError::kFail;
  bool unresolved_ = false;  ///< An input is not known.
  std::map<std::string, size_t, std::less<>> named_;
  std::map<std::string, std::vector<size_t>, std::less<>> defaulted_;
};

}  // namespace

Graph build_graph(const Document& document, const Spec& spec, Diagnostics& diagnostics) {
  return GraphBuilder(document, spec, diagnostics).build();
}

}  // namespace leat::pipelines
