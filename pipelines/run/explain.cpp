// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: show the graph that runs, not the one that was written: what is fused, where rows are
// handed over, who waits for whom.
//
// Invariants
// 1. Everything printed is read from the plan; nothing is worked out again.
// 2. Names of stages and columns come from files and are quoted or escaped in every format.
//
// Rejected: a picture of the stages alone (the pipeline is that already).
#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/input/findings.h"
#include "operators/input/source_options.h"
#include "operators/text/byte_size.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/reach.h"
#include "pipelines/text/correction.h"

namespace leat::pipelines {
namespace {

std::string describe(const Pipeline& pipeline, size_t stage) {
  const Stage& described = pipeline.stages[stage];
  if (described.name == described.definition->name) return described.name;
  return fmt::format("{} ({})", described.name, described.definition->name);
}

std::string_view describe(LaneRole role) {
  switch (role) {
    case LaneRole::kMap: return "map";
    case LaneRole::kPartial: return "partial";
    case LaneRole::kEncode: return "encode";
    case LaneRole::kForward: return "forward";
    case LaneRole::kInOrder: return "in order";
  }
  return "";
}

std::string_view describe(Segment::Head head) {
  switch (head) {
    case Segment::Head::kSource: return "split";
    case Segment::Head::kFinal: return "final";
    case Segment::Head::kSide: return "side";
    case Segment::Head::kSequential: return "in order";
    case Segment::Head::kUnion: return "union";
    case Segment::Head::kRejects: return "rejects";
  }
  return "";
}

std::string_view describe(Edge::Kind kind) {
  switch (kind) {
    case Edge::Kind::kOrdered: return "rows";
    case Edge::Kind::kCollected: return "states";
    case Edge::Kind::kBytes: return "bytes";
  }
  return "";
}

std::string columns_of(const BoundOperator& bound) {
  if (!bound.output) return {};
  std::string text;
  for (const Field& field : bound.output->fields()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", field.name, to_string(field.type));
  }
  return text;
}

/// What a source found out, as options that say the same.
std::string found_by(const BoundOperator& bound) {
  const io::Findings* const findings = io::findings_of(bound);
  if (findings == nullptr) return {};
  std::string options;
  for (const auto& [name, value] : findings->found())
    options += fmt::format("{}{}: {}", options.empty() ? "" : ", ", name,
                           value == "false" || name == "skip" ? value : yaml_quoted(value));
  return fmt::format("           found: {}\n", options);
}

/// Which files are not read.
std::string left_out_of(const BoundOperator& bound) {
  const io::FileSource* const files = io::file_source_of(bound);
  if (files == nullptr || files->left_out() == 0) return {};
  return fmt::format("           reads {} of {} files, as the filter wants no others\n",
                     files->left(), files->left() + files->left_out());
}

std::string port_label(const Stage& stage, size_t port) {
  if (port == From::kRows) return "";
  if (port == From::kRejects) return "rejects: ";
  return fmt::format("{}: ", stage.ports.at(port - From::kFurther));
}

/// A node of a lane tree, and where in it it stands.
struct PlacedNode {
  NodeIndex node;
  size_t depth;
  size_t above;  ///< The stage whose port it reads.
  size_t port;
  std::optional<NodeIndex> above_node;  ///< nullopt: the head.
};

/// Calls `visit` for all nodes of a segment: each before those below it, and these before the next
/// beside it. A loop, as trees may be deeper than calls can nest.
template <typename Visit>
void visit_nodes(const Plan& plan, const Segment& segment, const Visit& visit) {
  std::vector<PlacedNode> next;
  const auto push = [&](const PortNodes& ports, size_t depth, size_t stage,
                        std::optional<NodeIndex> node) {
    for (size_t port = ports.size(); port-- > 0;) {
      for (size_t i = ports[port].size(); i-- > 0;)
        next.push_back({ports[port][i], depth, stage, port, node});
    }
  };
  push(segment.ports, 0, segment.stage, {});
  while (!next.empty()) {
    const PlacedNode at = next.back();
    next.pop_back();
    visit(at);
    const LaneNode& node = plan.nodes[at.node];
    push(node.ports, at.depth + 1, node.stage, at.node);
  }
}

// -------------------------------------------------------------------------------------------- text

constexpr size_t kIndentMax = 40;

class TextPrinter {
 public:
  TextPrinter(const Plan& plan, const Pipeline& pipeline) : plan_(plan), pipeline_(pipeline) {}

