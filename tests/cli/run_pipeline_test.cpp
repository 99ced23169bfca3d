// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/run_pipeline.h"

#include <gtest/gtest.h>

#include "cli/exit_code.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(RunPipeline, TellsTheCallerWhatJsonWouldSay) {
  test::TempDir directory;
  RunArguments arguments;
  arguments.json = true;
  arguments.is_only = false;  // no sandbox: this process goes on
  arguments.file =
      directory.write("job.yaml", "stages:\n  - read_csv: " + directory.write("in.csv", "n\n1\n") +
                                      "\n  - write_csv: " + directory.file("out.csv"));
  const PipelineRun done = run_pipeline(arguments);
  EXPECT_EQ(done.exit_code, kDone);
  EXPECT_TRUE(done.envelope.ok);
  EXPECT_EQ(done.envelope.result["files"][0]["bytes"], 4);
  ASSERT_TRUE(done.report);
  EXPECT_EQ(done.report->pipeline, "job");
}

TEST(RunPipeline, TimesAreCountedWhenAskedFor) {
  test::TempDir directory;
  RunArguments arguments;
  arguments.json = true;
  arguments.is_only = false;
  arguments.file =
      directory.write("job.yaml", "stages:\n  - read_csv: " + directory.write("in.csv", "n\n1\n") +
                                      "\n  - write_csv: " + directory.file("out.csv"));
  const auto working = [&] {
    const PipelineRun done = run_pipeline(arguments);
    return done.report->report.stages.at(0).serial_times.working_ns;
  };
  EXPECT_EQ(working(), 0u);
  arguments.analyzes = true;
  EXPECT_GT(working(), 0u);
}

TEST(RunPipeline, APipelineThatCannotBeLoadedHasNoReport) {
  RunArguments arguments;
  arguments.json = true;
  arguments.file = "none.yaml";
  const PipelineRun done = run_pipeline(arguments);
  EXPECT_EQ(done.exit_code, kUsage);
  EXPECT_FALSE(done.report);
  EXPECT_EQ(done.envelope.errors.size(), 1u);
}

}  // namespace
}  // namespace leat::cli
