// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// That the projects build, pass their tests and run is in tests/plugin/plugins_test.py.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdNew, WritesAProject) {
  const test::TempDir folder;
  const std::string into = folder.path() + "/made";
  const test::CliRun run = test::run_cli({"new", "operator", "acme.mask", "--into", into});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const char* const file : {"CMakeLists.txt", "mask.cpp", "pipeline.yaml", "README.md"})
    EXPECT_TRUE(std::filesystem::exists(into + "/" + file)) << file;
  const test::CliRun again = test::run_cli({"new", "operator", "acme.mask", "--into", into});
  EXPECT_EQ(again.exit_code, 2);
}

TEST(CmdNew, KindsAndNamesAreChecked) {
  EXPECT_EQ(test::run_cli({"new", "operator", "a.b", "--kind", "sourc"}).exit_code, 2);
  EXPECT_EQ(test::run_cli({"new", "operator", "A"}).exit_code, 2);
  EXPECT_EQ(test::run_cli({"new", "query", "a"}).exit_code, 2);
}

}  // namespace
}  // namespace leat::cli
