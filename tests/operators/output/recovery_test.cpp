// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What recovery believes, and what it leaves alone. That it finishes what it should is tested in
// output_transaction_test.cpp and decision_test.cpp.
#include "operators/output/recovery.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operators/output/decision.h"
#include "operators/output/output_transaction.h"
#include "tests/operators/output/model_files.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using leat::test::TempDir;

const std::string kId = "0123456789abcdef";

class Lines final : public RunWatch {
 public:
  bool cancelled() const override { return false; }
  void note(std::string_view, std::string_view message) const override {
    lines.emplace_back(message);
  }
  mutable std::vector<std::string> lines;
};

FolderRecord folder_record(const Folder& folder, std::string path) {
  return {std::move(path), folder.info().inode, folder.info().born_ns};
}

FileRecord record_of(const Folder& folder, const std::string& name) {
  FileInfo info;
  EXPECT_EQ(folder.look(name, info), 0) << name;
  return {info.inode, info.size, info.modified_ns, info.owner};
}

/// A decision of a dead run: out/x.csv is to be replaced, other/y.csv to be made. Tests forge parts
/// of it.
struct Forgery {
  TempDir dir;
  FileCalls calls;
  Lines lines;
  std::shared_ptr<Folder> out;
  std::shared_ptr<Folder> other;
  Journal journal;
  Journal pointer;

  Forgery() {
    dir.write("out/x.csv", "old");
    dir.write("out/" + staged_name("x.csv", kId), "new");
    dir.write("other/" + staged_name("y.csv", kId), "new");
    for (const std::string& name : dir.list()) ::chmod(dir.file(name).c_str(), 0644);
    out = Folder::open(calls, dir.file("out")).value();
    other = Folder::open(calls, dir.file("other")).value();
    journal.id = pointer.id = kId;
    pointer.is_pointer = true;
    journal.folders = {folder_record(*out, "."), folder_record(*other, "../other")};
    pointer.folders = {folder_record(*out, "../out")};
    const auto staged = [](const Folder& folder, const std::string& target) {
      FileRecord file = record_of(folder, staged_name(target, kId));
      file.modified_ns = 0;
      return file;
    };
    journal.moves = {
        {0, staged_name("x.csv", kId), "x.csv", staged(*out, "x.csv"), record_of(*out, "x.csv")},
        {1, staged_name("y.csv", kId), "y.csv", staged(*other, "y.csv"), std::nullopt}};
    pointer.moves = {journal.moves[1]};
  }
  void write() const {
    ASSERT_TRUE(write_journal(other, pointer));
    ASSERT_TRUE(write_journal(out, journal));
  }
  std::string journal_path() const { return dir.file("out/" + journal_name(kId)); }

  Status settle_out() {
    Notes notes(&lines);
    const auto locks = settle({out}, notes);
    if (!locks) return std::unexpected(locks.error());
    return {};
  }
  /// Nothing was moved, it was said in one line, and a run that writes there is not kept from it.
  void expect_left_alone(std::string_view why) {
    const Status settled = settle_out();
    EXPECT_TRUE(settled) << settled.error().message;
    EXPECT_TRUE(is_old());
    ASSERT_EQ(lines.lines.size(), 1u);
    EXPECT_NE(lines.lines[0].find(why), std::string::npos) << lines.lines[0];
    OutputTransaction run;
    const auto file = run.stage(dir.file("out/mine.csv"), IfExists::kReplace);
    ASSERT_TRUE(file && (*file)->write("mine") && (*file)->prepare() && run.commit());
    EXPECT_EQ(dir.read("out/mine.csv"), "mine");
    EXPECT_TRUE(is_old());
  }
  bool is_old() const { return dir.read("out/x.csv") == "old" && !dir.exists("other/y.csv"); }
  bool is_new() const { return dir.read("out/x.csv") == "new" && dir.exists("other/y.csv"); }
};

