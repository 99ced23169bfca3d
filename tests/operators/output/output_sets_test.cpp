// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_sets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "operators/output/file_calls.h"
#include "operators/output/output_transaction.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::TempDir;

struct Scene {
  TempDir dir;
  FileCalls calls;
  OutputTransaction transaction{calls};

  OutputSet set(IfExists if_exists = IfExists::kReplace) const {
    return {dir.file("{x}"), dir.path(), if_exists};
  }
  std::string refusal(const std::string& name, IfExists if_exists = IfExists::kReplace) {
    const auto staged = transaction.stage_member(set(if_exists), dir.file(name));
    return staged ? "" : staged.error().message;
  }
};

TEST(OutputSets, MembersAreFilesAndNothingElse) {
  Scene scene;
  ASSERT_EQ(::mkfifo(scene.dir.file("pipe").c_str(), 0600), 0);
  scene.dir.write("folder/x", "");
  EXPECT_TRUE(scene.refusal("pipe").contains("it is no regular file"));
  EXPECT_TRUE(scene.refusal("folder").contains("it is a folder"));
  EXPECT_EQ(scene.refusal("new"), "");
  EXPECT_EQ(scene.refusal("deep/er/new"), "");
}

TEST(OutputSets, InputsAreNotReplaced) {
  Scene scene;
  const std::string input = scene.dir.write("in.csv", "");
  ASSERT_EQ(::symlink("in.csv", scene.dir.file("link").c_str()), 0);
  scene.transaction.set_inputs({input});
  ASSERT_TRUE(scene.transaction.open_set(scene.set()));
  EXPECT_TRUE(scene.refusal("in.csv").contains("this run reads that file"));
  EXPECT_TRUE(scene.refusal("link").contains("this run reads that file"));
}

TEST(OutputSets, IfExistsHoldsForMembers) {
  Scene scene;
  scene.dir.write("old", "");
  EXPECT_TRUE(scene.refusal("old", IfExists::kError).contains("it exists"));
  EXPECT_EQ(scene.refusal("new", IfExists::kError), "");
}

TEST(OutputSets, OneFileUnderTwoNamesIsOneTarget) {
  Scene scene;
  scene.dir.write("old", "");
  ASSERT_EQ(::symlink("old", scene.dir.file("link").c_str()), 0);
  EXPECT_EQ(scene.refusal("old"), "");
  EXPECT_NE(scene.refusal("link"), "");
}

TEST(OutputSets, ASetWithoutFilesLeavesNothing) {
  Scene scene;
  ASSERT_TRUE(scene.transaction.open_set(scene.set()));
  EXPECT_EQ(scene.dir.list().size(), 1u);  // the live file shows that files can be made here
  ASSERT_TRUE(scene.transaction.commit());
  EXPECT_TRUE(scene.dir.list().empty());
}

TEST(OutputSets, AFolderThatTakesNoFilesIsKnownAtOnce) {
  Scene scene;
  const FileCalls refusing([](FileCall call, const std::string& path) {
    return call == FileCall::kOpen && path.ends_with(".live") ? EACCES : 0;
  });
  OutputTransaction transaction(refusing);
  const Status opened = transaction.open_set(scene.set());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message,
            "cannot write '" + scene.dir.file("{x}") + "': Permission denied");
}

TEST(OutputSets, AFailedRunTakesItsFoldersAway) {
  Scene scene;
  EXPECT_EQ(scene.refusal("a/b/c"), "");
  EXPECT_EQ(scene.refusal("a/d"), "");
  scene.transaction.abort();
  EXPECT_TRUE(scene.dir.list().empty());
  EXPECT_FALSE(scene.dir.exists("a"));
}

}  // namespace
}  // namespace leat::io
