// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdHelp, IsTheHelpOfACommand) {
  EXPECT_NE(test::run_cli({"help"}).out.find("summarize"), std::string::npos);
  EXPECT_EQ(test::run_cli({"help", "run"}).out, test::run_cli({"run", "--help"}).out);
  EXPECT_EQ(test::run_cli({"help", "rum"}).exit_code, 2);
}

TEST(CmdHelp, AnUnknownCommandIsNotHelped) {
  const test::CliRun run = test::run_cli({"nonsense", "--help"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(test::run_cli({"job.yaml"}).err.find("did you mean `leat run job.yaml`?"),
            std::string::npos);
}

TEST(CmdHelp, TheVersionHasSwitches) {
  EXPECT_EQ(test::run_cli({"--version"}).out, test::run_cli({"version"}).out);
  EXPECT_EQ(test::run_cli({"-V"}).out, test::run_cli({"version"}).out);
}

}  // namespace
}  // namespace leat::cli
