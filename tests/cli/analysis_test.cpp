// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/analysis.h"

#include <cstdint>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "operators/operator.h"

namespace leat::cli {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

/// A run of ten seconds of read_csv, sort and write_csv on two processors.
class AnalysisTest : public ::testing::Test {
 protected:
  AnalysisTest() {
    pipeline_.name = "job";
    plan_.procs = 2;
    plan_.memory_limit = size_t{64} << 20;
    report_.seconds = 10;
    report_.cpu_seconds = 16;
    for (const char* name : {"read_csv", "sort", "write_csv"}) {
      pipelines::Stage stage{.name = name, .definition = find_operator(name)};
      stage.bound.emplace();
      pipeline_.stages.push_back(std::move(stage));
      report_.stages.push_back({.name = name, .operator_name = name, .ledger = {}});
    }
    report_.stages[0].ledger.add(Counter::kRead, 1000);
    report_.stages[0].ledger.add(Counter::kOut, 1000);
    report_.stages[0].bytes = 2048;
  }
  Bottleneck found() { return find_bottleneck(pipeline_, plan_, report_); }

  pipelines::Pipeline pipeline_;
  pipelines::Plan plan_;
  pipelines::RunReport report_;
};

TEST_F(AnalysisTest, AShortRunTellsNothing) {
  report_.seconds = 0.01;
  report_.stages[0].serial_times.working_ns = kSecond;
  EXPECT_FALSE(found().stage);
  EXPECT_EQ(found().text, "the run was too short to tell what held it up");
}

TEST_F(AnalysisTest, WhatIsDoneInOneGoroutineHoldsUpAll) {
  report_.stages[0].serial_times.working_ns = 9 * kSecond;
  report_.stages[0].lane_times.working_ns = 2 * kSecond;
  pipeline_.stages[0].bound->files = {"in.csv.gz"};
  EXPECT_EQ(found().stage, 0u);
  EXPECT_EQ(found().text,
            "'read_csv': what it does in one goroutine takes 90 % of the run, on any number of "
            "processors");
  EXPECT_EQ(found().hint,
            "a compressed file is decompressed by one goroutine: read it uncompressed");
  pipeline_.stages[0].bound->reads_stdin = true;
  EXPECT_EQ(found().hint, "its rows come from a pipe, and no faster than that");
}

TEST_F(AnalysisTest, OneLaneIsOneGoroutine) {
  report_.cpu_seconds = 10;
  report_.stages[1].lane_times.working_ns = 9 * kSecond;
  EXPECT_FALSE(found().stage) << "two lanes would be half as busy";
  plan_.nodes.push_back({.stage = 1, .role = pipelines::LaneRole::kInOrder});
  EXPECT_EQ(found().stage, 1u);
}

TEST_F(AnalysisTest, MemoryComesFirst) {
  report_.stages[1].serial_times.working_ns = 9 * kSecond;
  report_.stages[1].ledger.add(Counter::kSpilled, 12345);
  EXPECT_EQ(found().text, "memory: 'sort' wrote 12,345 rows to disk, as the limit is 64 MiB");
}

TEST_F(AnalysisTest, BusyProcessorsNameTheStageThatTakesMost) {
  report_.stages[0].lane_times.working_ns = 12 * kSecond;
  report_.stages[2].lane_times.working_ns = 4 * kSecond;
  EXPECT_EQ(found().stage, 0u);
  EXPECT_EQ(found().text,
            "the processors: they are busy for 80 % of the run, 'read_csv' takes 75 % of that");
  report_.stages[0].lane_times.working_ns = 4 * kSecond;
  report_.cpu_seconds = 11;
  EXPECT_FALSE(found().stage) << found().text;
}

TEST_F(AnalysisTest, WhoWorksWithoutComputingWaits) {
  report_.stages[0].lane_times.working_ns = 15 * kSecond;
  report_.cpu_seconds = 3;
  EXPECT_EQ(found().text,
            "'read_csv' takes most of the time, but computes little: the processors are busy for "
            "15 % of the run");
}

TEST_F(AnalysisTest, TheTextHasALineForEachStage) {
  report_.stages[0].lane_times = {12 * kSecond, 3 * kSecond / 1000, 0};
  EXPECT_EQ(analysis_text(pipeline_, plan_, report_, 0),
            "job: 10.00 s on 2 processors, peak memory 0 bytes; nothing was published (--analyze)\n"
            "  stage         in    out  bytes     busy    send\n"
            "  read_csv   1,000  1,000  2 KiB  12.00 s  3.0 ms\n"
            "  sort           -      -      -        -       -\n"
            "  write_csv      -      -      -        -       -\n"
            "  bottleneck: the processors: they are busy for 80 % of the run, 'read_csv' takes 75 "
            "% of that\n"
            "  hint: more processors help (--procs), and rows or columns that are taken out before "
            "it\n");
}

TEST_F(AnalysisTest, JsonHasTheFigures) {
  report_.stages[0].lane_times = {12 * kSecond, kSecond, 2 * kSecond};
  const nlohmann::ordered_json json = analysis_json(pipeline_, plan_, report_);
  EXPECT_EQ(json["procs"], 2);
  EXPECT_EQ(json["stages"][0]["bytes"], 2048);
  EXPECT_EQ(json["stages"][0]["busy_seconds"], 12.0);
  EXPECT_EQ(json["stages"][0]["send_seconds"], 1.0);
  EXPECT_EQ(json["stages"][0]["receive_seconds"], 2.0);
  EXPECT_EQ(json["bottleneck"]["stage"], "read_csv");
}

}  // namespace
}  // namespace leat::cli