TEST(Recovery, WhatIsNotForgedIsCarriedOut) {
  Forgery run;
  run.write();
  ASSERT_TRUE(run.settle_out());
  EXPECT_TRUE(run.is_new());
  EXPECT_EQ(run.dir.list(), (std::vector<std::string>{"other/y.csv", "out/x.csv"}));
  EXPECT_TRUE(run.lines.lines.empty());
}

TEST(Recovery, APipeAsJournalIsLeftAlone) {
  Forgery run;
  ASSERT_EQ(::mkfifo(run.journal_path().c_str(), 0644), 0);
  run.expect_left_alone("is not a regular file");
}

TEST(Recovery, AFolderAsJournalIsLeftAlone) {
  Forgery run;
  ASSERT_EQ(::mkdir(run.journal_path().c_str(), 0755), 0);
  run.expect_left_alone("is not a regular file");
}

TEST(Recovery, ALinkAsJournalIsLeftAlone) {
  Forgery run;
  run.write();
  ASSERT_EQ(::rename(run.journal_path().c_str(), run.dir.file("real").c_str()), 0);
  ASSERT_EQ(::symlink("../real", run.journal_path().c_str()), 0);
  run.expect_left_alone("is not a regular file");
}

TEST(Recovery, GarbageAsJournalIsLeftAlone) {
  Forgery run;
  run.dir.write("out/" + journal_name(kId), std::string(100'000, '\xff'));
  ASSERT_EQ(::chmod(run.journal_path().c_str(), 0644), 0);
  run.expect_left_alone("is damaged");
}

TEST(Recovery, AJournalWithTwoNamesIsLeftAlone) {
  Forgery run;
  run.write();
  ASSERT_EQ(::link(run.journal_path().c_str(), run.dir.file("second").c_str()), 0);
  run.expect_left_alone("has several names");
}

TEST(Recovery, AJournalThatOthersMayWriteIsLeftAlone) {
  Forgery run;
  run.write();
  ASSERT_EQ(::chmod(run.journal_path().c_str(), 0666), 0);
  run.expect_left_alone("may be written by others");
}

TEST(Recovery, AJournalOfAnotherUserIsLeftAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  Forgery run;
  run.write();
  ASSERT_EQ(::chown(run.journal_path().c_str(), 12345, 12345), 0);
  run.expect_left_alone("belongs to another user (12345)");
}

TEST(Recovery, AJournalFromAnotherFolderIsLeftAlone) {
  Forgery run;
  run.journal.folders[0].inode += 1;
  ASSERT_TRUE(write_journal(run.out, run.journal));
  run.expect_left_alone("was written in another folder");
}

TEST(Recovery, AFolderThatDoesNotPointBackIsLeftAlone) {
  Forgery run;
  ASSERT_TRUE(write_journal(run.out, run.journal));
  run.expect_left_alone("does not point back");
}

TEST(Recovery, AFolderThatPointsElsewhereIsLeftAlone) {
  Forgery run;
  run.pointer.folders = {folder_record(*run.other, ".")};
  run.write();
  run.expect_left_alone("does not point back");
}

// Somebody wrote the target after the decision: that came later, and stays.
TEST(Recovery, TargetsThatWereWrittenSinceStay) {
  Forgery run;
  run.write();
  run.dir.write("out/x.csv", "theirs");
  ASSERT_TRUE(run.settle_out());
  EXPECT_EQ(run.dir.read("out/x.csv"), "theirs");
  EXPECT_EQ(run.dir.read("other/y.csv"), "new");
}

TEST(Recovery, AStagedFileThatIsNotTheRecordedOneIsNotPutInPlace) {
  for (const int change : {0, 1, 2}) {
    Forgery run;
    run.write();
    const std::string staged = run.dir.file("out/" + staged_name("x.csv", kId));
    if (change == 0) {
      ASSERT_EQ(::link(staged.c_str(), run.dir.file("theirs").c_str()), 0);
    }
    if (change == 1) {
      ASSERT_EQ(::truncate(staged.c_str(), 1), 0);
    }
    if (change == 2) {
      ASSERT_EQ(::rename(staged.c_str(), run.dir.file("kept").c_str()), 0);
      run.dir.write("out/" + staged_name("x.csv", kId), "bad");
    }
    ASSERT_TRUE(run.settle_out());
    EXPECT_TRUE(run.is_old()) << change;
  }
}

TEST(Recovery, RemovesWhatDeadRunsLeft) {
  const TempDir dir;
  dir.write("x.csv", "kept");
  dir.write(".x.csv.leat-0123456789abcdef.part", "half");
  dir.write(".leat-0123456789abcdef.journal.part", "half");
  const FileCalls calls;
  Notes notes;
  ASSERT_TRUE(settle({Folder::open(calls, dir.path()).value()}, notes));
  EXPECT_EQ(dir.list(), std::vector<std::string>{"x.csv"});
}

TEST(Recovery, LeavesLockedFilesAlone) {
  const TempDir dir;
  const std::string path = dir.write(".x.leat-0123456789abcdef.part", "being written");
  const FileCalls calls;
  const Descriptor writer = calls.open(path, O_WRONLY);
  ASSERT_EQ(calls.try_lock(writer.get(), path), 0);
  Notes notes;
  ASSERT_TRUE(settle({Folder::open(calls, dir.path()).value()}, notes));
  EXPECT_TRUE(dir.exists(".x.leat-0123456789abcdef.part"));
}

TEST(Recovery, LeavesStagedFilesOfOtherUsersAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TempDir dir;
  const std::string path = dir.write(".x.leat-0123456789abcdef.part", "theirs");
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  const FileCalls calls;
  Notes notes;
  ASSERT_TRUE(settle({Folder::open(calls, dir.path()).value()}, notes));
  EXPECT_TRUE(dir.exists(".x.leat-0123456789abcdef.part"));
}

/// Outputs on two file systems; a run dies after so many changes.
struct TwoFileSystems {
  test::ModelFiles files;
  FileCalls calls{{}, files};

  explicit TwoFileSystems(uint64_t changes) {
    files.mount("/a", 1, {});
    files.mount("/b", 2, {});
    files.put("/a/x", "old");
    files.put("/b/y", "old");
    files.die_after(changes);
    {
      OutputTransaction run(calls);
      for (const std::string target : {"/a/x", "/b/y"}) {
        const auto file = run.stage(target, IfExists::kReplace);
        if (!file || !(*file)->write("new") || !(*file)->prepare()) break;
      }
      if (!files.is_dead()) static_cast<void>(run.commit());
    }
    std::minstd_rand random(1);
    files.crash(test::Crash::kProcess, random);
  }
  bool is_mixed() { return files.content("/a/x") == "new" && files.content("/b/y") == "old"; }
  Status recover(const std::string& target) const {
    OutputTransaction run(calls);
    const auto staged = run.stage(target, IfExists::kReplace);
    if (!staged) return std::unexpected(staged.error());
    return {};
  }
};

TEST(Recovery, WaitsForTheFileSystemThatIsNotMounted) {
  uint64_t changes = 1;
  while (!TwoFileSystems(changes).is_mixed()) ++changes;
  for (const std::string missing : {"/a", "/b"}) {
    TwoFileSystems scene(changes);
    scene.files.unmount_or_mount(missing);
    const Status refused = scene.recover(missing == "/a" ? "/b/later" : "/a/later");
    ASSERT_FALSE(refused) << missing;
    EXPECT_NE(refused.error().message.find("not there now"), std::string::npos);
    EXPECT_NE(refused.error().hint.find("mount"), std::string::npos);
    EXPECT_TRUE(scene.recover(missing + "/later")) << "what is seen there in its place is free";
    scene.files.unmount_or_mount(missing);
    ASSERT_TRUE(scene.recover("/b/later"));
    EXPECT_EQ(scene.files.content("/a/x"), "new");
    EXPECT_EQ(scene.files.content("/b/y"), "new");
  }
}

}  // namespace
}  // namespace leat::io
