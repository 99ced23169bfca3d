// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/summary_pipeline.h"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/data_file.h"
#include "pipelines/text/correction.h"

namespace leat::cli {
namespace {

/// `text` between `mark`s, those inside doubled.
std::string in_marks(std::string_view text, char mark) {
  std::string out(1, mark);
  for (const char c : text) out.append(c == mark ? 2 : 1, c);
  return out + mark;
}

bool is_ordered(const Type& type) {
  switch (type.id()) {
    case TypeId::kBool:
    case TypeId::kInt64:
    case TypeId::kFloat64:
    case TypeId::kDecimal:
    case TypeId::kDate:
    case TypeId::kTimestamp:
    case TypeId::kUtf8: return true;
    default: return false;
  }
}

/// What is asked of each column: name and expression, "" where its type has none.
std::vector<std::pair<std::string, std::string>> figures(const std::string& name,
                                                         const Type& type) {
  const bool ordered = is_ordered(type);
  const auto of = [&](bool known, std::string_view function) {
    return known ? fmt::format(fmt::runtime(function), name) : std::string();
  };
  return {{"nulls", fmt::format("count(*) - count({})", name)},
          {"distinct", of(ordered, "count(distinct {})")},
          {"least", of(ordered, "min({})")},
          {"greatest", of(ordered, "max({})")},
          {"mean", of(type.is_numeric(), "avg({})")},
          {"q25", of(type.is_numeric(), "quantile_cont({}, 0.25)")},
          {"median", of(type.is_numeric(), "quantile_cont({}, 0.5)")},
          {"q75", of(type.is_numeric(), "quantile_cont({}, 0.75)")},
          {"commonest", of(ordered, "mode({})")}};
}

bool is_count(std::string_view figure) { return figure == "nulls" || figure == "distinct"; }

/// An aggregate of one column, and its row with the types that all rows have.
std::string column_stages(size_t number, const Field& field) {
  const std::string name = in_marks(field.name, '"');
  std::string text = "  - aggregate:\n      columns:\n";
  std::vector<std::string> items{fmt::format("{} as column", in_marks(field.name, '\'')),
                                 fmt::format("{} as type", in_marks(to_string(field.type), '\''))};
  for (const auto& [figure, expression] : figures(name, field.type)) {
    const std::string_view type = is_count(figure) ? "int64" : "utf8";
    if (expression.empty()) {
      items.push_back(fmt::format("cast(null as {}) as \"{}\"", type, figure));
    } else {
      text += fmt::format("        {}: {}\n", figure, pipelines::yaml_quoted(expression));
      items.push_back(fmt::format("cast(\"{0}\" as {1}) as \"{0}\"", figure, type));
    }
  }
  text += "    from: rows\n  - select:\n";
  for (const std::string& item : items)
    text += fmt::format("      - {}\n", pipelines::yaml_quoted(item));
  return text + fmt::format("    name: c{}\n", number);
}

}  // namespace

std::string summary_pipeline(const std::string& path, const Schema& schema) {
  std::string text = "stages:\n" + reader_stage(path) + "    name: rows\n";
  std::vector<std::string> names;
  for (const Field& field : schema.fields()) {
    text += column_stages(names.size(), field);
    names.push_back(fmt::format("c{}", names.size()));
  }
  if (names.size() == 1) return text;
  return text + fmt::format("  - union:\n    from: [{}]\n", fmt::join(names, ", "));
}

}  // namespace leat::cli