  std::string print() {
    out_ = fmt::format("plan of {}: {} processors, memory limit {}, at least {}, {}\n",
                       pipeline_.name, plan_.procs, io::format_bytes(plan_.memory_limit),
                       io::format_bytes(plan_.memory_minimum), plan_.fuse ? "fused" : "not fused");
    for (const std::string& note : pipeline_.notes) out_ += note + "\n";
    for (const std::string& note : plan_.notes) out_ += note + "\n";
    for (size_t i = 0; i < plan_.segments.size(); ++i) print_segment(i);
    out_ += reach_text(pipeline_);
    return std::move(out_);
  }

 private:
  void print_segment(size_t index) {
    const Segment& segment = plan_.segments[index];
    out_ += fmt::format("segment {}:", index + 1);
    if (segment.lanes > 0)
      out_ += fmt::format(" {} lanes, {} splits ahead", segment.lanes, segment.credits);
    if (!segment.after.empty()) {
      std::vector<size_t> earlier;
      for (const SegmentIndex one : segment.after) earlier.push_back(one + 1);
      out_ += fmt::format("{} after segment{} {}", segment.lanes > 0 ? "," : "",
                          earlier.size() > 1 ? "s" : "", fmt::join(earlier, ", "));
    }
    out_ += '\n';
    const BoundOperator& bound = *pipeline_.stages[segment.stage].bound;
    const std::string columns = segment.head == Segment::Head::kSide
                                    ? fmt::format("input {}", segment.input + 1)
                                    : columns_of(bound);
    out_ += fmt::format("  {:<8} {} -> {}\n", describe(segment.head),
                        describe(pipeline_, segment.stage), columns);
    if (segment.head == Segment::Head::kSource) out_ += found_by(bound) + left_out_of(bound);
    visit_nodes(plan_, segment, [this](const PlacedNode& at) { print_node(at); });
  }

  void print_node(const PlacedNode& at) {
    const LaneNode& node = plan_.nodes[at.node];
    const Stage& stage = pipeline_.stages[node.stage];
    // Trees of thousands of stages would else be mostly space.
    const size_t indent = std::min(4 + 2 * at.depth, kIndentMax);
    out_ +=
        fmt::format("{:{}}{}{:<8} {}", "", indent, port_label(pipeline_.stages[at.above], at.port),
                    describe(node.role), describe(pipeline_, node.stage));
    if (node.role == LaneRole::kMap || node.role == LaneRole::kInOrder) {
      out_ += fmt::format(" -> {}", columns_of(*stage.bound));
    } else if (const auto to = plan_.edges[node.edge].to) {
      out_ += fmt::format(", {} to segment {}", describe(plan_.edges[node.edge].kind), *to + 1);
    }
    out_ += node.queued && plan_.fuse ? ", in goroutines of its own\n" : "\n";
  }

  const Plan& plan_;
  const Pipeline& pipeline_;
  std::string out_;
};

// ------------------------------------------------------------------------------------------ graphs

/// A line from a head or node to another.
struct Arrow {
  std::string from;
  std::string to;
  std::string label;
};

/// Nodes are `s3h` for the head and `s3n7` for the lane nodes of segment 3, by stage; a stage's
/// committer is `c7`.
class GraphPrinter {
 public:
  GraphPrinter(const Plan& plan, const Pipeline& pipeline, PlanFormat format)
      : plan_(plan), pipeline_(pipeline), dot_(format == PlanFormat::kDot) {}

