// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/probe.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class ProbeTest : public ::testing::Test {
 protected:
  ProbeTest() : input_(directory_.write("in.csv", "n,w\n1,a\n")) {}
  EditedText text(const std::string& stages) const {
    return {"job.yaml", "stages:\n  - read_csv: " + input_ + "\n" + stages};
  }

  test::TempDir directory_;
  std::string input_;
};

TEST_F(ProbeTest, MistakesHaveTheirRangesAndHints) {
  const nlohmann::json found = check_edited(text("  - filter: m > 1\n  - show\n"));
  ASSERT_EQ(found.size(), 1u) << found;
  EXPECT_EQ(found[0]["range"]["start"], (nlohmann::json{{"line", 2}, {"character", 12}}));
  EXPECT_EQ(found[0]["range"]["end"]["character"], 13);
  EXPECT_EQ(found[0]["message"], "unknown column 'm'\nthe columns are: n, w; text is written 'm'");
  EXPECT_TRUE(check_edited(text("  - show\n")).empty());
}

TEST_F(ProbeTest, FilesWithoutStagesAreReadForTheirFormOnly) {
  EXPECT_TRUE(check_edited({"groups.yaml", "groups:\n  a:\n    stages: []\n"}).empty());
  EXPECT_EQ(check_edited({"groups.yaml", "groups: [\n"}).size(), 1u);
  EXPECT_EQ(check_edited({"empty.yaml", ""}).size(), 1u);
}

TEST_F(ProbeTest, PluginsAreNotLoaded) {
  const std::string plugin = directory_.write("plugin.so", "no program");
  const nlohmann::json found = check_edited(
      {"job.yaml", "plugins: [" + plugin + "]\n" + text("  - v.op: 1\n  - show\n").text});
  EXPECT_TRUE(found.empty()) << found;
}

TEST_F(ProbeTest, WhatARunGivesIsNoMistake) {
  const std::string params =
      "params:\n  least: { type: int64 }\n  day: { type: date }\n  word: { type: text }\n";
  const EditedText edited{
      "job.yaml", params + text("  - filter: n > $least and w <> $word and $day > current_date\n"
                                "  - derive: { m: n }\n  - show\n")
                               .text};
  const nlohmann::json found = check_edited(edited);
  ASSERT_EQ(found.size(), 3u) << found;
  for (const auto& one : found) {
    EXPECT_EQ(one["severity"], 3) << one;
    EXPECT_EQ(one["code"], "E0216") << one;
  }
  EXPECT_EQ(columns_of(edited, "derive").size(), 3u);
}

TEST_F(ProbeTest, ColumnsAreThoseOfTheStage) {
  EXPECT_EQ(columns_of(text("  - derive: { m: n * 2 }\n    name: more\n"), ""),
            (nlohmann::json{{{"name", "n"}, {"type", "int64"}},
                            {{"name", "w"}, {"type", "utf8"}},
                            {{"name", "m"}, {"type", "int64"}}}));
  EXPECT_EQ(columns_of(text("  - select: n\n"), "read_csv").size(), 2u);
  EXPECT_TRUE(columns_of(text("  - select: m\n"), "").empty());
  EXPECT_TRUE(columns_of({"job.yaml", "stages:\n"}, "").empty());
}

}  // namespace
}  // namespace leat::cli
