// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "cli/command.h"
#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(Commands, AreNamedOnceAndSaySomething) {
  std::set<std::string_view> names;
  for (const Command& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_FALSE(command.summary.empty()) << command.name;
  }
  EXPECT_TRUE(names.contains("run"));
}

TEST(Commands, EachHasAHelpPage) {
  for (const Command& command : commands()) {
    const test::CliRun run = test::run_cli({std::string(command.name), "--help"});
    EXPECT_EQ(run.exit_code, 0) << command.name;
    EXPECT_NE(run.out.find(command.summary), std::string::npos) << run.out;
  }
}

}  // namespace
}  // namespace leat::cli
