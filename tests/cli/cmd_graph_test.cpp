// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdGraph, PrintsThePictureThatWasAskedFor) {
  const test::TempDir directory;
  directory.write("in.csv", "n\n1\n");
  directory.write("job.yaml", "stages:\n  - read_csv: in.csv\n  - show\n");
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  EXPECT_EQ(test::run_cli({"graph", "job.yaml"}, there).out,
            "flowchart LR\n  s0[\"read_csv\"]\n  s1[\"show\"]\n  s0 --> s1\n");
  EXPECT_TRUE(
      test::run_cli({"graph", "job.yaml", "--format", "svg"}, there).out.starts_with("<svg "));
  const auto json = nlohmann::json::parse(
      test::run_cli({"graph", "job.yaml", "--format", "dot", "--json"}, there).out);
  EXPECT_EQ(json["result"]["format"], "dot");
}

}  // namespace
}  // namespace leat::cli
