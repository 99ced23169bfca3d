// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class CmdWhyTest : public ::testing::Test {
 protected:
  CmdWhyTest() {
    directory_.write("rows.csv", "id,secret\n1,hush\n2,loud\n");
    directory_.write("job.yaml",
                     "params:\n  word: { type: text, secret: true }\n"
                     "stages:\n  - read_csv: rows.csv\n  - filter: secret <> $word\n"
                     "  - write_csv: out.csv\n");
  }
  test::CliRun why(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"why", "job.yaml", "-p", "word=hush"});
    return test::run_cli(arguments,
                         {.directory = directory_.path(), .input = {}, .environment = {}});
  }

  test::TempDir directory_;
};

TEST_F(CmdWhyTest, SecretsAreNotShown) {
  const test::CliRun run = why({"--where", "id = 1"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out.find("hush"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("  filter  dropped: "), std::string::npos) << run.out;
}

TEST_F(CmdWhyTest, NothingIsPublished) {
  const test::CliRun run = why({"--where", "id = 2"});
  EXPECT_NE(run.out.find("written to out.csv"), std::string::npos) << run.out;
  EXPECT_FALSE(directory_.exists("out.csv"));
}

TEST_F(CmdWhyTest, NoRowIsAnAnswerOfItsOwn) {
  EXPECT_EQ(why({"--where", "id = 3"}).exit_code, 1);
  EXPECT_EQ(why({"--where", "di = 3"}).exit_code, 2);
}

}  // namespace
}  // namespace leat::cli
