// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class CmdFmtTest : public ::testing::Test {
 protected:
  test::CliRun fmt(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), "fmt");
    return test::run_cli(arguments,
                         {.directory = directory_.path(), .input = input, .environment = {}});
  }

  static constexpr const char* kUgly = "stages:\n- read_csv:   in.csv\n- show\n";
  static constexpr const char* kPretty = "stages:\n  - read_csv: in.csv\n  - show\n";

  test::TempDir directory_;
};

TEST_F(CmdFmtTest, ChangesFilesInPlaceAndKeepsTheirModeAndLinks) {
  const std::string path = directory_.write("job.yaml", kUgly);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_EQ(::symlink("job.yaml", (directory_.path() + "/link.yaml").c_str()), 0);
  const test::CliRun run = fmt({"link.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.err, "link.yaml: laid out\n");
  EXPECT_EQ(directory_.read("job.yaml"), kPretty);
  struct stat found = {};
  ASSERT_EQ(::lstat((directory_.path() + "/link.yaml").c_str(), &found), 0);
  EXPECT_TRUE(S_ISLNK(found.st_mode));
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0640u);
  EXPECT_EQ(fmt({"job.yaml"}).err, "") << "there is nothing to do any more";
}

TEST_F(CmdFmtTest, CheckChangesNothingAndIsOne) {
  directory_.write("job.yaml", kUgly);
  const test::CliRun run = fmt({"--check", "job.yaml"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.err, "job.yaml: is not laid out as `leat fmt` would\n");
  EXPECT_EQ(directory_.read("job.yaml"), kUgly);
  directory_.write("job.yaml", kPretty);
  EXPECT_EQ(fmt({"--check", "job.yaml"}).exit_code, 0);
}

TEST_F(CmdFmtTest, StandardInputGoesToStandardOutput) {
  EXPECT_EQ(fmt({"-"}, kUgly).out, kPretty);
  EXPECT_EQ(fmt({"-"}, kPretty).out, kPretty);
  EXPECT_EQ(fmt({"--check", "-"}, kUgly).exit_code, 1);
}

TEST_F(CmdFmtTest, OneBadFileDoesNotStopTheOthers) {
  directory_.write("bad.yaml", "stages: [\n");
  directory_.write("job.yaml", kUgly);
  const test::CliRun run = fmt({"bad.yaml", "none.yaml", "job.yaml"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("bad.yaml:1:9: error:"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("none.yaml"), std::string::npos) << run.err;
  EXPECT_EQ(directory_.read("job.yaml"), kPretty);
  EXPECT_EQ(directory_.read("bad.yaml"), "stages: [\n");
}

TEST_F(CmdFmtTest, JsonSaysWhatBecameOfEach) {
  directory_.write("job.yaml", kUgly);
  const auto json = nlohmann::json::parse(fmt({"job.yaml", "none.yaml", "--json"}).out);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["result"]["files"][0]["changed"], true);
  EXPECT_EQ(json["errors"].size(), 1u);
}

}  // namespace
}  // namespace leat::cli
