// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_attributes.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "operators/output/output_transaction.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

// user::rw-, user:12345:rw-, group::r--, mask::rw-, other::---, in the kernel's form.
const std::string kAcl(
    "\x02\0\0\0"
    "\x01\0\x06\0\xff\xff\xff\xff"
    "\x02\0\x06\0\x39\x30\0\0"
    "\x04\0\x04\0\xff\xff\xff\xff"
    "\x10\0\x06\0\xff\xff\xff\xff"
    "\x20\0\0\0\xff\xff\xff\xff",
    44);

struct stat stat_of(const std::string& path) {
  struct stat found = {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0);
  return found;
}

/// Replaces `target` as a run does.
void replace(const std::string& target) {
  OutputTransaction run;
  const auto file = run.stage(target, IfExists::kReplace);
  ASSERT_TRUE(file && (*file)->write("new") && (*file)->prepare() && run.commit());
}

mode_t new_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

TEST(FileAttributes, SetIdAndStickyBitsAreNeverTakenOver) {
  const TempDir dir;
  const std::string path = dir.write("x.csv", "old");
  ASSERT_EQ(::chmod(path.c_str(), 07755), 0);
  replace(path);
  EXPECT_EQ(stat_of(path).st_mode & 07777, 0755u);
}

TEST(FileAttributes, OwnerAndGroupAreKept) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TempDir dir;
  const std::string path = dir.write("x.csv", "old");
  ASSERT_EQ(::chown(path.c_str(), 12345, 23456), 0);
  ASSERT_EQ(::chmod(path.c_str(), 04664), 0);
  replace(path);
  EXPECT_EQ(stat_of(path).st_uid, 12345u);
  EXPECT_EQ(stat_of(path).st_gid, 23456u);
  EXPECT_EQ(stat_of(path).st_mode & 07777, 0664u);
}

TEST(FileAttributes, AccessListIsKept) {
  const TempDir dir;
  const std::string path = dir.write("x.csv", "old");
  if (::setxattr(path.c_str(), "system.posix_acl_access", kAcl.data(), kAcl.size(), 0) != 0)
    GTEST_SKIP() << "the file system has no access lists";
  replace(path);
  char bytes[256];
  const ssize_t size = ::getxattr(path.c_str(), "system.posix_acl_access", bytes, sizeof(bytes));
  ASSERT_EQ(size, static_cast<ssize_t>(kAcl.size()));
  EXPECT_EQ(std::string(bytes, kAcl.size()), kAcl);
}

TEST(FileAttributes, NewFilesGetWhatTheFolderSays) {
  EXPECT_EQ(new_file_mode("", 027), 0640u);
  EXPECT_EQ(new_file_mode(kAcl, 077), 0660u) << "a default list stands for the umask";
  EXPECT_EQ(current_umask(), 0666 & ~new_mode());
}

TEST(FileAttributes, PlantedTargetsAreNotTakenOver) {
  FileInfo folder;
  FileInfo target;
  folder.mode = S_IFDIR | 01777;
  folder.owner = 0;
  target.owner = 12345;
  EXPECT_FALSE(may_take_over(folder, target, 1000));
  EXPECT_FALSE(may_take_over(folder, target, 0));
  EXPECT_TRUE(may_take_over(folder, target, 12345));
  target.owner = 0;
  EXPECT_TRUE(may_take_over(folder, target, 1000)) << "of the folder's owner";
  target.owner = 12345;
  folder.mode = S_IFDIR | 01755;
  EXPECT_TRUE(may_take_over(folder, target, 0)) << "nobody else may put files there";
  folder.mode = S_IFDIR | 0777;
  EXPECT_TRUE(may_take_over(folder, target, 0)) << "the owner of a file may be replaced by anybody";
}

TEST(FileAttributes, PlantedTargetIsReplacedByAFileOfOurOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TempDir dir;
  const std::string path = dir.write("shared/x.csv", "old");
  ASSERT_EQ(::chmod(dir.file("shared").c_str(), 01777), 0);
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  replace(path);
  EXPECT_EQ(stat_of(path).st_uid, 0u);
  EXPECT_EQ(stat_of(path).st_mode & 07777, new_mode());
}

}  // namespace
}  // namespace leat::io
