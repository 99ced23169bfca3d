// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

pipelines::RunReport two_stages() {
  pipelines::RunReport report;
  report.seconds = 1.25;
  report.memory_peak = size_t{3} << 20;
  report.stages.resize(2);
  report.stages[0].name = "orders";
  report.stages[0].operator_name = "read_csv";
  report.stages[0].stopped_early = true;
  report.stages[0].ledger.add(Counter::kRead, 1234567);
  report.stages[0].ledger.add(Counter::kOut, 1234567);
  report.stages[1].name = "write_csv";
  report.stages[1].operator_name = "write_csv";
  report.stages[1].ledger.add(Counter::kIn, 1234567);
  report.stages[1].ledger.add(Counter::kWritten, 1234567);
  return report;
}

TEST(LedgerText, HasAColumnForEachCounterInUse) {
  pipelines::Pipeline pipeline;
  pipeline.name = "job";
  EXPECT_EQ(ledger_text(pipeline, two_stages()),
            "job: done in 1.25 s, peak memory 3 MiB\n"
            "  stage           read         in    written        out\n"
            "  orders*    1,234,567          -          -  1,234,567\n"
            "  write_csv          -  1,234,567  1,234,567          -\n"
            "  * stopped early: no stage wanted more rows\n"
            "  every row is accounted for\n");
}

TEST(ReportJson, NamesCountersAndStages) {
  pipelines::Pipeline pipeline;
  pipeline.name = "job";
  const nlohmann::ordered_json json = report_json(pipeline, two_stages());
  EXPECT_EQ(json["pipeline"], "job");
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["stages"][0]["rows"]["read"], 1234567);
  EXPECT_EQ(json["stages"][0]["stopped_early"], true);
  EXPECT_EQ(json["stages"][1]["operator"], "write_csv");
}

TEST(OutputsText, ManyFilesAreOneLine) {
  pipelines::RunReport report;
  report.outputs.files = {
      {"a.csv", 1, ""}, {"o/1", 2, "o/{k}"}, {"o/2", 3, "o/{k}"}, {"p/1", 4, "p/{k}"}};
  EXPECT_EQ(outputs_text(report),
            "  would write a.csv  1 byte\n"
            "  would write o/{k} (as 2 files)  5 bytes\n"
            "  would write p/1  4 bytes\n");
}

TEST(Grouped, PutsACommaBeforeEachThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(12345678), "12,345,678");
}

}  // namespace
}  // namespace leat::cli
