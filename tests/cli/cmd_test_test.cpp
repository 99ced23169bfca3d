// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

constexpr const char* kPipeline =
    "stages:\n"
    "  - read_csv: { path: in.csv, columns: { n: int64 } }\n"
    "    name: numbers\n"
    "  - filter: n > 1\n"
    "  - write_csv: out.csv\n";

class CmdTest : public ::testing::Test {
 protected:
  CmdTest() {
    directory_.write("job.yaml", kPipeline);
    directory_.write("job.test.yaml",
                     "tests:\n"
                     "  - name: the ones go\n"
                     "    given: { numbers: [{ n: 1 }, { n: 2 }] }\n"
                     "    expect:\n"
                     "      filter:\n"
                     "        - { n: 3 }\n"
                     "  - name: none stay none\n"
                     "    given: { numbers: [] }\n"
                     "    expect: { write_csv: [] }\n");
  }

  test::CliRun run(std::vector<std::string> more) {
    more.insert(more.begin(), "test");
    return test::run_cli(more, {.directory = directory_.path(), .input = {}, .environment = {}});
  }

  test::TempDir directory_;
};

TEST_F(CmdTest, TheTestsBesideAPipelineAreRunAndNothingIsWritten) {
  const test::CliRun failed = run({"job.yaml"});
  EXPECT_EQ(failed.exit_code, 1) << failed.err;
  EXPECT_NE(failed.out.find("  FAIL  the ones go (job.test.yaml:2:11)"), std::string::npos)
      << failed.out;
  EXPECT_NE(failed.out.find("  ok    none stay none"), std::string::npos);
  EXPECT_NE(failed.out.find("2 tests: 1 passed, 1 failed"), std::string::npos);
  EXPECT_EQ(run({"job.yaml", "--filter", "none"}).exit_code, 0);
  EXPECT_EQ(run({"."}).exit_code, 1) << "as in a folder";
  EXPECT_EQ(directory_.list(), (std::vector<std::string>{"job.test.yaml", "job.yaml"}));
}

TEST_F(CmdTest, UpdatingPutsInWhatWasFound) {
  const test::CliRun updated = run({"job.yaml", "--update"});
  EXPECT_EQ(updated.exit_code, 0) << updated.out;
  EXPECT_NE(directory_.read("job.test.yaml").find("      filter:\n        - { n: 2 }\n"),
            std::string::npos)
      << directory_.read("job.test.yaml");
  EXPECT_EQ(run({"job.yaml"}).exit_code, 0);
}

TEST_F(CmdTest, JsonAndJunitHoldTheResults) {
  const test::CliRun failed = run({"job.yaml", "--json", "--junit", "junit.xml"});
  const nlohmann::json json = nlohmann::json::parse(failed.out);
  EXPECT_EQ(json["command"], "test");
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["result"]["failed"], 1);
  EXPECT_EQ(json["result"]["files"][0]["file"], "job.test.yaml");
  EXPECT_NE(directory_.read("junit.xml").find("<failure"), std::string::npos);
}

TEST_F(CmdTest, AWrongFileIsNoFailedTest) {
  directory_.write("job.test.yaml", "tests:\n  - name: a\n    expect: { filtre: [] }\n");
  const test::CliRun wrong = run({"job.yaml"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find("job.test.yaml:3:15: error: there is no stage called 'filtre'"),
            std::string::npos)
      << wrong.err;
  EXPECT_EQ(run({"missing.yaml"}).exit_code, 2);
  EXPECT_EQ(run({"job.yaml", "--filter", "zzz"}).exit_code, 2);
}

}  // namespace
}  // namespace leat::cli
