// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_system.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

TEST(SystemFiles, LooksAtNamesWithoutFollowingThem) {
  const TempDir dir;
  dir.write("x", "text");
  ASSERT_EQ(::symlink("x", dir.file("link").c_str()), 0);
  FileSystem& files = system_files();
  const int folder = files.open(AT_FDCWD, dir.path(), O_RDONLY | O_DIRECTORY, 0);
  ASSERT_GE(folder, 0);
  FileInfo file;
  FileInfo link;
  FileInfo itself;
  ASSERT_EQ(files.look(folder, "x", file), 0);
  ASSERT_EQ(files.look(folder, "link", link), 0);
  ASSERT_EQ(files.look(folder, "", itself), 0);
  EXPECT_TRUE(S_ISREG(file.mode));
  EXPECT_TRUE(S_ISLNK(link.mode));
  EXPECT_TRUE(S_ISDIR(itself.mode));
  EXPECT_EQ(file.size, 4u);
  EXPECT_EQ(file.owner, ::geteuid());
  EXPECT_EQ(file.links, 1u);
  EXPECT_EQ(files.look(folder, "none", file), -ENOENT);
  files.close(folder);
}

TEST(SystemFiles, ListsAFolderAsOftenAsAsked) {
  const TempDir dir;
  dir.write("x", "");
  FileSystem& files = system_files();
  const int folder = files.open(AT_FDCWD, dir.path(), O_RDONLY | O_DIRECTORY, 0);
  for (int i = 0; i < 2; ++i) {
    std::vector<std::string> names;
    ASSERT_EQ(files.list(folder, names), 0);
    EXPECT_EQ(std::count(names.begin(), names.end(), "x"), 1) << i;
  }
  files.close(folder);
}

TEST(SystemFiles, ExchangesAndLinks) {
  const TempDir dir;
  dir.write("a", "first");
  dir.write("b", "second");
  FileSystem& files = system_files();
  const int folder = files.open(AT_FDCWD, dir.path(), O_RDONLY | O_DIRECTORY, 0);
  const int result = files.rename(folder, "a", "b", RENAME_EXCHANGE);
  if (result == -EINVAL) GTEST_SKIP() << "the file system cannot exchange files";
  ASSERT_EQ(result, 0);
  EXPECT_EQ(dir.read("a"), "second");
  EXPECT_EQ(files.rename(folder, "a", "b", RENAME_NOREPLACE), -EEXIST);
  ASSERT_EQ(files.link(folder, "a", "c"), 0);
  EXPECT_EQ(dir.read("c"), "second");
  files.close(folder);
}

}  // namespace
}  // namespace leat::io
