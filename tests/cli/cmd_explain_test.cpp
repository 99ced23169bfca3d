// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdExplain, ShowsSegmentsLanesAndSniffedTypes) {
  const test::TempDir directory;
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  directory.write("in.csv", "n,name\n1,a\n");
  directory.write("job.yaml",
                  "stages:\n  - read_csv: in.csv\n  - filter: n > 0\n  - write_csv: out.csv\n");
  const test::CliRun text =
      test::run_cli({"explain", "job.yaml", "--procs", "2", "--memory", "1GiB"}, there);
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.out.find("read_csv -> n int64, name utf8"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("map      filter"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("encode   write_csv"), std::string::npos) << text.out;
  const test::CliRun json = test::run_cli({"explain", "job.yaml", "--json"}, there);
  EXPECT_EQ(nlohmann::json::parse(json.out)["ok"], true);
  EXPECT_FALSE(directory.exists("out.csv"));
}

TEST(CmdExplain, PrintsThePageOfACode) {
  const test::TempDir directory;
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  directory.write("E0301", "stages:\n  - rows: [{ n: 1 }]\n  - show\n");
  const test::CliRun page = test::run_cli({"explain", "E0301"}, there);
  EXPECT_EQ(page.exit_code, 0);
  EXPECT_TRUE(page.out.starts_with("# E0301: there is no such column\n")) << page.out;
  const test::CliRun json = test::run_cli({"explain", "E0301", "--json"}, there);
  EXPECT_EQ(nlohmann::json::parse(json.out)["result"],
            (nlohmann::json{
                {"code", "E0301"}, {"title", "there is no such column"}, {"page", page.out}}));
  const test::CliRun file = test::run_cli({"explain", "./E0301"}, there);
  EXPECT_NE(file.out.find("show"), std::string::npos) << file.out;
  EXPECT_FALSE(file.out.starts_with("#"));
  const test::CliRun unknown = test::run_cli({"explain", "E0399"}, there);
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_NE(unknown.err.find("E0335"), std::string::npos) << unknown.err;
  EXPECT_NE(unknown.err.find("'./E0399'"), std::string::npos) << unknown.err;
}

TEST(CmdExplain, AnalyzeRunsEverythingAndPublishesNothing) {
  const test::TempDir directory;
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  directory.write("in.csv", "n\n1\n2\n3\n");
  directory.write("job.yaml",
                  "stages:\n  - read_csv: in.csv\n  - filter: n > 1\n  - write_csv: out.csv\n");
  const test::CliRun text = test::run_cli({"explain", "--analyze", "job.yaml"}, there);
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("nothing was published (--analyze)\n"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("\n  bottleneck: "), std::string::npos) << text.out;
  const test::CliRun json = test::run_cli({"explain", "--analyze", "job.yaml", "--json"}, there);
  const auto result = nlohmann::json::parse(json.out)["result"];
  EXPECT_EQ(result["stages"][0]["bytes"], 8);
  EXPECT_EQ(result["stages"][1]["rows"]["passed"], 2);
  EXPECT_GT(result["stages"][0]["busy_seconds"], 0.0);
  EXPECT_GT(result["stages"][1]["busy_seconds"], 0.0);
  EXPECT_GT(result["stages"][2]["receive_seconds"], 0.0);
  EXPECT_TRUE(result["bottleneck"].contains("message"));
  EXPECT_FALSE(directory.exists("out.csv"));
}

TEST(CmdExplain, AnalyzeOfARunThatFailsIsOne) {
  const test::TempDir directory;
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  directory.write("in.csv", "n\n1\nx\n");
  directory.write("job.yaml",
                  "stages:\n  - read_csv: {path: in.csv, columns: {n: int64}}\n  - show\n");
  const test::CliRun failed = test::run_cli({"explain", "--analyze", "job.yaml"}, there);
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(failed.out, "");
  EXPECT_NE(failed.err.find("in.csv:3:1: error:"), std::string::npos) << failed.err;
}

}  // namespace
}  // namespace leat::cli
