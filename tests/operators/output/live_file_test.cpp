// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/live_file.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "operators/output/journal.h"
#include "operators/output/output_transaction.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::TempDir;

/// A run that has a file below and dies: what it leaves stays, without locks.
void die_in(const TempDir& dir) {
  const FileCalls calls;
  const pid_t child = ::fork();
  if (child == 0) {
    OutputTransaction transaction(calls);
    const OutputSet set{dir.file("{a}/{b}"), dir.path(), IfExists::kReplace};
    const bool staged = transaction.open_set(set) &&
                        transaction.stage_member(set, dir.file("made/deep/x")) &&
                        transaction.stage_member(set, dir.file("there/y"));
    ::_exit(staged ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
}

TEST(LiveFile, ADeadRunIsClearedUpAfter) {
  const TempDir dir;
  dir.write("there/mine", "");
  die_in(dir);
  EXPECT_TRUE(dir.exists("made/deep"));
  const FileCalls calls;
  {
    OutputTransaction later(calls);
    ASSERT_TRUE(later.open_set({dir.file("{x}"), dir.path(), IfExists::kReplace}));
  }
  EXPECT_EQ(dir.list(), std::vector<std::string>{"there/mine"});
  EXPECT_FALSE(dir.exists("made"));
  EXPECT_TRUE(dir.exists("there"));
}

TEST(LiveFile, StagedFilesOfALivingRunStay) {
  const TempDir dir;
  const FileCalls calls;
  OutputTransaction first(calls);
  const OutputSet set{dir.file("{x}"), dir.path(), IfExists::kReplace};
  StagedFile* const file = first.stage_member(set, dir.file("deep/x")).value();
  ASSERT_TRUE(file->write("a"));
  ASSERT_TRUE(file->release());
  OutputTransaction second(calls);
  ASSERT_TRUE(second.stage(dir.file("deep/y"), IfExists::kReplace));
  ASSERT_TRUE(second.stage(dir.file("z"), IfExists::kReplace));
  ASSERT_TRUE(file->write("b"));
  ASSERT_TRUE(file->prepare());
  ASSERT_TRUE(first.commit());
  EXPECT_EQ(dir.read("deep/x"), "ab");
}

// A journal whose end is not durable may come back, and then needs what lies here.
TEST(LiveFile, NothingIsClearedThatMayBeNeededAfterAPowerLoss) {
  const TempDir dir;
  die_in(dir);
  const size_t left = dir.list().size();
  const FileCalls calls(
      [](FileCall call, const std::string&) { return call == FileCall::kSync ? EIO : 0; });
  const FolderRef folder = Folder::open(calls, dir.path()).value();
  for (const std::string& name : dir.list()) clear_after_run(*folder, name);
  EXPECT_EQ(dir.list().size(), left);
}

TEST(LiveFile, WhatItSaysLeadsDownOnly) {
  const TempDir dir;
  const std::string id = "0123456789abcdef";
  dir.write("out/x", "");
  dir.write(staged_name("y", id), "not below");
  dir.write("out/" + live_name(id), "@fedcba9876543210\n=../\n+../out\n=" + dir.path() + "\n");
  ASSERT_EQ(::chmod(dir.file("out/" + live_name(id)).c_str(), 0600), 0);
  const FileCalls calls;
  clear_after_run(*Folder::open(calls, dir.file("out")).value(), live_name(id));
  EXPECT_EQ(dir.list(), (std::vector<std::string>{staged_name("y", id), "out/x"}));
}

}  // namespace
}  // namespace leat::io
