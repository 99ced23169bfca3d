// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdDoctor, SaysWhatTheMachineGives) {
  const test::CliRun run = test::run_cli({"doctor"});
  EXPECT_EQ(run.exit_code, 0);
  for (const char* const name : {"processors", "memory of a run", "spill folder", "open files"})
    EXPECT_NE(run.out.find(name), std::string::npos) << run.out;
  EXPECT_EQ(nlohmann::json::parse(test::run_cli({"doctor", "--json"}).out)["ok"], true);
}

}  // namespace
}  // namespace leat::cli