  std::string print() {
    out_ = dot_ ? "digraph plan {\n  rankdir=LR;\n  node [shape=box];\n" : "flowchart LR\n";
    for (size_t i = 0; i < plan_.segments.size(); ++i) print_segment(i);
    for (const Arrow& arrow : arrows_) print_arrow(arrow);
    for (size_t i = 0; i < plan_.segments.size(); ++i) {
      for (const SegmentIndex earlier : plan_.segments[i].after)
        print_wait(fmt::format("s{}h", earlier + 1), fmt::format("s{}h", i + 1));
    }
    if (dot_) out_ += "}\n";
    return std::move(out_);
  }

 private:
  std::string quoted(std::string_view text) const {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        out += dot_ ? fmt::format("\\{}", c) : std::string(c == '"' ? "#quot;" : "\\");
      } else {
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      }
    }
    return out + "\"";
  }

  void print_box(const std::string& id, std::string_view text, std::string_view indent) {
    out_ += dot_ ? fmt::format("{}{} [label={}];\n", indent, id, quoted(text))
                 : fmt::format("{}{}[{}]\n", indent, id, quoted(text));
  }

  void print_segment(size_t index) {
    const Segment& segment = plan_.segments[index];
    const std::string title = segment.lanes > 0
                                  ? fmt::format("segment {}: {} lanes", index + 1, segment.lanes)
                                  : fmt::format("segment {}", index + 1);
    out_ += dot_
                ? fmt::format("  subgraph cluster_{} {{\n    label={};\n", index + 1, quoted(title))
                : fmt::format("  subgraph g{}[{}]\n", index + 1, quoted(title));
    const std::string head = fmt::format("s{}h", index + 1);
    print_box(head,
              fmt::format("{} {}", describe(segment.head), describe(pipeline_, segment.stage)),
              "    ");
    visit_nodes(plan_, segment, [&](const PlacedNode& at) { print_node(index, at); });
    out_ += dot_ ? "  }\n" : "  end\n";
  }

  std::string node_id(size_t segment, NodeIndex index) const {
    const LaneNode& node = plan_.nodes[index];
    const bool rejects = node.role == LaneRole::kForward && plan_.edges[node.edge].rejects;
    return fmt::format("s{}n{}i{}{}", segment + 1, node.stage, node.input, rejects ? "r" : "");
  }

  void print_node(size_t index, const PlacedNode& at) {
    const LaneNode& node = plan_.nodes[at.node];
    const std::string id = node_id(index, at.node);
    print_box(id, fmt::format("{} {}", describe(node.role), describe(pipeline_, node.stage)),
              "    ");
    std::string label = port_label(pipeline_.stages[at.above], at.port);
    if (label.ends_with(": ")) label.resize(label.size() - 2);
    const std::string from =
        at.above_node ? node_id(index, *at.above_node) : fmt::format("s{}h", index + 1);
    arrows_.push_back({from, id, label});
    if (node.role == LaneRole::kMap || node.role == LaneRole::kInOrder) return;
    const Edge& edge = plan_.edges[node.edge];
    if (edge.to)
      arrows_.push_back({id, fmt::format("s{}h", *edge.to + 1), std::string(describe(edge.kind))});
  }

  void print_arrow(const Arrow& arrow) {
    const std::string label = arrow.label.empty() ? "" : quoted(arrow.label);
    if (dot_) {
      out_ += fmt::format("  {} -> {}{};\n", arrow.from, arrow.to,
                          label.empty() ? "" : fmt::format(" [label={}]", label));
    } else {
      out_ += fmt::format("  {} -->{} {}\n", arrow.from,
                          label.empty() ? "" : fmt::format("|{}|", label), arrow.to);
    }
  }

  void print_wait(const std::string& earlier, const std::string& later) {
    out_ += dot_ ? fmt::format("  {} -> {} [style=dashed, label=\"then\"];\n", earlier, later)
                 : fmt::format("  {} -.->|then| {}\n", earlier, later);
  }

  const Plan& plan_;
  const Pipeline& pipeline_;
  const bool dot_;
  std::string out_;
  std::vector<Arrow> arrows_;
};

}  // namespace

std::string to_text(const Plan& plan, const Pipeline& pipeline, PlanFormat format) {
  if (format == PlanFormat::kText) return TextPrinter(plan, pipeline).print();
  return GraphPrinter(plan, pipeline, format).print();
}

}  // namespace leat::pipelines
