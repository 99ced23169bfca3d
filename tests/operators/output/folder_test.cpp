// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/folder.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

TEST(Folder, StaysTheSameWhateverBecomesOfItsPath) {
  const TempDir dir;
  dir.write("a/x", "theirs");
  const FileCalls calls;
  const auto folder = Folder::open(calls, dir.file("a")).value();
  EXPECT_TRUE(folder->is_in_place().value());
  ASSERT_EQ(::rename(dir.file("a").c_str(), dir.file("b").c_str()), 0);
  EXPECT_FALSE(folder->is_in_place().value());
  dir.write("a/x", "other");
  EXPECT_FALSE(folder->is_in_place().value());
  ASSERT_EQ(folder->rename("x", "y"), 0);
  EXPECT_EQ(dir.read("b/y"), "theirs");
  EXPECT_EQ(dir.read("a/x"), "other");
}

TEST(Folder, OneFolderUnderTwoPathsIsTheSame) {
  const TempDir dir;
  dir.write("a/x", "");
  ASSERT_EQ(::symlink("a", dir.file("link").c_str()), 0);
  const FileCalls calls;
  const auto folder = Folder::open(calls, dir.file("a")).value();
  EXPECT_TRUE(folder->is_same(*Folder::open(calls, dir.file("link/")).value()));
  const auto above = Folder::open(calls, *folder, "..").value();
  EXPECT_EQ(above->path(), dir.path());
  EXPECT_FALSE(above->is_same(*folder));
}

TEST(Folder, AFileIsNoFolder) {
  const TempDir dir;
  const FileCalls calls;
  EXPECT_EQ(Folder::open(calls, dir.write("x", "")).error(), -ENOTDIR);
  EXPECT_EQ(Folder::open(calls, dir.file("none")).error(), -ENOENT);
}

}  // namespace
}  // namespace leat::io
