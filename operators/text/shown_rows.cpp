// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Cells are texts already: what is left is the frame, and the marks that would break it.
#include "operators/text/shown_rows.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/text/markup_text.h"
#include "operators/text/table_text.h"

namespace leat::io {
namespace {

std::string csv_header(std::string_view name) {
  if (!name.empty() && name.find_first_of(",\"\r\n") == std::string_view::npos)
    return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string vertical(const ShownRows& shown, size_t cell_width) {
  size_t width = 0;
  std::vector<std::string> names;
  for (const Field& field : shown.schema->fields()) {
    names.push_back(fit_cell(field.name, cell_width));
    width = std::max(width, display_width(names.back()));
  }
  std::string out;
  for (size_t row = 0; row < shown.rows.size(); ++row) {
    out += fmt::format("-- row {} --\n", row + 1);
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string padding(width - display_width(names[i]), ' ');
      out += fmt::format("{}{}  {}\n", names[i], padding, shown.rows[row][i]);
    }
  }
  return out;
}

std::string markdown_table(const ShownRows& shown) {
  std::string head = "|";
  std::string rule = "|";
  for (const Field& field : shown.schema->fields()) {
    head += fmt::format(" {} |", markdown_text(field.name));
    rule += field.type.is_numeric() ? "---:|" : "---|";
  }
  std::string out = head + '\n' + rule + '\n';
  for (const auto& row : shown.rows) {
    out += '|';
    for (const Cell& cell : row) out += fmt::format(" {} |", markdown_text(cell));
    out += '\n';
  }
  return out;
}

std::string csv(const ShownRows& shown) {
  std::vector<std::string> names;
  for (const Field& field : shown.schema->fields()) names.push_back(csv_header(field.name));
  std::string out = fmt::format("{}\n", fmt::join(names, ","));
  for (const auto& row : shown.rows) out += fmt::format("{}\n", fmt::join(row, ","));
  return out;
}

/// Names are texts of JSON: quotes, backslashes and control characters are escaped.
std::string json_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json(const ShownRows& shown) {
  std::vector<std::string> names;
  for (const Field& field : shown.schema->fields()) names.push_back(json_name(field.name));
  std::string out = "[";
  for (size_t row = 0; row < shown.rows.size(); ++row) {
    out += row == 0 ? "\n  {" : ",\n  {";
    for (size_t i = 0; i < names.size(); ++i)
      out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", names[i], shown.rows[row][i]);
    out += '}';
  }
  return out + (shown.rows.empty() ? "]\n" : "\n]\n");
}

std::string html_table(const ShownRows& shown) {
  std::string out = "<table>\n<tr>";
  for (const Field& field : shown.schema->fields())
    out += fmt::format("<th>{}</th>", html_text(field.name));
  out += "</tr>\n";
  for (const auto& row : shown.rows) {
    out += "<tr>";
    for (const Cell& cell : row) out += fmt::format("<td>{}</td>", html_text(cell));
    out += "</tr>\n";
  }
  return out + "</table>\n";
}

std::string latex_table(const ShownRows& shown) {
  std::string columns;
  std::string out;
  for (const Field& field : shown.schema->fields()) {
    columns += field.type.is_numeric() ? 'r' : 'l';
    out += fmt::format("{}{}", out.empty() ? "" : " & ", latex_text(field.name));
  }
  out = fmt::format("\\begin{{tabular}}{{{}}}\n\\hline\n{} \\\\\n\\hline\n", columns, out);
  for (const auto& row : shown.rows) {
    for (size_t i = 0; i < row.size(); ++i)
      out += fmt::format("{}{}", i == 0 ? "" : " & ", latex_text(row[i]));
    out += " \\\\\n";
  }
  return out + "\\hline\n\\end{tabular}\n";
}

std::string table(ShownRows shown, size_t cell_width, size_t terminal_width) {
  TableText text(*shown.schema, cell_width);
  for (auto& row : shown.rows) text.add_row(std::move(row));
  return text.text(terminal_width);
}

}  // namespace

std::string format_rows(RowFormat format, ShownRows shown, size_t cell_width,
                        size_t terminal_width) {
  switch (format) {
    case RowFormat::kTable: return table(std::move(shown), cell_width, terminal_width);
    case RowFormat::kVertical: return vertical(shown, cell_width);
    case RowFormat::kMarkdown: return markdown_table(shown);
    case RowFormat::kCsv: return csv(shown);
    case RowFormat::kJson: return json(shown);
    case RowFormat::kHtml: return html_table(shown);
    case RowFormat::kLatex: return latex_table(shown);
  }
  return {};
}

}  // namespace leat::io
