// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdExplain, ShowsSegmentsLanesAndSniffedTypes) {
  const test::TempDir directory;
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  directory.write("in.csv", "n,name\n1,a\n");
  directory.write("job.yaml",
                  "stages:\n  - read_csv: in.csv\n  - filter: n > 0\n  - write_csv: out.csv\n");
  const test::CliRun text =
      test::run_cli({"explain", "job.yaml", "--procs", "2", "--memory", "1GiB"}, there);
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.out.find("read_csv -> n int64, name utf8"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("map      filter"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("encode   write_csv"), std::string::npos) << text.out;
  const test::CliRun json = test::run_cli({"explain", "job.yaml", "--json"}, there);
  EXPECT_EQ(nlohmann::json::parse(json.out)["ok"], true);
  EXPECT_FALSE(directory.exists("out.csv"));
}

}  // namespace
}  // namespace leat::cli
