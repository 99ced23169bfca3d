// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class CmdDiffTest : public ::testing::Test {
 protected:
  CmdDiffTest() {
    directory_.write("old.csv", "id,price,note\n1,2,a\n2,5,b\n3,7,c\n");
    directory_.write("new.csv", "note,id,price\na,1,2\nx,2,5.5\nd,4,1\n");
  }
  test::CliRun diff(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "diff");
    return test::run_cli(arguments,
                         {.directory = directory_.path(), .input = {}, .environment = {}});
  }

  test::TempDir directory_;
};

TEST_F(CmdDiffTest, FilesAreComparedByKey) {
  const test::CliRun run = diff({"old.csv", "new.csv", "--by", "id"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_NE(run.out.find("old.csv \u2192 new.csv, by id: 1 added, 1 removed, 1 changed"),
            std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("  ~ id 2: note \"b\" \u2192 \"x\", price 5 \u2192 5.5\n"),
            std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("  - id 3: price 7, note \"c\"\n"), std::string::npos) << run.out;
}

TEST_F(CmdDiffTest, TheSameRowsAreZero) {
  EXPECT_EQ(diff({"old.csv", "old.csv", "--by", "id"}).out,
            "old.csv and old.csv are the same, by id\n");
  EXPECT_EQ(diff({"old.csv", "old.csv", "--by", "id,price"}).exit_code, 0);
}

TEST_F(CmdDiffTest, ColumnsMayBeLeftOutOrBeOnOneSideOnly) {
  directory_.write("more.csv", "id,price,note,extra\n1,2,z,1\n2,5,b,1\n3,7,c,1\n");
  const test::CliRun run = diff({"old.csv", "more.csv", "--by", "id", "--ignore", "note"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.out.find("0 changed\n  only in more.csv: extra\n"), std::string::npos) << run.out;
  EXPECT_EQ(diff({"old.csv", "more.csv", "--by", "id", "--ignore", "note,extra"}).exit_code, 0);
}

TEST_F(CmdDiffTest, AColumnMayHaveBecomeText) {
  directory_.write("text.csv", "id,price,note\n1,two,a\n2,5,b\n3,7,c\n");
  EXPECT_NE(diff({"old.csv", "text.csv", "--by", "id"})
                .out.find("  ~ id 1: price \"2\" \u2192 \"two\"\n"),
            std::string::npos);
}

TEST_F(CmdDiffTest, PipelinesAreComparedAtAStage) {
  directory_.write("a.yaml",
                   "stages:\n  - read_csv: old.csv\n    name: in\n  - filter: id < 3\n"
                   "  - write_csv: out.csv\n");
  directory_.write("b.yaml",
                   "stages:\n  - read_csv: old.csv\n    name: in\n  - filter: id < 2\n"
                   "  - write_csv: out.csv\n");
  const auto json =
      nlohmann::json::parse(diff({"a.yaml", "b.yaml", "--by", "id", "--json"}).out)["result"];
  EXPECT_EQ(json["removed"], 1);
  EXPECT_EQ(json["differences"][0]["before"]["note"], "b");
  EXPECT_EQ(diff({"a.yaml", "b.yaml", "--by", "id", "--at", "in"}).exit_code, 0);
  EXPECT_FALSE(directory_.exists("out.csv")) << "no sink is written";
}

TEST_F(CmdDiffTest, WhatCannotBeComparedIsTwo) {
  const test::CliRun key = diff({"old.csv", "new.csv", "--by", "ide"});
  EXPECT_EQ(key.exit_code, 2);
  EXPECT_EQ(key.err,
            "leat: --by: old.csv has no column 'ide' [E0301]\n  hint: did you mean 'id'?\n");
  directory_.write("a.yaml", "stages:\n  - read_csv: old.csv\n  - show\n");
  EXPECT_EQ(diff({"a.yaml", "new.csv", "--by", "id"}).exit_code, 2);
  EXPECT_EQ(diff({"old.csv", "new.csv", "--by", "id", "--at", "x"}).exit_code, 2);
  directory_.write("twice.csv", "id,price,note\n1,2,a\n1,3,b\n");
  const test::CliRun twice = diff({"old.csv", "twice.csv", "--by", "id"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_TRUE(twice.err.starts_with("leat: twice.csv:3: the key stands twice")) << twice.err;
  EXPECT_EQ(twice.err.find("compare"), std::string::npos) << twice.err;
}

}  // namespace
}  // namespace leat::cli
