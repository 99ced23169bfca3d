// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/why_report.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/report.h"
#include "operators/text/table_text.h"

namespace leat::cli {
namespace {

using Json = nlohmann::ordered_json;
using pipelines::TracedRow;
using pipelines::TracedValues;
using pipelines::TraceStep;
using StepOutcome = TraceStep::Outcome;

std::string values_text(const TracedValues& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value == "null" ? "NULL" : value);
  }
  return text;
}

std::string rows_text(const TraceStep& step) {
  std::string text;
  if (step.row_count > 1) text = fmt::format("{} rows: ", grouped(step.row_count));
  for (size_t i = 0; i < step.rows.size(); ++i)
    text += (i == 0 ? "" : "; ") + (step.rows[i].empty() ? "as it was" : values_text(step.rows[i]));
  return text + (step.row_count > std::max<size_t>(step.rows.size(), 1) ? "; ..." : "");
}

std::string step_outcome(const TraceStep& step) {
  const std::string why = step.detail.empty() ? "" : ": " + step.detail;
  switch (step.outcome) {
    case StepOutcome::kKept: return "kept";
    case StepOutcome::kChanged: return rows_text(step);
    case StepOutcome::kGrouped: return "in the group " + rows_text(step);
    case StepOutcome::kPort: return fmt::format("left by the port '{}'", step.detail);
    case StepOutcome::kDropped: return "dropped" + why;
    case StepOutcome::kRejected: return "rejected" + why;
    case StepOutcome::kWritten: return step.detail.empty() ? "shown" : "written to " + step.detail;
    case StepOutcome::kNotFollowed: return "makes other rows, so it is not followed further";
  }
  return {};
}

std::string_view step_outcome_name(StepOutcome outcome) {
  switch (outcome) {
    case StepOutcome::kKept: return "kept";
    case StepOutcome::kChanged: return "changed";
    case StepOutcome::kGrouped: return "grouped";
    case StepOutcome::kPort: return "port";
    case StepOutcome::kDropped: return "dropped";
    case StepOutcome::kRejected: return "rejected";
    case StepOutcome::kWritten: return "written";
    case StepOutcome::kNotFollowed: return "not_followed";
  }
  return {};
}

std::string place_text(const TracedRow& row) {
  return row.place.file.empty() ? "" : fmt::format(" ({}:{})", row.place.file, row.place.line);
}

Json values_json(const TracedValues& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = Json::parse(value, nullptr, false);
  return object;
}

Json step_json(const TraceStep& step) {
  Json json{{"stage", step.stage},
            {"operator", step.operation},
            {"outcome", step_outcome_name(step.outcome)},
            {"detail", step.detail.empty() ? Json() : Json(step.detail)},
            {"rows", Json::array()}};
  for (const TracedValues& row : step.rows) json["rows"].push_back(values_json(row));
  return json;
}

std::string heading(const pipelines::Trace& trace, const pipelines::TraceQuestion& question) {
  if (trace.matches == 0)
    return fmt::format("no row of '{}' has {}\n", fmt::join(trace.stages, "', '"), question.where);
  std::string text = fmt::format("{} row{} of '{}' {} {}", grouped(trace.matches),
                                 trace.matches == 1 ? "" : "s", fmt::join(trace.stages, "', '"),
                                 trace.matches == 1 ? "has" : "have", question.where);
  if (trace.matches > trace.rows.size())
    text += fmt::format(", of which the first {} {} followed (--rows)", grouped(trace.rows.size()),
                        trace.rows.size() == 1 ? "is" : "are");
  return text + '\n';
}

}  // namespace

std::string why_text(const pipelines::Trace& trace, const pipelines::TraceQuestion& question,
                     size_t width) {
  const auto fitted = [width](const std::string& line) {
    return (width == 0 ? line : io::fit_cell(line, width)) + '\n';
  };
  std::string text = heading(trace, question);
  for (const TracedRow& row : trace.rows) {
    text += '\n' + fitted(fmt::format("{} row {}{}: {}", row.stage, grouped(row.number),
                                      place_text(row), values_text(row.values)));
    size_t names = 0;
    for (const TraceStep& step : row.steps) names = std::max(names, step.stage.size());
    for (const TraceStep& step : row.steps)
      text += fitted(fmt::format("  {:<{}}  {}", step.stage, names, step_outcome(step)));
    if (row.steps.empty()) text += "  nothing reads it\n";
  }
  return text;
}

nlohmann::ordered_json why_json(const pipelines::Trace& trace) {
  Json result{{"matches", trace.matches}, {"stages", trace.stages}, {"rows", Json::array()}};
  for (const TracedRow& row : trace.rows) {
    const bool has_place = !row.place.file.empty();
    Json json{{"stage", row.stage},
              {"number", row.number},
              {"file", has_place ? Json(row.place.file) : Json()},
              {"line", has_place ? Json(row.place.line) : Json()},
              {"values", values_json(row.values)},
              {"steps", Json::array()}};
    for (const TraceStep& step : row.steps) json["steps"].push_back(step_json(step));
    result["rows"].push_back(std::move(json));
  }
  return result;
}

}  // namespace leat::cli
