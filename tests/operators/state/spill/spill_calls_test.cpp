// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spill/spill_calls.h"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

TEST(SpillCalls, UnnamedFilesAreWrittenAndReadAtAnyPlace) {
  const test::TempDir dir;
  const SpillCalls calls;
  const io::Descriptor file = calls.open_unnamed(dir.path());
  ASSERT_TRUE(file.is_open());
  EXPECT_TRUE(dir.list().empty());
  EXPECT_EQ(calls.write_at(file.get(), "later", 1 << 20, "x"), 0);
  EXPECT_EQ(calls.write_at(file.get(), "first", 0, "x"), 0);
  EXPECT_EQ(calls.begin_sync(file.get(), 0, 5, "x"), 0);
  EXPECT_EQ(calls.settle(file.get(), 0, 5, "x"), 0);
  calls.read_ahead(file.get(), 1 << 20, 5);
  std::string read(8, '-');
  EXPECT_EQ(calls.read_at(file.get(), read.data(), 8, 1 << 20, "x"), 5);
  EXPECT_EQ(read, "later---");
  calls.punch(file.get(), 0, 4096);
  EXPECT_EQ(calls.read_at(file.get(), read.data(), 1, 0, "x"), 1);
  EXPECT_EQ(read[0], '\0');
}

TEST(SpillCalls, ErrorsAreNegativeErrnos) {
  const test::TempDir dir;
  const SpillCalls calls;
  char byte = 0;
  EXPECT_EQ(calls.open_unnamed(dir.file("none")).get(), -ENOENT);
  EXPECT_EQ(calls.read_at(-1, &byte, 1, 0, "x"), -EBADF);
  EXPECT_EQ(calls.write_at(-1, "x", 0, "x"), -EBADF);
  EXPECT_EQ(calls.settle(-1, 0, 1, "x"), -EBADF);
}

TEST(SpillCalls, HooksRefuseEachCallWithTheirErrno) {
  const test::TempDir dir;
  std::string seen;
  const SpillCalls calls([&](io::FileCall, const std::string& path) {
    seen += path;
    return EDQUOT;
  });
  char byte = 0;
  EXPECT_EQ(calls.open_unnamed(dir.path()).get(), -EDQUOT);
  EXPECT_EQ(seen, dir.path());
  seen.clear();
  EXPECT_EQ(calls.write_at(-1, "x", 0, "w"), -EDQUOT);
  EXPECT_EQ(calls.read_at(-1, &byte, 1, 0, "r"), -EDQUOT);
  EXPECT_EQ(calls.begin_sync(-1, 0, 1, "b"), -EDQUOT);
  EXPECT_EQ(calls.settle(-1, 0, 1, "s"), -EDQUOT);
  EXPECT_EQ(seen, "wrbs");
  const SpillCalls without_sync([](io::FileCall, const std::string&) { return io::kLeaveOutSync; });
  EXPECT_EQ(without_sync.begin_sync(-1, 0, 1, "b"), 0);
  EXPECT_EQ(without_sync.settle(-1, 0, 1, "s"), 0);
}

}  // namespace
}  // namespace leat::state
