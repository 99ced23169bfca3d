// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

test::CliRun peek(std::vector<std::string> more) {
  const test::TempDir directory;
  directory.write("in.csv", "n,w\n1,a\n2,b\n3,c\n");
  directory.write("job.yaml",
                  "stages:\n  - read_csv: in.csv\n  - filter: n > 1\n  - write_csv: out.csv\n");
  more.insert(more.begin(), "peek");
  const test::CliRun run =
      test::run_cli(more, {.directory = directory.path(), .input = {}, .environment = {}});
  EXPECT_EQ(directory.list(), (std::vector<std::string>{"in.csv", "job.yaml"}));
  return run;
}

TEST(CmdPeek, ShowsTheRowsOfAStageAndWritesNothing) {
  const test::CliRun run = peek({"job.yaml", "filter"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("    2  b\n    3  c\n"), std::string::npos) << run.out;
  EXPECT_NE(run.err.find("dropped"), std::string::npos) << "its counts: " << run.err;
}

TEST(CmdPeek, ADataFileHasItsFirstRowsAndNoStages) {
  EXPECT_EQ(peek({"in.csv", "-n", "1"}).out, "    n  w\nint64  utf8\n-----  ----\n    1  a\n");
  EXPECT_EQ(peek({"in.csv", "filter"}).exit_code, 2);
}

TEST(CmdPeek, JsonHoldsColumnsAndRows) {
  const nlohmann::json json = nlohmann::json::parse(peek({"job.yaml", "filter", "--json"}).out);
  EXPECT_EQ(json["command"], "peek");
  EXPECT_EQ(json["result"]["columns"][0]["type"], "int64");
  EXPECT_EQ(json["result"]["rows"][0]["w"], "b");
}

}  // namespace
}  // namespace leat::cli
