// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The journal by itself; what it is for is tested in output_transaction_test.cpp.
#include "operators/output/journal.h"

#include <fcntl.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::TempDir;

TEST(Journal, NamesOfStagedFiles) {
  EXPECT_EQ(staged_path("/out/x.csv", "0123456789abcdef"),
            "/out/.x.csv.leat-0123456789abcdef.part");
  EXPECT_EQ(staged_path("/x", "0123456789abcdef"), "/.x.leat-0123456789abcdef.part");
  EXPECT_LE(staged_path("/" + std::string(255, 'n'), "0123456789abcdef").size(), 256u);
  EXPECT_EQ(folder_of("/a/b/c"), "/a/b");
  EXPECT_EQ(folder_of("/c"), "/");
}

TEST(Journal, IdsDiffer) {
  const std::string id = draw_id();
  EXPECT_EQ(id.size(), 16u);
  EXPECT_NE(id, draw_id());
}

TEST(Journal, RecoveryRemovesWhatDeadRunsLeft) {
  const TempDir dir;
  dir.write("x.csv", "kept");
  dir.write(".x.csv.leat-0123456789abcdef.part", "half");
  dir.write(".leat-0123456789abcdef.journal.part", "half");
  ASSERT_TRUE(recover_folder(FileCalls(), dir.path()));
  EXPECT_EQ(dir.list(), std::vector<std::string>{"x.csv"});
}

TEST(Journal, RecoveryLeavesFilesOfOthersAlone) {
  const TempDir dir;
  const std::vector<std::string> names = {
      ".leat-x.part",     ".x.leat-0123456789abcdeg.part", ".x.leat-0123456789abcdef.party",
      ".x.leat-123.part", "x.leat-0123456789abcdef.part",  ".leat-0123456789abcdef.journal.bak"};
  for (const std::string& name : names) dir.write(name, "");
  ASSERT_TRUE(recover_folder(FileCalls(), dir.path()));
  EXPECT_EQ(dir.list().size(), names.size());
}

TEST(Journal, RecoveryLeavesLockedFilesAlone) {
  const TempDir dir;
  const std::string path = dir.write(".x.leat-0123456789abcdef.part", "being written");
  const FileCalls calls;
  const Descriptor writer(calls.open(path, O_WRONLY));
  ASSERT_EQ(calls.try_lock(writer.get(), path), 0);
  ASSERT_TRUE(recover_folder(calls, dir.path()));
  EXPECT_TRUE(dir.exists(".x.leat-0123456789abcdef.part"));
}

TEST(Journal, CommitReportsADecisionThatCouldNotBeCarriedOut) {
  const TempDir dir;
  dir.write(".a.part", "new");
  dir.write(".b.part", "new");
  const std::vector<Move> moves = {{dir.file(".a.part"), dir.file("a")},
                                   {dir.file(".b.part"), dir.file("b")}};
  int renames = 0;
  const FileCalls calls([&](FileCall call, const std::string& path) {
    return call == FileCall::kRename && !path.ends_with("journal") && ++renames == 2 ? EPERM : 0;
  });
  bool decided = false;
  const Status status = commit_moves(calls, "0123456789abcdef", moves, decided);
  ASSERT_FALSE(status);
  EXPECT_TRUE(decided);
  EXPECT_NE(status.error().message.find(dir.file("b")), std::string::npos);
  ASSERT_TRUE(recover_folder(FileCalls(), dir.path()));
  EXPECT_EQ(dir.list(), (std::vector<std::string>{"a", "b"}));
}

TEST(Journal, PointerToAFolderThatIsGoneIsForgotten) {
  const TempDir dir;
  dir.write("a/.x.part", "new");
  dir.write("b/.y.part", "new");
  const std::vector<Move> moves = {{dir.file("a/.x.part"), dir.file("a/x")},
                                   {dir.file("b/.y.part"), dir.file("b/y")}};
  const FileCalls calls([&](FileCall call, const std::string& path) {
    return call == FileCall::kRename && path.ends_with("/y") ? EPERM : 0;
  });
  bool decided = false;
  ASSERT_FALSE(commit_moves(calls, "0123456789abcdef", moves, decided));
  ASSERT_EQ(::rename(dir.file("a").c_str(), dir.file("gone").c_str()), 0);
  ASSERT_TRUE(recover_folder(FileCalls(), dir.file("b")));
  EXPECT_FALSE(dir.exists("b/.leat-0123456789abcdef.journal"));
}

TEST(Journal, RecoveryThatMayNotRemoveEndsWithAnError) {
  const TempDir dir;
  dir.write("a/.x.part", "new");
  dir.write("a/.y.part", "new");
  const std::vector<Move> moves = {{dir.file("a/.x.part"), dir.file("a/x")},
                                   {dir.file("a/.y.part"), dir.file("a/y")}};
  const FileCalls stops([&](FileCall call, const std::string& path) {
    return call == FileCall::kRename && path.ends_with("/y") ? EPERM : 0;
  });
  bool decided = false;
  ASSERT_FALSE(commit_moves(stops, "0123456789abcdef", moves, decided));
  const FileCalls keeps(
      [](FileCall call, const std::string&) { return call == FileCall::kRemove ? EACCES : 0; });
  EXPECT_FALSE(recover_folder(keeps, dir.file("a")));
}

}  // namespace
}  // namespace leat::io
