// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/sources.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipelines/load/confine.h"
#include "pipelines/text/diagnostic.h"
#include "tests/support/temp_dir.h"
#include "tests/support/without_codes.h"

namespace leat::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SourcesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  /// The first keys of all files, in their order, with the places of those keys.
  std::vector<std::string> files_of(const std::string& path) {
    Result<Document> document = Document::read(path);
    EXPECT_TRUE(document);
    Diagnostics diagnostics;
    const auto sources = read_sources(*document, nullptr, "", diagnostics);
    EXPECT_EQ(render(*document, diagnostics), "");
    std::vector<OptionNode> trees = sources->included;
    trees.push_back(sources->root);
    std::vector<std::string> keys;
    for (const OptionNode& tree : trees) {
      const SourceText& key = tree.entries.back().name;
      const TextPlace place = document->place(key.span().begin);
      keys.push_back(key.text() + " " + place.file + ":" + std::to_string(place.line) + ":" +
                     std::to_string(place.column));
    }
    return keys;
  }

  std::string errors_of(const std::string& text, const Confinement* confinement = nullptr) {
    Document document("job.yaml", text);
    Diagnostics diagnostics;
    static_cast<void>(read_sources(document, confinement, "", diagnostics));
    return test::without_codes(render(document, diagnostics));
  }

  test::TempDir folder_;
  std::filesystem::path before_;
};

TEST_F(SourcesTest, PathsAreRelativeToTheFileThatHasThem) {
  folder_.write("job.yaml", "include: shared/a.yaml\nx-job: 1");
  folder_.write("shared/a.yaml", "\xEF\xBB\xBFinclude: [b.yaml, ../c.yaml]\n\nx-a: 1\n");
  folder_.write("shared/b.yaml", "x-b: 1");
  folder_.write("c.yaml", "  x-c: 1\n");
  EXPECT_THAT(files_of("job.yaml"), ElementsAre("x-b shared/b.yaml:1:1", "x-c c.yaml:1:3",
                                                "x-a shared/a.yaml:3:1", "x-job job.yaml:2:1"));
}

TEST_F(SourcesTest, EveryFileIsReadOnce) {
  folder_.write("job.yaml", "include: [a.yaml, ./a.yaml, b.yaml]\nx-job: 1\n");
  folder_.write("a.yaml", "include: [b.yaml, job.yaml]\nx-a: 1\n");
  folder_.write("b.yaml", "include: a.yaml\nx-b: 1\n");
  EXPECT_THAT(files_of("job.yaml"),
              ElementsAre("x-b b.yaml:2:1", "x-a a.yaml:2:1", "x-job job.yaml:2:1"));
}

TEST_F(SourcesTest, MistakesStandInTheirFile) {
  folder_.write("bad.yaml", "params:\n  a: [1, 2\n");
  folder_.write("empty.yaml", "# nothing\n");
  EXPECT_EQ(errors_of("include: [bad.yaml, empty.yaml, none.yaml, { a: b }]\nstages: []\n"),
            R"(job.yaml:1:33: error: cannot open 'none.yaml': No such file or directory
include: [bad.yaml, empty.yaml, none.yaml, { a: b }]
                                ^~~~~~~~~
  hint: paths are relative to the folder of the file that includes them
job.yaml:1:44: error: 'include' must be a file, or a list of files
include: [bad.yaml, empty.yaml, none.yaml, { a: b }]
                                           ^~~~~~~~
  hint: write each as an item: '- shared/groups.yaml'
bad.yaml:2:6: error: this '[' is never closed
  a: [1, 2
     ^
empty.yaml:1:1: error: the file is empty
# nothing
^
  hint: an included file holds 'params' and 'groups'
4 errors
)");
}

TEST_F(SourcesTest, ParametersHaveNoValueYet) {
  EXPECT_THAT(errors_of("include: \"${file}.yaml\"\n"),
              HasSubstr("parameters have no value yet when files are included"));
}

TEST_F(SourcesTest, WhoIsNotTrustedIncludesWhatLiesInTheFolder) {
  folder_.write("a.yaml", "x-a: 1\n");
  const Confinement confinement;
  EXPECT_EQ(errors_of("include: a.yaml\nstages: []\n", &confinement), "");
  EXPECT_THAT(errors_of("include: /etc/hostname\nstages: []\n", &confinement),
              HasSubstr("'/etc/hostname' leads to"));
}

TEST_F(SourcesTest, FilesAreCounted) {
  for (int i = 0; i < 150; ++i) {
    folder_.write("f" + std::to_string(i) + ".yaml",
                  "include: f" + std::to_string(i + 1) + ".yaml\n");
  }
  const std::string errors = errors_of("include: f0.yaml\n");
  EXPECT_THAT(errors, HasSubstr("a pipeline has 100 files at most"));
  EXPECT_THAT(errors, HasSubstr("1 error\n"));
}

}  // namespace
}  // namespace leat::pipelines
