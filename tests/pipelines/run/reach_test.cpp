// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/reach.h"

#include <unistd.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

class ReachTest : public ::testing::Test {
 protected:
  Pipeline pipeline(std::vector<std::string> files, const std::vector<std::string>& targets) {
    Pipeline made;
    made.stages.resize(1 + targets.size());
    for (Stage& stage : made.stages) stage.bound.emplace();
    made.stages[0].bound->files = std::move(files);
    for (size_t i = 0; i < targets.size(); ++i) made.stages[i + 1].bound->target = text(targets[i]);
    made.settings.spill.dir = text(directory_.path());
    return made;
  }
  static SourceText text(const std::string& path) {
    return SourceText(path, {0, static_cast<uint32_t>(path.size())}, {{0, 0}});
  }
  std::vector<std::string> writes(const std::string& target) {
    std::vector<std::string> found = reach_of(pipeline({}, {target})).writes;
    std::erase(found, directory_.path());
    return found;
  }

  test::TempDir directory_;
  using Names = std::vector<std::string>;
};

TEST_F(ReachTest, AnOutputIsWrittenInItsFolder) {
  directory_.write("out/old.csv", "");
  EXPECT_EQ(writes(directory_.file("out/new.csv")), Names{directory_.file("out")});
  EXPECT_EQ(writes(directory_.file("out/a/b/new.csv")), Names{directory_.file("out")});
}

TEST_F(ReachTest, ALinkIsWhereItLeadsTo) {
  directory_.write("far/old.csv", "");
  ASSERT_EQ(symlink("far/old.csv", directory_.file("link.csv").c_str()), 0);
  EXPECT_EQ(writes(directory_.file("link.csv")), Names{directory_.file("far")});
}

TEST_F(ReachTest, ManyFilesLieBelowTheirFolder) {
  Pipeline many = pipeline({}, {directory_.file("out/{country}/x.csv")});
  directory_.write("out/old.csv", "");
  many.stages[1].bound->target_folder = directory_.file("out");
  many.stages[1].bound->manifest = text(directory_.file("far/m.json"));
  directory_.write("far/old.csv", "");
  Names found = reach_of(many).writes;
  std::erase(found, directory_.path());
  EXPECT_EQ(found, (Names{directory_.file("far"), directory_.file("out")}));
  EXPECT_NE(reach_text(many).find("{country}/x.csv"), std::string::npos);
}

TEST_F(ReachTest, ADeviceIsItself) { EXPECT_EQ(writes("/dev/null"), Names{"/dev/null"}); }

TEST_F(ReachTest, FilesAreReadAndTheSpillFolderIsWritten) {
  const SandboxRules rules = reach_of(pipeline({"a.csv", "b.csv"}, {"-"}));
  EXPECT_NE(std::find(rules.reads.begin(), rules.reads.end(), "b.csv"), rules.reads.end());
  EXPECT_EQ(rules.writes, Names{directory_.path()});
}

TEST_F(ReachTest, TextNamesEachPathOnceAndNotTooMany) {
  EXPECT_EQ(reach_text(pipeline({"a.csv", "a.csv"}, {"-", "out.csv"})),
            "may read: a.csv\nmay write: out.csv (beside each while it is made)\n");
  EXPECT_EQ(reach_text(pipeline({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, {})),
            "may read: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more\n");
}

}  // namespace
}  // namespace leat::pipelines
