// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What holds a run up is told by who is always at work: a goroutine that never waits is the one for
// which the others wait. First come the parts that run in one goroutine, whatever the number of
// processors: reading and unpacking a file, a stage in order, writing a file. Then memory that had
// run out, then the processors themselves. What they computed is asked of the system: stages have
// helpers that no lane counts, such as those that pack blocks of a file.
#include "cli/analysis.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/report.h"
#include "cli/table.h"
#include "operators/text/byte_size.h"

namespace leat::cli {
namespace {

using pipelines::LaneNode;
using pipelines::LaneRole;
using pipelines::Pipeline;
using pipelines::Plan;
using pipelines::RunReport;
using pipelines::Segment;
using pipelines::Stage;
using pipelines::StageReport;
using pipelines::StageTimes;

/// Shorter runs are over before anything is in swing.
constexpr double kSecondsThatTell = 0.05;
/// A goroutine that is at work for more than this share of the run holds it up.
constexpr double kBusyShare = 0.6;

/// Columns that give way first where a terminal has no room for all.
constexpr std::array<std::string_view, 3> kLessWanted{"memory", "bytes", "in"};

double seconds(uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

StageTimes all_times(const StageReport& stage) {
  StageTimes times = stage.lane_times;
  times.merge(stage.serial_times);
  return times;
}

/// The stages of which one lane is at work, as their rows are needed in order.
std::vector<bool> stages_in_one_lane(const Plan& plan, size_t stages) {
  std::vector<bool> found(stages, false);
  for (const LaneNode& node : plan.nodes)
    if (node.role == LaneRole::kInOrder) found[node.stage] = true;
  for (const Segment& segment : plan.segments)
    if (segment.head == Segment::Head::kSequential) found[segment.stage] = true;
  return found;
}

bool is_compressed(const Stage& stage) {
  constexpr std::array<std::string_view, 5> kEndings{".gz", ".zst", ".bz2", ".xz", ".lz4"};
  return std::any_of(
      stage.bound->files.begin(), stage.bound->files.end(), [&](const std::string& file) {
        return std::any_of(kEndings.begin(), kEndings.end(),
                           [&](std::string_view ending) { return file.ends_with(ending); });
      });
}

/// What would help a stage whose work in one goroutine takes most of the time.
std::string hint_of_serial(const Stage& stage) {
  switch (stage.definition->kind) {
    case OperatorKind::kSource:
      if (stage.bound->reads_stdin) return "its rows come from a pipe, and no faster than that";
      if (is_compressed(stage))
        return "a compressed file is decompressed by one goroutine: read it uncompressed";
      return "the disk decides how fast a file is read";
    case OperatorKind::kSink:
      return "one goroutine writes a target: compress less, or write several files";
    default: break;
  }
  if (std::holds_alternative<std::unique_ptr<Sequential>>(stage.bound->species))
    return "it works through its rows in order: take out rows and columns before it";
  return "what the lanes collected is merged by one goroutine: take out rows and columns before it";
}

struct Busiest {
  size_t stage = 0;
  uint64_t ns = 0;
};

template <typename TimeOf>
Busiest busiest(const RunReport& report, const TimeOf& time_of) {
  Busiest found;
  for (size_t i = 0; i < report.stages.size(); ++i) {
    if (const uint64_t ns = time_of(i); ns > found.ns) found = {i, ns};
  }
  return found;
}

std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

}  // namespace

Bottleneck find_bottleneck(const Pipeline& pipeline, const Plan& plan, const RunReport& report) {
  if (report.seconds < kSecondsThatTell) {
    return {{}, "the run was too short to tell what held it up", "give it more rows"};
  }
  const std::vector<bool> in_one_lane = stages_in_one_lane(plan, report.stages.size());
  const Busiest most =
      busiest(report, [&](size_t i) { return all_times(report.stages[i]).working_ns; });
  if (most.ns == 0 || report.cpu_seconds <= 0) return {{}, "no stage had anything to do", ""};
  const StageReport& name_of_most = report.stages[most.stage];
  if (const uint64_t spilled = name_of_most.ledger[Counter::kSpilled]; spilled != 0) {
    return {most.stage,
            fmt::format("memory: '{}' wrote {} rows to disk, as the limit is {}", name_of_most.name,
                        grouped(spilled), io::format_bytes(plan.memory_limit)),
            "a higher limit keeps them in memory: --memory, or settings.memory"};
  }
  const Busiest serial = busiest(report, [&](size_t i) {
    const StageReport& stage = report.stages[i];
    return stage.serial_times.working_ns + (in_one_lane[i] ? stage.lane_times.working_ns : 0);
  });
  const double share = seconds(serial.ns) / report.seconds;
  if (share >= kBusyShare && plan.procs > 1) {
    return {serial.stage,
            fmt::format("'{}': what it does in one goroutine takes {} of the run, on any number of "
                        "processors",
                        report.stages[serial.stage].name, percent(std::min(share, 1.0))),
            hint_of_serial(pipeline.stages[serial.stage])};
  }
  const double of_procs = report.cpu_seconds / (report.seconds * static_cast<double>(plan.procs));
  const std::string of_all = percent(std::min(seconds(most.ns) / report.cpu_seconds, 1.0));
  if (of_procs >= kBusyShare) {
    return {most.stage,
            fmt::format("the processors: they are busy for {} of the run, '{}' takes {} of that",
                        percent(std::min(of_procs, 1.0)), name_of_most.name, of_all),
            "more processors help (--procs), and rows or columns that are taken out before it"};
  }
  uint64_t working_ns = 0;
  for (const StageReport& stage : report.stages) working_ns += all_times(stage).working_ns;
  if (seconds(working_ns) / (report.seconds * static_cast<double>(plan.procs)) >= kBusyShare) {
    return {most.stage,
            fmt::format("'{}' takes most of the time, but computes little: the processors are busy "
                        "for {} of the run",
                        name_of_most.name, percent(of_procs)),
            "it waits for a disk, or other programs use the processors"};
  }
  return {
      {},
      fmt::format("no stage stands out: the processors are busy for {} of the run, '{}' takes {} "
                  "of that",
                  percent(of_procs), name_of_most.name, of_all),
      ""};
}

std::string analysis_text(const Pipeline& pipeline, const Plan& plan, const RunReport& report,
                          size_t width) {
  Table table{{"stage", "in", "out", "bytes", "busy", "send", "receive", "memory", "spilled"}};
  const auto count = [](uint64_t rows) { return rows == 0 ? "-" : grouped(rows); };
  const auto size = [](uint64_t bytes) { return bytes == 0 ? "-" : io::format_bytes(bytes); };
  for (const StageReport& stage : report.stages) {
    const StageTimes times = all_times(stage);
    table.push_back({stage.name, count(stage.ledger[Counter::kIn] + stage.ledger[Counter::kRead]),
                     count(stage.ledger[Counter::kOut]), size(stage.bytes),
                     short_time(times.working_ns), short_time(times.sending_ns),
                     short_time(times.receiving_ns), size(stage.memory_peak),
                     count(stage.ledger[Counter::kSpilled])});
  }
  const Bottleneck found = find_bottleneck(pipeline, plan, report);
  std::string text = fmt::format(
      "{}: {:.2f} s on {} {}, peak memory {}; nothing was published (--analyze)\n", pipeline.name,
      report.seconds, plan.procs, plan.procs == 1 ? "processor" : "processors",
      io::format_bytes(report.memory_peak));
  text += aligned(narrowed(std::move(table), width, kLessWanted), width);
  text += fmt::format("  bottleneck: {}\n", found.text);
  if (!found.hint.empty()) text += fmt::format("  hint: {}\n", found.hint);
  return text;
}

nlohmann::ordered_json analysis_json(const Pipeline& pipeline, const Plan& plan,
                                     const RunReport& report) {
  nlohmann::ordered_json json = report_json(pipeline, report);
  json["procs"] = plan.procs;
  json["cpu_seconds"] = report.cpu_seconds;
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const StageReport& stage = report.stages[i];
    const StageTimes times = all_times(stage);
    json["stages"][i]["bytes"] = stage.bytes;
    json["stages"][i]["busy_seconds"] = seconds(times.working_ns);
    json["stages"][i]["serial_seconds"] = seconds(stage.serial_times.working_ns);
    json["stages"][i]["send_seconds"] = seconds(times.sending_ns);
    json["stages"][i]["receive_seconds"] = seconds(times.receiving_ns);
    json["stages"][i]["spilled_rows"] = stage.ledger[Counter::kSpilled];
  }
  const Bottleneck found = find_bottleneck(pipeline, plan, report);
  json["bottleneck"] = {{"message", found.text}};
  if (found.stage) json["bottleneck"]["stage"] = report.stages[*found.stage].name;
  if (!found.hint.empty()) json["bottleneck"]["hint"] = found.hint;
  return json;
}

}  // namespace leat::cli
