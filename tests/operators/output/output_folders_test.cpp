// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_folders.h"

#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::TempDir;

TEST(OutputFolders, MadeOnesGoAgainUnlessTheyAreUsed) {
  const TempDir dir;
  const FileCalls calls;
  Notes notes;
  OutputFolders folders(calls, notes);
  ASSERT_TRUE(folders.reach(dir.file("a/b"), "x"));
  ASSERT_TRUE(folders.reach(dir.file("c"), "x"));
  dir.write("c/theirs", "");
  EXPECT_TRUE(folders.sync_made());
  folders.remove_made();
  EXPECT_EQ(dir.list(), std::vector<std::string>{"c/theirs"});
  EXPECT_FALSE(dir.exists("a"));
}

TEST(OutputFolders, AFolderOfSeveralNamesIsOpenedOnce) {
  const TempDir dir;
  dir.write("a/x", "");
  ASSERT_EQ(::symlink("a", dir.file("link").c_str()), 0);
  const FileCalls calls;
  Notes notes;
  OutputFolders folders(calls, notes);
  EXPECT_FALSE(folders.is_reached(dir.file("a")));
  const FolderRef first = folders.reach(dir.file("a"), "x").value();
  EXPECT_TRUE(folders.is_reached(dir.file("a")));
  EXPECT_EQ(folders.reach(dir.file("link"), "x").value(), first);
}

TEST(OutputFolders, TooManyOpenFilesAreExplained) {
  const auto refused = refuse_output("x", -EMFILE);
  EXPECT_TRUE(refused.error().hint.contains("ulimit -n"));
  EXPECT_EQ(refuse_output("x", -ENOSPC).error().hint, "");
}

TEST(NamesAsWritten, AreCutAtTheLastSlash) {
  EXPECT_EQ(folder_as_written("a/b/c"), "a/b");
  EXPECT_EQ(folder_as_written("c"), ".");
  EXPECT_EQ(folder_as_written("/c"), "/");
  EXPECT_EQ(name_as_written("a/b/c"), "c");
  EXPECT_EQ(name_as_written("c"), "c");
}

}  // namespace
}  // namespace leat::io
