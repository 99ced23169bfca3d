// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/metrics.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/report.h"
#include "operators/text/time_units.h"

namespace leat::cli {
namespace {

/// A value of a label: quotes, backslashes and line feeds are escaped.
std::string label(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

class MetricsText {
 public:
  explicit MetricsText(std::span<const NamedReport> runs) : runs_(runs) {}

  std::string print() {
    gauge("leat_run_success", "Did the run succeed?",
          [](const NamedReport& run) { return run.report.error ? 0.0 : 1.0; });
    gauge("leat_run_duration_seconds", "How long the run took.",
          [](const NamedReport& run) { return run.report.seconds; });
    gauge("leat_run_end_timestamp_seconds", "When the run ended, seconds since 1970 UTC.",
          [](const NamedReport& run) {
            return static_cast<double>(run.ended_at_us) / static_cast<double>(kMicrosPerSecond);
          });
    gauge("leat_run_memory_peak_bytes", "Peak of the memory that the run's budget covers.",
          [](const NamedReport& run) { return static_cast<double>(run.report.memory_peak); });
    gauge("leat_run_rejected_rows", "Rows rejected, over all stages.",
          [](const NamedReport& run) { return static_cast<double>(run.report.rejected); });
    stages();
    outputs();
    return std::move(out_);
  }

 private:
  void head(std::string_view name, std::string_view help) {
    out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
  }

  void gauge(std::string_view name, std::string_view help,
             const std::function<double(const NamedReport&)>& value) {
    head(name, help);
    for (const NamedReport& run : runs_)
      out_ += fmt::format("{}{{pipeline={}}} {}\n", name, label(run.pipeline), value(run));
  }

  // The number tells stages of one name apart.
  void stages() {
    head("leat_stage_rows", "Rows by stage and counter of the ledger.");
    for (const NamedReport& run : runs_) {
      for (size_t i = 0; i < run.report.stages.size(); ++i) {
        const pipelines::StageReport& stage = run.report.stages[i];
        for (const Counter counter : kLedgerColumns) {
          if (stage.ledger[counter] == 0) continue;
          out_ += fmt::format(
              "leat_stage_rows{{pipeline={},stage={},number=\"{}\",operator={},counter={}}} {}\n",
              label(run.pipeline), label(stage.name), i + 1, label(stage.operator_name),
              label(to_string(counter)), stage.ledger[counter]);
        }
      }
    }
  }

  /// A series for each of thousands of files, which change from run to run, is what nobody can
  /// keep.
  static std::vector<std::pair<std::string, uint64_t>> bytes_by_output(
      const std::vector<io::OutputFile>& files) {
    std::vector<std::pair<std::string, uint64_t>> outputs;
    for (const io::OutputFile& file : files) {
      const bool goes_on =
          !file.pattern.empty() && !outputs.empty() && outputs.back().first == file.pattern;
      if (!goes_on) outputs.emplace_back(file.pattern.empty() ? file.target : file.pattern, 0);
      outputs.back().second += file.bytes;
    }
    return outputs;
  }

  void outputs() {
    head("leat_output_bytes", "Bytes written, by output; of many files by their pattern.");
    for (const NamedReport& run : runs_) {
      for (const auto& [output, bytes] : bytes_by_output(run.report.outputs.files))
        out_ += fmt::format("leat_output_bytes{{pipeline={},output={}}} {}\n", label(run.pipeline),
                            label(output), bytes);
    }
  }

  std::span<const NamedReport> runs_;
  std::string out_;
};

}  // namespace

std::string metrics_text(std::span<const NamedReport> runs) { return MetricsText(runs).print(); }

}  // namespace leat::cli
