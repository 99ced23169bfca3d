// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(CmdDo, RunsStagesOfTheCommandLine) {
  const test::TempDir directory;
  directory.write("in.csv", "n\n1\n2\n");
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  const test::CliRun run = test::run_cli({"do", "read_csv: in.csv | filter: n > 1"}, there);
  EXPECT_EQ(run.out, "    n\nint64\n-----\n    2\n") << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(test::run_cli({"do", "read_csv: in.csv | write_jsonl: o.jsonl"}, there).exit_code, 0);
  EXPECT_EQ(directory.read("o.jsonl"), "{\"n\":1}\n{\"n\":2}\n");
}

TEST(CmdDo, AListOfConstantsIsThatOfEveryRow) {
  const test::TempDir directory;
  directory.write("in.csv", "n\n1\n2\n");
  const test::CliOptions there{.directory = directory.path(), .input = {}, .environment = {}};
  const test::CliRun run = test::run_cli(
      {"do",
       "read_csv: in.csv | derive: {l: \"string_to_array('a,b', ',')\"} | write_jsonl: o.jsonl"},
      there);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(directory.read("o.jsonl"),
            "{\"n\":1,\"l\":[\"a\",\"b\"]}\n{\"n\":2,\"l\":[\"a\",\"b\"]}\n");
}

TEST(CmdDo, MistakesHaveAPlace) {
  const test::CliRun run = test::run_cli({"do", "read_csv: in.csv | fliter: n > 1"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.err.find("there is no operator 'fliter'"), std::string::npos) << run.err;
  const auto json = nlohmann::json::parse(test::run_cli({"do", "x | ", "--json"}).out);
  EXPECT_EQ(json["errors"][0]["message"], "a stage is empty");
}

}  // namespace
}  // namespace leat::cli
