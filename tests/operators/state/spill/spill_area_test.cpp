// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spill/spill_area.h"

#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <gtest/gtest.h>

#include "engine/codes/machine.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

using io::FileCall;
using test::TempDir;

constexpr size_t kShare = size_t{1} << 20;

SpillCalls failing(FileCall which, int error) {
  return SpillCalls([=](FileCall call, const std::string&) { return call == which ? error : 0; });
}

std::unique_ptr<SpillArea> area_in(const TempDir& dir, SpillCalls calls = SpillCalls()) {
  auto area = SpillArea::open({.dir = dir.path()}, kShare, std::move(calls));
  EXPECT_TRUE(area) << area.error().message;
  return std::move(*area);
}

TEST(SpillArea, FilesHaveNoNameAndAreForTheUserAlone) {
  const TempDir dir;
  const auto area = area_in(dir);
  const auto file = area->choose_file();
  ASSERT_TRUE(file);
  const SpillExtent extent = area->reserve(*file, 100);
  ASSERT_TRUE(area->write(extent, extent.begin, "secret"));
  EXPECT_TRUE(dir.list().empty());
  struct stat status = {};
  ASSERT_EQ(::fstat(extent.file, &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(status.st_nlink, 0u);
}

TEST(SpillArea, WritersOfOneFileKeepApart) {
  const TempDir dir;
  const auto area = area_in(dir);
  const auto file = area->choose_file();
  ASSERT_TRUE(file);
  const SpillExtent a = area->reserve(*file, 10);
  const SpillExtent b = area->reserve(*file, 10);
  ASSERT_TRUE(area->write(b, b.begin, "bbbbbbbbbb"));
  ASSERT_TRUE(area->write(a, a.begin, "aaaaa"));
  ASSERT_TRUE(area->write(a, a.begin + 5, "AAAAA"));
  ASSERT_TRUE(area->close(a));
  std::string read(10, ' ');
  ASSERT_TRUE(area->read(a.file, a.begin, read.data(), 10));
  EXPECT_EQ(read, "aaaaaAAAAA");
  ASSERT_TRUE(area->read(b.file, b.begin, read.data(), 10));
  EXPECT_EQ(read, "bbbbbbbbbb");
  EXPECT_EQ(area->used(), 20u);
  area->release(a, 10);
  EXPECT_EQ(area->used(), 10u);
}

TEST(SpillArea, FewDescriptorsForManyWriters) {
  const TempDir dir;
  size_t opened = 0;
  const auto area = area_in(dir, SpillCalls([&](FileCall call, const std::string&) {
                              opened += call == FileCall::kOpen ? 1 : 0;
                              return 0;
                            }));
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(area->choose_file());
  EXPECT_LE(opened, 64u);
  EXPECT_GT(opened, 1u);
}

TEST(SpillArea, RoomThatWasReleasedIsFreeOnTheDisk) {
  const TempDir dir;
  const auto area = area_in(dir);
  const auto file = area->choose_file();
  ASSERT_TRUE(file);
  const std::string bytes(size_t{4} << 20, 'x');
  const SpillExtent extent = area->reserve(*file, bytes.size());
  ASSERT_TRUE(area->write(extent, extent.begin, bytes));
  ASSERT_TRUE(area->close(extent));
  ASSERT_EQ(::fsync(extent.file), 0);
  struct stat before = {};
  ASSERT_EQ(::fstat(extent.file, &before), 0);
  EXPECT_GE(before.st_blocks * 512, static_cast<blkcnt_t>(bytes.size()));
  area->release(extent, bytes.size());
  struct stat after = {};
  ASSERT_EQ(::fstat(extent.file, &after), 0);
  EXPECT_LT(after.st_blocks, before.st_blocks / 8);
}

TEST(SpillArea, WhatTheSystemRefusesIsSaidWithTheFolder) {
  const TempDir dir;
  const auto full = area_in(dir, failing(FileCall::kWrite, ENOSPC));
  auto file = full->choose_file();
  ASSERT_TRUE(file);
  SpillExtent extent = full->reserve(*file, 1);
  const Status written = full->write(extent, 0, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_EQ(written.error().message,
            "cannot write to a file in '" + dir.path() +
                "', where stages write what does not fit in memory: No space left on device");
  EXPECT_NE(written.error().hint.find("settings.spill.dir"), std::string::npos);

  const auto broken = area_in(dir, failing(FileCall::kRead, EIO));
  file = broken->choose_file();
  ASSERT_TRUE(file);
  extent = broken->reserve(*file, 1);
  ASSERT_TRUE(broken->write(extent, extent.begin, "x"));
  char byte = 0;
  const Status read = broken->read(extent.file, extent.begin, &byte, 1);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("Input/output error"), std::string::npos);

  const auto late = area_in(dir, failing(FileCall::kSync, EIO));
  file = late->choose_file();
  ASSERT_TRUE(file);
  EXPECT_FALSE(late->close(late->reserve(*file, 1))) << "what the disk did not take is known";
}

TEST(SpillArea, AFileThatEndsTooSoonIsDamaged) {
  const TempDir dir;
  const auto area = area_in(dir);
  const auto file = area->choose_file();
  ASSERT_TRUE(file);
  const SpillExtent extent = area->reserve(*file, 10);
  ASSERT_TRUE(area->write(extent, extent.begin, "0123456789"));
  ASSERT_EQ(::ftruncate(extent.file, 5), 0);
  std::string read(10, ' ');
  const Status status = area->read(extent.file, extent.begin, read.data(), 10);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "what was read back from '" + dir.path() +
                                        "' is not what was written there: it is cut off");
}

TEST(SpillArea, NoMoreThanTheLimitOfTheSettings) {
  const TempDir dir;
  auto area = SpillArea::open({.dir = dir.path(), .bytes_max = 1024}, kShare);
  ASSERT_TRUE(area);
  const auto file = (*area)->choose_file();
  ASSERT_TRUE(file);
  const SpillExtent extent = (*area)->reserve(*file, 2000);
  ASSERT_TRUE((*area)->write(extent, 0, std::string(1024, 'x')));
  const Status more = (*area)->write(extent, 1024, "x");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message,
            "stages have more than the 1 KiB of 'settings.spill.max' to write to disk");
}

TEST(SpillArea, AFolderThatCannotBeUsedIsAnErrorAtOnce) {
  const TempDir dir;
  const auto missing = SpillArea::open({.dir = dir.file("none")}, kShare);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message,
            "cannot make a file in '" + dir.file("none") +
                "', where stages write what does not fit in memory: No such file or directory");
  const auto file = SpillArea::open({.dir = dir.write("file", "x")}, kShare);
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find("Not a directory"), std::string::npos)
      << file.error().message;
  struct statfs system = {};
  if (::statfs("/dev/shm", &system) != 0 || system.f_type != 0x01021994)
    GTEST_SKIP() << "there is no folder in memory here";
  const auto memory = SpillArea::open({.dir = "/dev/shm"}, kShare);
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().message, "'settings.spill.dir' is '/dev/shm', which is held in memory");
}

TEST(SpillArea, ARefusalNamesTheSettingWhenThereIsNoFolder) {
  const Error refusal(code::kMemoryLimit, ErrorCode::kMemory, "refused", "raise it");
  EXPECT_NE(without_area(refusal, nullptr).hint.find("'settings.spill.dir'"), std::string::npos);
  const TempDir dir;
  EXPECT_EQ(without_area(refusal, area_in(dir).get()).hint, "raise it");
}

}  // namespace
}  // namespace leat::state
