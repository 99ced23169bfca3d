// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdCheck, SaysWhetherThereAreMistakesAndTouchesNothing) {
  const test::TempDir directory;
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  directory.write("in.csv", "n\n1\n");
  directory.write("good.yaml", "stages:\n  - read_csv: in.csv\n  - write_csv: out.csv\n");
  directory.write("bad.yaml",
                  "stages:\n  - read_csv: in.csv\n  - filter: m > 1\n  - write_csv: out.csv\n");
  const test::CliRun good = test::run_cli({"check", "good.yaml"}, there);
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_EQ(good.err, "good.yaml: 2 stages, no mistakes found\n");
  const test::CliRun bad = test::run_cli({"check", "bad.yaml", "--json"}, there);
  EXPECT_EQ(bad.exit_code, 2);
  const nlohmann::json json = nlohmann::json::parse(bad.out);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["errors"][0]["line"], 3);
  EXPECT_EQ(json["errors"][0]["column"], 13);
  EXPECT_FALSE(directory.exists("out.csv"));
}

}  // namespace
}  // namespace leat::cli
