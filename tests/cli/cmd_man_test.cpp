// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "cli/command.h"
#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdMan, EachCommandHasAPage) {
  for (const Command& command : commands()) {
    const test::CliRun run = test::run_cli({"man", std::string(command.name)});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(run.out.starts_with(".TH LEAT\\-" + std::string(command.name) + " 1 ")) << run.out;
    EXPECT_NE(run.out.find("\\fB\\-h, \\-\\-help\\fR"), std::string::npos) << run.out;
  }
}

TEST(CmdMan, ThePageOfLeatNamesEveryCommand) {
  const std::string page = test::run_cli({"man"}).out;
  EXPECT_TRUE(page.starts_with(".TH LEAT 1 ")) << page;
  for (const Command& command : commands()) {
    EXPECT_NE(page.find("\\fB" + std::string(command.name) + "\\fR"), std::string::npos) << page;
  }
}

TEST(CmdMan, AnUnknownCommandIsRefused) {
  const test::CliRun run = test::run_cli({"man", "runn"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find("there is no command 'runn'"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("did you mean 'run'?"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace leat::cli
