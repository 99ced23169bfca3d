// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/progress.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime.h"
#include "engine/sync.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/run.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

TEST(ProgressTeller, TellsUntilItIsStoppedAndNotAfter) {
  int told = 0;
  bool ended = false;
  Runtime runtime(RuntimeConfig{});
  runtime.run([&] {
    Channel<int> third(1);
    const ProgressOptions options{.first = std::chrono::milliseconds(1),
                                  .every = std::chrono::milliseconds(1),
                                  .tell =
                                      [&](const RunProgress& progress) {
                                        EXPECT_EQ(progress.rows_read, 7U);
                                        EXPECT_FALSE(ended);
                                        if (++told == 3) third.send(told);
                                      },
                                  .ended = [&] { ended = true; }};
    const std::function<RunProgress()> look = [] { return RunProgress{.rows_read = 7}; };
    ProgressTeller teller(options, look);
    EXPECT_EQ(third.recv(), 3);
    teller.stop();
    EXPECT_TRUE(ended);
  });
  EXPECT_GE(told, 3);
}

TEST(ProgressTeller, NobodyWantsToKnow) {
  Runtime runtime(RuntimeConfig{});
  runtime.run([] {
    const ProgressOptions options;
    const std::function<RunProgress()> look = []() -> RunProgress {
      ADD_FAILURE();
      return {};
    };
    ProgressTeller teller(options, look);
    EXPECT_EQ(goroutine_count(), 1U);
  });
}

TEST(Progress, ARunCountsWhatItReads) {
  const test::TempDir folder;
  std::string rows = "n\n";
  for (int i = 0; i < 100'000; ++i) rows += std::to_string(i) + "\n";
  rows += "x\n";
  const std::string input = folder.write("in.csv", rows);
  const auto document = std::make_shared<Document>(
      "job.yaml", "stages:\n  - read_csv: { path: " + input +
                      ", columns: { n: int64 } }\n    on_error: skip\n  - write_csv: " +
                      folder.file("out.csv") + "\n");
  Diagnostics diagnostics;
  const auto pipeline = load(document, {}, diagnostics);
  ASSERT_TRUE(pipeline);
  const Result<Plan> plan = make_plan(*pipeline, {.procs = 2, .memory_limit = size_t{256} << 20});
  ASSERT_TRUE(plan);
  RunProgress last;
  RunOptions options;
  options.progress = {.first = std::chrono::milliseconds(0),
                      .every = std::chrono::milliseconds(1),
                      .tell = [&](const RunProgress& progress) {
                        EXPECT_GE(progress.bytes_read, last.bytes_read);
                        EXPECT_GE(progress.rows_read, last.rows_read);
                        EXPECT_LE(progress.bytes_read, rows.size());
                        EXPECT_LE(progress.rows_read, 100'001U);
                        EXPECT_EQ(progress.bytes_total, rows.size());
                        last = progress;
                      }};
  const RunReport report = run(*pipeline, *plan, options);
  EXPECT_FALSE(report.error);
  EXPECT_EQ(bytes_read(*pipeline), rows.size());
}

}  // namespace
}  // namespace leat::pipelines
