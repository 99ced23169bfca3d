// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/staged_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "operators/output/journal.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::TempDir;

FolderRef folder(const FileCalls& calls, const TempDir& dir) {
  return Folder::open(calls, dir.path()).value();
}

TEST(Staging, LiesHiddenBesideItsTarget) {
  const TempDir dir;
  const FileCalls calls;
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "x.csv");
  ASSERT_TRUE(staging);
  EXPECT_EQ((*staging)->target(), "x.csv");
  EXPECT_EQ((*staging)->folder()->path(), dir.path());
  ASSERT_EQ(dir.list().size(), 1u);
  EXPECT_TRUE(dir.list()[0].starts_with(".x.csv.leat-"));
}

TEST(Staging, SmallAndLargeWritesKeepTheirOrder) {
  const TempDir dir;
  const FileCalls calls;
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "x.csv");
  ASSERT_TRUE(staging);
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const std::string piece(i % 17 == 0 ? 300'000 : static_cast<size_t>(i),
                            static_cast<char>('a' + i % 26));
    ASSERT_TRUE((*staging)->write(piece));
    expected += piece;
  }
  ASSERT_TRUE((*staging)->prepare());
  EXPECT_TRUE((*staging)->is_prepared());
  EXPECT_EQ(dir.read(dir.list()[0]), expected);
}

TEST(Staging, PrepareReportsThatTheDiskIsFull) {
  const TempDir dir;
  const FileCalls calls(
      [](FileCall call, const std::string&) { return call == FileCall::kWrite ? ENOSPC : 0; });
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "out/x.csv");
  ASSERT_TRUE(staging);
  ASSERT_TRUE((*staging)->write("a little"));
  const Status status = (*staging)->prepare();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cannot write 'out/x.csv': No space left on device");
  EXPECT_FALSE((*staging)->is_prepared());
}

// Another run sees the new file before it is locked, and takes it for a dead one's.
TEST(Staging, FileThatIsRemovedBeforeItIsLockedIsMadeAgain) {
  const TempDir dir;
  int removed = 0;
  const FileCalls calls([&](FileCall call, const std::string& path) {
    if (call == FileCall::kLock && removed < 3) {
      ::unlink(path.c_str());
      ++removed;
    }
    return 0;
  });
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "x.csv");
  ASSERT_TRUE(staging);
  EXPECT_EQ(removed, 3);
  ASSERT_TRUE((*staging)->write("text"));
  ASSERT_TRUE((*staging)->prepare());
  EXPECT_EQ(dir.read(dir.list().at(0)), "text");
}

TEST(Staging, NobodyElseCanReadItBeforeItIsPrepared) {
  const TempDir dir;
  dir.write("x.csv", "old");
  ASSERT_EQ(::chmod(dir.file("x.csv").c_str(), 0644), 0);
  const FileCalls calls;
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "x.csv");
  ASSERT_TRUE(staging);
  struct stat found;
  ASSERT_EQ(::stat(dir.file((*staging)->staged()).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600u);
  ASSERT_TRUE((*staging)->prepare());
  ASSERT_EQ(::stat(dir.file((*staging)->staged()).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0644u);
}

TEST(Staging, VerifyFindsWhatSomebodyElsePutUnderItsName) {
  const TempDir dir;
  const FileCalls calls;
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "x.csv");
  ASSERT_TRUE(staging);
  ASSERT_TRUE((*staging)->write("text"));
  ASSERT_TRUE((*staging)->prepare());
  EXPECT_TRUE((*staging)->verify());
  const std::string staged = dir.file((*staging)->staged());
  ASSERT_EQ(::rename(staged.c_str(), dir.file("elsewhere").c_str()), 0);
  EXPECT_FALSE((*staging)->verify());
  dir.write((*staging)->staged(), "text");
  EXPECT_FALSE((*staging)->verify());
  ASSERT_EQ(::rename(dir.file("elsewhere").c_str(), staged.c_str()), 0);
  EXPECT_TRUE((*staging)->verify());
  ASSERT_EQ(::truncate(staged.c_str(), 1), 0);
  EXPECT_FALSE((*staging)->verify());
}

TEST(Staging, DiscardRemovesTheFile) {
  const TempDir dir;
  const FileCalls calls;
  const auto staging = Staging::create(folder(calls, dir), "x.csv", "x.csv");
  ASSERT_TRUE(staging);
  (*staging)->discard();
  (*staging)->discard();
  EXPECT_TRUE(dir.list().empty());
}

TEST(StreamFile, WritesAtOnce) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const FileCalls calls;
  StreamFile file(calls, Descriptor(ends[1]), "pipe");
  ASSERT_TRUE(file.write("abc"));
  char piece[8];
  EXPECT_EQ(::read(ends[0], piece, sizeof(piece)), 3);
  ::close(ends[0]);
  EXPECT_TRUE(file.prepare());
}

TEST(StreamFile, FullDeviceIsAnError) {
  const FileCalls calls;
  StreamFile file(calls, calls.open(std::string("/dev/full"), O_WRONLY), "/dev/full");
  const Status status = file.write("abc");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace leat::io
