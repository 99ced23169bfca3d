// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/folder_locks.h"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

struct Scene {
  TempDir dir;
  FileCalls calls;
  Notes notes;

  Scene() {
    dir.write("a/x", "");
    dir.write("b/x", "");
  }
  FolderRef folder(const std::string& name) const {
    return Folder::open(calls, dir.file(name)).value();
  }
};

TEST(FolderLocks, DoublesCountOnce) {
  Scene scene;
  const auto locks = FolderLocks::take({scene.folder("a"), scene.folder("a")}, scene.notes);
  EXPECT_TRUE(locks);
}

TEST(FolderLocks, ExcludeOthersUntilTheyGo) {
  Scene scene;
  const FolderRef other = scene.folder("b");
  {
    const auto locks = FolderLocks::take({scene.folder("a"), scene.folder("b")}, scene.notes);
    ASSERT_TRUE(locks);
    EXPECT_EQ(other->try_lock(), -EWOULDBLOCK);
  }
  EXPECT_EQ(other->try_lock(), 0);
}

// In opposite orders, as two machines may see the same folders.
TEST(FolderLocks, CrossedOrdersDoNotBlockEachOther) {
  Scene scene;
  std::vector<std::thread> threads;
  for (const bool forwards : {true, false}) {
    threads.emplace_back([&scene, forwards] {
      std::vector<FolderRef> folders = {scene.folder("a"), scene.folder("b")};
      if (!forwards) std::swap(folders[0], folders[1]);
      for (int i = 0; i < 300; ++i) EXPECT_TRUE(FolderLocks::take(folders, scene.notes));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(FolderLocks, FileSystemsWithoutLocksNeedNone) {
  Scene scene;
  const FileCalls calls(
      [](FileCall call, const std::string&) { return call == FileCall::kLock ? EBADF : 0; });
  EXPECT_TRUE(FolderLocks::take({Folder::open(calls, scene.dir.file("a")).value()}, scene.notes));
  const FileCalls broken(
      [](FileCall call, const std::string&) { return call == FileCall::kLock ? EIO : 0; });
  EXPECT_FALSE(FolderLocks::take({Folder::open(broken, scene.dir.file("a")).value()}, scene.notes));
}

TEST(FolderLocks, HolderIsNamed) {
  FileInfo file;
  file.device = uint64_t{0xfe} << 32 | 0x01;
  file.inode = 42;
  const std::string line = fmt::format("1: FLOCK  ADVISORY  WRITE {} fe:01:42 0 EOF\n", ::getpid());
  EXPECT_TRUE(lock_holder("7: POSIX  ADVISORY  WRITE 1 fe:01:41 0 EOF\n" + line, file)
                  .starts_with(fmt::format("process {} (", ::getpid())));
  file.inode = 4;
  EXPECT_EQ(lock_holder(line, file), "");
}

}  // namespace
}  // namespace leat::io
