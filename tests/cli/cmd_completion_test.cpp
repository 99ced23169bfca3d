// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdCompletion, KnowsCommandsAndTheirOptions) {
  for (const char* const shell : {"bash", "zsh", "fish"}) {
    const test::CliRun run = test::run_cli({"completion", shell});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_NE(run.out.find("summarize"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("dry-run"), std::string::npos) << run.out;
  }
  EXPECT_EQ(test::run_cli({"completion", "cmd"}).exit_code, 2);
}

}  // namespace
}  // namespace leat::cli
