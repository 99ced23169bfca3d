// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_calls.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

TEST(FileCalls, HookComesBeforeTheCall) {
  const test::TempDir dir;
  std::vector<std::pair<FileCall, std::string>> seen;
  const FileCalls calls([&](FileCall call, const std::string& path) {
    seen.emplace_back(call, path);
    return call == FileCall::kOpen ? EMFILE : 0;
  });
  EXPECT_EQ(calls.open(dir.file("x"), O_CREAT | O_WRONLY, 0600).get(), -EMFILE);
  EXPECT_FALSE(dir.exists("x"));
  EXPECT_EQ(calls.make_folder(dir.file("f")), 0);
  EXPECT_EQ(seen, (std::vector<std::pair<FileCall, std::string>>{
                      {FileCall::kOpen, dir.file("x")}, {FileCall::kMakeFolder, dir.file("f")}}));
}

TEST(FileCalls, ErrorsAreNegative) {
  const FileCalls calls;
  EXPECT_EQ(calls.open(std::string("/nowhere/x"), O_RDONLY).get(), -ENOENT);
  EXPECT_EQ(calls.rename(std::string("/nowhere/x"), "/nowhere/y"), -ENOENT);
  EXPECT_EQ(calls.remove(std::string("/nowhere/x")), -ENOENT);
}

TEST(FileCalls, LocksExcludeEachOtherAndEndWithTheDescriptor) {
  const test::TempDir dir;
  const std::string path = dir.write("x", "");
  const FileCalls calls;
  Descriptor first = calls.open(path, O_RDWR);
  const Descriptor second = calls.open(path, O_RDWR);
  EXPECT_EQ(calls.try_lock(first.get(), path), 0);
  EXPECT_EQ(calls.try_lock(second.get(), path), -EWOULDBLOCK);
  first.close();
  EXPECT_EQ(calls.try_lock(second.get(), path), 0);
}

TEST(FileCalls, HooksSeeTheWholePath) {
  const FilePlace place(3, "/out", "x.csv");
  EXPECT_EQ(place.path(), "/out/x.csv");
  EXPECT_EQ(FilePlace(3, "/", "x.csv").path(), "/x.csv");
  EXPECT_EQ(FilePlace("plain").path(), "plain");
}

// A pipe that is set not to block takes what fits; the rest waits.
TEST(FileCalls, WritesAllToAPipeThatDoesNotBlock) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK), 0);
  const std::string text(1 << 20, 'x');
  std::string got;
  std::thread reader([&] {
    ::fcntl(ends[0], F_SETFL, 0);
    char piece[1 << 12];
    for (ssize_t bytes = 0; (bytes = ::read(ends[0], piece, sizeof(piece))) > 0;)
      got.append(piece, static_cast<size_t>(bytes));
  });
  EXPECT_EQ(FileCalls().write(ends[1], text, "pipe"), 0);
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  EXPECT_EQ(got, text);
}

}  // namespace
}  // namespace leat::io
