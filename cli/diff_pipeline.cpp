// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/diff_pipeline.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/report.h"
#include "operators/text/table_text.h"
#include "pipelines/text/correction.h"

namespace leat::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kColumnsShownMax = 100'000;

/// A column as an expression.
std::string column(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string list_of(const std::vector<std::string>& items) {
  std::vector<std::string> quoted;
  for (const std::string& item : items) quoted.push_back(pipelines::yaml_quoted(item));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

/// A value as people read it.
std::string shown(const Json& value) { return value.is_null() ? "NULL" : value.dump(); }

/// `price 3, status "paid"`: all columns of `row` but the keys.
std::string row_text(const Json& row, const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& [name, value] : row.items()) {
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, shown(value));
  }
  return text;
}

std::string changes_text(const Json& difference) {
  std::string text;
  for (const Json& name : difference["differs"]) {
    const auto& column = name.get_ref<const std::string&>();
    text += fmt::format("{}{} {} \u2192 {}", text.empty() ? "" : ", ", column,
                        shown(difference["before"][column]), shown(difference["after"][column]));
  }
  return text;
}

std::string line_of(const Json& difference, const DiffQuestion& question) {
  std::string keys;
  for (const std::string& key : question.keys)
    keys += fmt::format("{}{} {}", keys.empty() ? "" : ", ", key, shown(difference.at(key)));
  const std::string& change = difference["change"].get_ref<const std::string&>();
  if (change == "added")
    return fmt::format("  + {}: {}", keys, row_text(difference["after"], question.keys));
  if (change == "removed")
    return fmt::format("  - {}: {}", keys, row_text(difference["before"], question.keys));
  return fmt::format("  ~ {}: {}", keys, changes_text(difference));
}

/// `3 changed (price 2, status 1)`.
std::string counts_text(const Json& result) {
  std::string columns;
  for (const auto& [name, rows] : result["columns"].items())
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", name, grouped(rows));
  std::string text = fmt::format("{} added, {} removed, {} changed", grouped(result["added"]),
                                 grouped(result["removed"]), grouped(result["changed"]));
  return columns.empty() ? text : fmt::format("{} ({})", text, columns);
}

/// A row of `compare` with its keys as the columns are called.
Json difference_of(const Json& row, const std::vector<std::string>& keys) {
  const Json& side = row["after"].is_null() ? row["before"] : row["after"];
  Json difference;
  for (const std::string& key : keys) difference[key] = side[key];
  for (const char* const name : {"change", "differs", "before", "after"})
    difference[name] = row[name];
  return difference;
}

}  // namespace

std::string diff_pipeline(const std::string& reader_of_old, const std::string& reader_of_new,
                          const DiffQuestion& question) {
  std::vector<std::string> keys;
  for (const std::string& key : question.keys) keys.push_back(column(key));
  return fmt::format(
      "stages:\n{}    name: old\n{}    name: new\n"
      "  - compare:\n      with: old\n      on: {}\n      ignore: {}\n    name: differences\n"
      "  - limit: {}\n"
      "  - show:\n      rows: {}\n      format: json\n"
      "  - aggregate:\n      by: change\n      columns:\n        rows: count(*)\n"
      "    from: differences\n"
      "  - show:\n      format: json\n"
      "  - unnest: differs\n    from: differences\n"
      "  - aggregate:\n      by: differs\n      columns:\n        rows: count(*)\n"
      "  - show:\n      rows: {}\n      format: json\n",
      reader_of_old, reader_of_new, list_of(keys), list_of(question.ignored), question.rows,
      question.rows, kColumnsShownMax);
}

nlohmann::ordered_json diff_result(const std::string& tables, const DiffSides& sides,
                                   const DiffQuestion& question) {
  std::array<Json, 3> shown_tables;
  std::string_view rest = tables;
  for (Json& table : shown_tables) {
    // A document may take several lines; the next one begins with a bracket at its begin.
    const size_t end = std::min(rest.find("\n[", 1), rest.size());
    table = Json::parse(rest.substr(0, end), nullptr, false);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  Json result{{"same", true}, {"added", 0}, {"removed", 0}, {"changed", 0}};
  for (const Json& count : shown_tables[1])
    result[count["change"].get<std::string>()] = count["rows"];
  result["columns"] = Json::object();
  for (const Json& count : shown_tables[2])
    result["columns"][count["differs"].get<std::string>()] = count["rows"];
  result["only_in_old"] = sides.only_old;
  result["only_in_new"] = sides.only_new;
  result["same"] = shown_tables[1].empty() && sides.only_old.empty() && sides.only_new.empty();
  result["differences"] = Json::array();
  for (const Json& row : shown_tables[0])
    result["differences"].push_back(difference_of(row, question.keys));
  return result;
}

std::string diff_text(const nlohmann::ordered_json& result, const DiffSides& sides,
                      const DiffQuestion& question, size_t width) {
  const std::string by = fmt::format("{}", fmt::join(question.keys, ", "));
  if (result["same"])
    return fmt::format("{} and {} are the same, by {}\n", sides.old_name, sides.new_name, by);
  std::string text = fmt::format("{} \u2192 {}, by {}: {}\n", sides.old_name, sides.new_name, by,
                                 counts_text(result));
  std::vector<std::string> lines;
  const auto add_only = [&](const std::vector<std::string>& columns, const std::string& side) {
    if (!columns.empty())
      lines.push_back(fmt::format("  only in {}: {}", side, fmt::join(columns, ", ")));
  };
  add_only(sides.only_old, sides.old_name);
  add_only(sides.only_new, sides.new_name);
  for (const Json& difference : result["differences"])
    lines.push_back(line_of(difference, question));
  const uint64_t all = result["added"].get<uint64_t>() + result["removed"].get<uint64_t>() +
                       result["changed"].get<uint64_t>();
  if (const uint64_t hidden = all - result["differences"].size(); hidden != 0)
    lines.push_back(fmt::format("  and {} more (--rows)", grouped(hidden)));
  for (const std::string& line : lines)
    text += (width == 0 ? line : io::fit_cell(line, width)) + '\n';
  return text;
}

}  // namespace leat::cli
