// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"

namespace leat::cli {
namespace {

TEST(CmdVersion, PrintsNameAndVersion) {
  const test::CliRun run = test::run_cli({"version"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "leat " LEAT_VERSION "\n");
}

TEST(CmdVersion, PrintsJson) {
  const nlohmann::json json = nlohmann::json::parse(test::run_cli({"version", "--json"}).out);
  EXPECT_EQ(json["result"], (nlohmann::json{{"name", "leat"}, {"version", LEAT_VERSION}}));
}

}  // namespace
}  // namespace leat::cli
