// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What it finds is in tests/plugin/plugins_test.py.
#include <gtest/gtest.h>

#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdPlugin, WantsAnActionThatThereIs) {
  EXPECT_EQ(test::run_cli({"plugin", "vreify", "x.so"}).exit_code, 2);
  EXPECT_EQ(test::run_cli({"plugin", "verify"}).exit_code, 2);
}

TEST(CmdPlugin, SaysWhatCannotBeLoaded) {
  const test::CliRun run = test::run_cli({"plugin", "verify", "./none.so"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("the plugin ./none.so cannot be loaded: No such file"), std::string::npos);
}

}  // namespace
}  // namespace leat::cli
