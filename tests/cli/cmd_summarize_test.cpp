// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdSummarize, HasALineForEachColumn) {
  const test::TempDir directory;
  directory.write("in.csv", "n,w\n1,a\n2,a\n");
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  const test::CliRun run = test::run_cli({"summarize", "in.csv"}, there);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("\nn       int64"), std::string::npos) << run.out;
  const auto json =
      nlohmann::json::parse(test::run_cli({"summarize", "in.csv", "--json"}, there).out);
  EXPECT_EQ(json["result"]["columns"][1]["commonest"], "a");
}

}  // namespace
}  // namespace leat::cli
