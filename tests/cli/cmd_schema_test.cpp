// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdSchema, PrintsTheBlockToPaste) {
  const test::TempDir directory;
  directory.write("in.csv", "n,day\n1,2026-01-01\n,2026-01-02\n");
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  const test::CliRun run = test::run_cli({"schema", "in.csv"}, there);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("  n    int64  1 value, 1 NULL, such as 1\n"), std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("  - read_csv:\n      path: in.csv\n      columns:\n        n: int64\n"
                         "        day: date\n"),
            std::string::npos)
      << run.out;
  const auto json = nlohmann::json::parse(test::run_cli({"schema", "in.csv", "--json"}, there).out);
  EXPECT_EQ(json["result"]["columns"][0]["sampled"]["nulls"], 1);
}

TEST(CmdSchema, ThatOfPipelinesIsForEditors) {
  const auto json = nlohmann::json::parse(test::run_cli({"schema", "--json-schema"}).out);
  EXPECT_EQ(json["title"], "leat pipeline");
  EXPECT_EQ(test::run_cli({"schema"}).exit_code, 2);
}

}  // namespace
}  // namespace leat::cli
