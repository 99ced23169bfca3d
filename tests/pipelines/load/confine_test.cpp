// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/confine.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConfineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  /// The mistakes in the paths of a source that reads `paths`, as YAML.
  std::vector<std::string> mistakes(const std::string& paths) {
    const Document document("job.yaml", "stages: [{ read_csv: { path: " + paths + " } }]\n");
    Diagnostics found;
    const auto root = parse_tree(document, found);
    Spec spec = read_spec(document, {*root, {}, {}}, builtin_operators(), found);
    EXPECT_TRUE(found.ok());
    confine_paths(spec, found);
    EXPECT_EQ(spec.stages.front().broken, !found.ok());
    std::vector<std::string> messages;
    for (const Diagnostic& mistake : found.errors()) messages.push_back(mistake.message);
    return messages;
  }

  test::TempDir folder_;
  std::filesystem::path before_;
};

TEST_F(ConfineTest, WhatLiesInTheFolderIsFine) {
  folder_.write("data/a.csv", "");
  std::filesystem::create_symlink("a.csv", "data/link.csv");
  EXPECT_THAT(mistakes("[data/a.csv, ./data/link.csv, 'data/*.csv', new/out.csv, '-', stdin]"),
              IsEmpty());
  EXPECT_THAT(mistakes(std::filesystem::current_path().string() + "/data/a.csv"), IsEmpty());
}

TEST_F(ConfineTest, WhatLeadsOutIsNot) {
  std::filesystem::create_directory("data");
  std::filesystem::create_symlink("/etc/passwd", "data/link.csv");
  std::filesystem::create_symlink("/", "root");
  std::filesystem::create_symlink("/no/such/file", "nowhere");
  EXPECT_THAT(mistakes("[/etc/passwd, data/../a.csv, data/link.csv, 'data/*.csv', root/tmp/x]"),
              ElementsAre("'/etc/passwd' leads to '/etc/passwd', which lies elsewhere",
                          "'data/../a.csv' goes up with '..'",
                          "'data/link.csv' leads to '/etc/passwd', which lies elsewhere",
                          "'data/link.csv' leads to '/etc/passwd', which lies elsewhere",
                          "'root/tmp/x' leads to '/tmp/x', which lies elsewhere"));
  EXPECT_THAT(mistakes("nowhere"), ElementsAre("'nowhere' is a symbolic link that leads nowhere"));
}

}  // namespace
}  // namespace leat::pipelines
