// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/metrics.h"

#include <vector>

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(Metrics, EveryFigureHasItsHelpOnceAndALineForEachRun) {
  pipelines::RunReport report;
  pipelines::StageReport stage{.name = "a \"b\"", .operator_name = "read_csv", .ledger = {}};
  stage.ledger.add(Counter::kRead, 3);
  report.stages.push_back(stage);
  report.outputs.files.push_back({"out.csv", 17});
  const std::vector<NamedReport> runs{{"one", report, 2'000'000}, {"two", {}, 0}};
  const std::string text = metrics_text(runs);
  EXPECT_NE(text.find("# TYPE leat_run_success gauge\nleat_run_success{pipeline=\"one\"} 1\n"
                      "leat_run_success{pipeline=\"two\"} 1\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("leat_run_end_timestamp_seconds{pipeline=\"one\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("leat_stage_rows{pipeline=\"one\",stage=\"a \\\"b\\\"\",number=\"1\","
                      "operator=\"read_csv\",counter=\"read\"} 3\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("leat_output_bytes{pipeline=\"one\",output=\"out.csv\"} 17\n"),
            std::string::npos);
}

TEST(Metrics, ManyFilesAreOneSeries) {
  NamedReport run;
  run.pipeline = "one";
  run.report.outputs.files = {{"o/1", 2, "o/{k}"}, {"o/2", 3, "o/{k}"}};
  const std::string text = metrics_text({&run, 1});
  EXPECT_NE(text.find("leat_output_bytes{pipeline=\"one\",output=\"o/{k}\"} 5\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace leat::cli
