// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/load.h"

#include <gtest/gtest.h>

#include "cli/exit_code.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class LoadTest : public ::testing::Test {
 protected:
  LoadTest() {
    directory_.write("in.csv", "n\n1\n");
    arguments_.file = directory_.write("job.yaml",
                                       "params:\n  least: {type: int64, default: 0}\nsettings: "
                                       "{procs: 3, memory: 256MiB}\nstages:\n"
                                       "  - read_csv: " +
                                           directory_.file("in.csv") +
                                           "\n  - filter: n >= $least\n  - show: {}\n");
  }

  test::TempDir directory_;
  PipelineArguments arguments_;
};

TEST_F(LoadTest, TakesSettingsFromThePipeline) {
  const auto loaded = load(arguments_, LoadFor::kRun);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->plan.procs, 3u);
  EXPECT_EQ(loaded->plan.memory_limit, size_t{256} << 20);
  EXPECT_TRUE(loaded->plan.fuse);
}

TEST_F(LoadTest, TheCommandLineWinsOverThePipeline) {
  arguments_.procs = "2";
  arguments_.memory = "1GiB";
  arguments_.no_fuse = true;
  const auto loaded = load(arguments_, LoadFor::kRun);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->plan.procs, 2u);
  EXPECT_EQ(loaded->plan.memory_limit, size_t{1} << 30);
  EXPECT_FALSE(loaded->plan.fuse);
}

TEST_F(LoadTest, MistakesOnTheCommandLineAreUsageErrors) {
  for (const char* const procs : {"0", "-1", "two", "2x", "100000"}) {
    arguments_.procs = procs;
    EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage) << procs;
  }
  arguments_.procs.clear();
  arguments_.memory = "lots";
  EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage);
  arguments_.memory = "1MiB";
  EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage) << "below what the plan needs";
  arguments_.memory.clear();
  arguments_.now = "yesterday";
  EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage);
  arguments_.now = "2026-01-31T10:00:00Z";
  EXPECT_EQ(load(arguments_, LoadFor::kRun)->pipeline.environment.now, 1'769'853'600'000'000);
  arguments_.now.clear();
  arguments_.params = {"least"};
  EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage);
  arguments_.params = {"least=many"};
  EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage);
  arguments_.params = {"least=1"};
  EXPECT_TRUE(load(arguments_, LoadFor::kRun));
  arguments_.file = directory_.file("missing.yaml");
  EXPECT_EQ(load(arguments_, LoadFor::kRun).error(), kUsage);
}

}  // namespace
}  // namespace leat::cli
