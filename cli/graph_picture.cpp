// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// SVG is laid out in layers: a stage stands one column to the right of the last of its inputs, and
// below the stages of its column that come before it in the text.
#include "cli/graph_picture.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/table.h"

namespace leat::cli {
namespace {

using pipelines::From;
using pipelines::Pipeline;
using pipelines::Stage;

std::string title(const Stage& stage) {
  const std::string_view name = stage.definition->name;
  return stage.name == name ? stage.name : fmt::format("{} ({})", stage.name, name);
}

/// The name of a port but the rows.
std::string port_name(const Pipeline& pipeline, const From& from) {
  if (from.port == From::kRows) return {};
  if (from.port == From::kRejects) return "rejects";
  return pipeline.stages[from.stage].ports.at(from.port - From::kFurther);
}

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

std::string mermaid_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') {
      out += "#quot;";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out + '"';
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string dot(const Pipeline& pipeline) {
  std::string out = "digraph pipeline {\n  rankdir=LR;\n  node [shape=box];\n";
  for (size_t i = 0; i < pipeline.stages.size(); ++i)
    out += fmt::format("  s{} [label={}];\n", i, dot_text(title(pipeline.stages[i])));
  for (size_t i = 0; i < pipeline.stages.size(); ++i) {
    for (const From& from : pipeline.stages[i].from) {
      const std::string port = port_name(pipeline, from);
      out += fmt::format("  s{} -> s{}{};\n", from.stage, i,
                         port.empty() ? "" : fmt::format(" [label={}]", dot_text(port)));
    }
  }
  return out + "}\n";
}

std::string mermaid(const Pipeline& pipeline) {
  std::string out = "flowchart LR\n";
  for (size_t i = 0; i < pipeline.stages.size(); ++i)
    out += fmt::format("  s{}[{}]\n", i, mermaid_text(title(pipeline.stages[i])));
  for (size_t i = 0; i < pipeline.stages.size(); ++i) {
    for (const From& from : pipeline.stages[i].from) {
      const std::string port = port_name(pipeline, from);
      out += fmt::format("  s{} -->{} s{}\n", from.stage,
                         port.empty() ? "" : fmt::format("|{}|", mermaid_text(port)), i);
    }
  }
  return out;
}

struct Place {
  size_t column = 0;
  size_t row = 0;
};

// Pixels.
constexpr size_t kBoxWidth = 190;
constexpr size_t kBoxHeight = 34;
constexpr size_t kColumnWidth = kBoxWidth + 70;
constexpr size_t kRowHeight = kBoxHeight + 22;
constexpr size_t kMargin = 12;
constexpr size_t kTitleMax = 26;  // characters

/// Colours of light pages and of dark ones.
constexpr std::string_view kSvgStyle =
    ".edge{fill:none;stroke:#667}.tip{fill:#667}.port{fill:#556}.box{fill:#eef3fb;stroke:#557}"
    ".name{fill:#112}@media(prefers-color-scheme:dark){.edge{stroke:#99a}.tip{fill:#99a}"
    ".port{fill:#aab}.box{fill:#1d2533;stroke:#8898b8}.name{fill:#e6ebf5}}";

std::vector<Place> lay_out(const Pipeline& pipeline) {
  std::vector<Place> places;
  std::vector<size_t> rows(pipeline.stages.size() + 1, 0);  // taken, by column
  for (const Stage& stage : pipeline.stages) {
    Place place;
    for (const From& from : stage.from) {
      place.column = std::max(place.column, places[from.stage].column + 1);
      place.row = std::max(place.row, places[from.stage].row);
    }
    place.row = std::max(place.row, rows[place.column]);
    rows[place.column] = place.row + 1;
    places.push_back(place);
  }
  return places;
}

std::string svg_edge(const Place& from, const Place& to, const std::string& port) {
  const size_t x1 = kMargin + from.column * kColumnWidth + kBoxWidth;
  const size_t y1 = kMargin + from.row * kRowHeight + kBoxHeight / 2;
  const size_t x2 = kMargin + to.column * kColumnWidth;
  const size_t y2 = kMargin + to.row * kRowHeight + kBoxHeight / 2;
  const size_t middle = (x1 + x2) / 2;
  std::string out = fmt::format(
      "<path class=\"edge\" d=\"M{0},{1} C{2},{1} {2},{3} {4},{3}\" marker-end=\"url(#arrow)\"/>\n",
      x1, y1, middle, y2, x2);
  if (!port.empty())
    out += fmt::format("<text class=\"port\" x=\"{}\" y=\"{}\">{}</text>\n", x1 + 6, y1 - 5,
                       xml_text(port));
  return out;
}

std::string svg(const Pipeline& pipeline) {
  const std::vector<Place> places = lay_out(pipeline);
  size_t columns = 0;
  size_t rows = 0;
  for (const Place& place : places) {
    columns = std::max(columns, place.column + 1);
    rows = std::max(rows, place.row + 1);
  }
  const size_t width = 2 * kMargin + columns * kColumnWidth;
  const size_t height = 2 * kMargin + rows * kRowHeight;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n<title>{2}</title>\n"
      "<style>{3}</style>\n"
      "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" "
      "markerHeight=\"8\" orient=\"auto\"><path class=\"tip\" d=\"M0,0 L8,4 L0,8 z\"/></marker>"
      "</defs>\n",
      width, height, xml_text(pipeline.name), kSvgStyle);
  for (size_t i = 0; i < places.size(); ++i) {
    for (const From& from : pipeline.stages[i].from)
      out += svg_edge(places[from.stage], places[i], port_name(pipeline, from));
  }
  for (size_t i = 0; i < places.size(); ++i) {
    const size_t x = kMargin + places[i].column * kColumnWidth;
    const size_t y = kMargin + places[i].row * kRowHeight;
    const std::string whole = title(pipeline.stages[i]);
    out += fmt::format(
        "<g><title>{}</title><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
        "rx=\"5\"/><text class=\"name\" x=\"{}\" y=\"{}\">{}</text></g>\n",
        xml_text(whole), x, y, kBoxWidth, kBoxHeight, x + 10, y + kBoxHeight / 2 + 4,
        xml_text(cut_in_the_middle(whole, kTitleMax)));
  }
  return out + "</svg>\n";
}

}  // namespace

std::string graph_picture(const Pipeline& pipeline, std::string_view format) {
  if (format == "svg") return svg(pipeline);
  return format == "dot" ? dot(pipeline) : mermaid(pipeline);
}

}  // namespace leat::cli
