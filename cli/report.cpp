// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "operators/text/byte_size.h"

namespace leat::cli {
namespace {

std::vector<Counter> counters_in_use(const pipelines::RunReport& report) {
  std::vector<Counter> used;
  for (const Counter counter : kLedgerColumns) {
    const bool any = std::any_of(
        report.stages.begin(), report.stages.end(),
        [&](const pipelines::StageReport& stage) { return stage.ledger[counter] != 0; });
    if (any) used.push_back(counter);
  }
  return used;
}

}  // namespace

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string ledger_text(const pipelines::Pipeline& pipeline, const pipelines::RunReport& report,
                        size_t width) {
  const std::vector<Counter> counters = counters_in_use(report);
  Table table{{"stage"}};
  for (const Counter counter : counters) table.front().emplace_back(to_string(counter));
  bool stopped_early = false;
  for (const pipelines::StageReport& stage : report.stages) {
    table.push_back({stage.name + (stage.stopped_early ? "*" : "")});
    stopped_early |= stage.stopped_early;
    for (const Counter counter : counters) {
      const uint64_t rows = stage.ledger[counter];
      table.back().push_back(rows == 0 ? "-" : grouped(rows));
    }
  }
  std::string text = fmt::format("{}: done in {:.2f} s, peak memory {}\n", pipeline.name,
                                 report.seconds, io::format_bytes(report.memory_peak));
  text += aligned(table, width);
  if (stopped_early) text += "  * stopped early: no stage wanted more rows\n";
  return text + "  every row is accounted for\n";
}

std::string outputs_text(const pipelines::RunReport& report) {
  std::string text;
  const std::vector<io::OutputFile>& files = report.outputs.files;
  for (size_t i = 0; i < files.size();) {
    uint64_t bytes = files[i].bytes;
    size_t end = i + 1;
    while (!files[i].pattern.empty() && end < files.size() &&
           files[end].pattern == files[i].pattern)
      bytes += files[end++].bytes;
    const std::string name =
        end == i + 1 ? files[i].target
                     : fmt::format("{} (as {} files)", files[i].pattern, grouped(end - i));
    text += fmt::format("  would write {}  {}\n", name, io::format_bytes(bytes));
    i = end;
  }
  return text;
}

nlohmann::ordered_json report_json(const pipelines::Pipeline& pipeline,
                                   const pipelines::RunReport& report) {
  nlohmann::ordered_json json;
  json["pipeline"] = pipeline.name;
  json["ok"] = !report.error.has_value();
  json["seconds"] = report.seconds;
  json["memory_peak"] = report.memory_peak;
  json["balanced"] = report.balanced;
  json["rejected"] = report.rejected;
  json["stages"] = nlohmann::ordered_json::array();
  for (const pipelines::StageReport& stage : report.stages) {
    nlohmann::ordered_json entry{{"name", stage.name}, {"operator", stage.operator_name}};
    for (const Counter counter : kLedgerColumns) {
      if (stage.ledger[counter] != 0)
        entry["rows"][std::string(to_string(counter))] = stage.ledger[counter];
    }
    entry["stopped_early"] = stage.stopped_early;
    entry["memory_peak"] = stage.memory_peak;
    json["stages"].push_back(std::move(entry));
  }
  json["files"] = nlohmann::ordered_json::array();
  for (const io::OutputFile& file : report.outputs.files)
    json["files"].push_back({{"target", file.target}, {"bytes", file.bytes}});
  return json;
}

}  // namespace leat::cli
