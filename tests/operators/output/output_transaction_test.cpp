// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_transaction.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operators/context.h"
#include "operators/output/file_calls.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::TempDir;

constexpr int kEnough = 10'000;

/// Stages `content` for `target` and prepares it.
Status put(OutputTransaction& transaction, const std::string& target, const std::string& content,
           IfExists if_exists = IfExists::kReplace) {
  LEAT_TRY_ASSIGN(StagedFile* const file, transaction.stage(target, if_exists));
  LEAT_TRY(file->write(content));
  return file->prepare();
}

FileCalls without_syncs() {
  return FileCalls([](FileCall call, const std::string&) {
    return call == FileCall::kSync ? kLeaveOutSync : 0;
  });
}

/// Three targets in two folders; one does not exist before.
struct Scene {
  TempDir dir;
  const std::vector<std::string> names = {"a/x.csv", "b/y.csv", "a/z.csv"};

  Scene() {
    dir.write("a/x.csv", "old");
    dir.write("b/y.csv", "old");
  }
  Status run(const FileCalls& calls,
             const std::function<void(const OutputsReport&)>& on_report = {}) const {
    OutputTransaction transaction(calls);
    for (const std::string& name : names) LEAT_TRY(put(transaction, dir.file(name), "new"));
    Status status = transaction.commit();
    if (on_report) on_report(transaction.report());
    return status;
  }
  /// What a later run does first in each of `folders`.
  void recover(const std::vector<std::string>& folders) const {
    const FileCalls calls = without_syncs();
    OutputTransaction transaction(calls);
    for (const std::string& folder : folders) {
      EXPECT_TRUE(transaction.stage(dir.file(folder + "/later.csv"), IfExists::kReplace));
    }
  }
  std::string content(const std::string& name) const {
    return dir.exists(name) ? dir.read(name) : "none";
  }
  std::string state() const {
    return content(names[0]) + " " + content(names[1]) + " " + content(names[2]);
  }
  bool is_old() const { return state() == "old old none"; }
  bool is_new() const { return state() == "new new new"; }
  /// Nothing but the targets is left.
  void expect_clean(const std::string& when) const {
    for (const std::string& name : dir.list()) {
      EXPECT_EQ(name.find(".leat-"), std::string::npos) << name << " was left " << when;
    }
  }
};

/// Runs `work` in a child process that dies at the n-th system call. Returns whether it died.
bool dies_at(int n, const std::function<void(const FileCalls&)>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int count = 0;
    const FileCalls calls([&](FileCall call, const std::string&) {
      if (call != FileCall::kLook && call != FileCall::kRead && count++ == n) ::_exit(7);
      return call == FileCall::kSync ? kLeaveOutSync : 0;
    });
    work(calls);
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

TEST(OutputTransaction, CommitPutsAllTargetsInPlace) {
  Scene scene;
  ASSERT_TRUE(scene.run(FileCalls()));
  EXPECT_TRUE(scene.is_new()) << scene.state();
  scene.expect_clean("by commit");
}

TEST(OutputTransaction, NothingIsVisibleBeforeCommit) {
  Scene scene;
  OutputTransaction transaction;
  for (const std::string& name : scene.names)
    ASSERT_TRUE(put(transaction, scene.dir.file(name), "new"));
  EXPECT_TRUE(scene.is_old()) << scene.state();
}

TEST(OutputTransaction, AbortLeavesNothing) {
  Scene scene;
  {
    OutputTransaction transaction;
    ASSERT_TRUE(put(transaction, scene.dir.file("a/x.csv"), "new"));
    ASSERT_TRUE(put(transaction, scene.dir.file("made/here/x.csv"), "new"));
    transaction.abort();
    transaction.abort();
    EXPECT_TRUE(scene.is_old());
    scene.expect_clean("by abort");
  }
  EXPECT_FALSE(scene.dir.exists("made"));
}

TEST(OutputTransaction, AbandonedOnesLeaveNothingAndCannotCommit) {
  const TempDir dir;
  OutputTransaction transaction;
  ASSERT_TRUE(put(transaction, dir.file("new/x.csv"), "x"));
  EXPECT_TRUE(abandon_outputs());
  EXPECT_FALSE(dir.exists("new"));
  const auto late = transaction.stage(dir.file("y.csv"), IfExists::kReplace);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kCancelled);
  const Status committed = transaction.commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(dir.list().empty());
}

TEST(OutputTransaction, CommittedOnesCannotBeAbandoned) {
  const TempDir dir;
  {
    OutputTransaction transaction;
    ASSERT_TRUE(put(transaction, dir.file("x.csv"), "x"));
    ASSERT_TRUE(transaction.commit());
    EXPECT_FALSE(abandon_outputs());
  }
  EXPECT_FALSE(abandon_outputs()) << "the process must not end as if it had changed nothing";
  EXPECT_EQ(dir.read("x.csv"), "x");
}

TEST(OutputTransaction, DestructionWithoutCommitAborts) {
  Scene scene;
  {
    OutputTransaction transaction;
    ASSERT_TRUE(put(transaction, scene.dir.file("a/x.csv"), "new"));
  }
  EXPECT_TRUE(scene.is_old());
  scene.expect_clean("by the destructor");
}

TEST(OutputTransaction, FoldersThatWereMadeStayWhenSomebodyElseUsesThem) {
  TempDir dir;
  {
    OutputTransaction transaction;
    ASSERT_TRUE(put(transaction, dir.file("made/here/x.csv"), "new"));
    dir.write("made/other.txt", "theirs");
  }
  EXPECT_FALSE(dir.exists("made/here"));
  EXPECT_EQ(dir.read("made/other.txt"), "theirs");
}

// Promise 4: dying at any system call leaves all old or, after the next run looked, all new; and
// once the commit has returned, all new.
TEST(OutputTransaction, DeathAtAnyCallLeavesAllOrNothing) {
  for (const std::vector<std::string>& folders : {std::vector<std::string>{"a", "b"}, {"b", "a"}}) {
    bool seen_old = false;
    bool seen_new = false;
    int n = 0;
    for (; n < kEnough; ++n) {
      Scene scene;
      const bool died =
          dies_at(n, [&](const FileCalls& calls) { static_cast<void>(scene.run(calls)); });
      scene.recover(folders);
      EXPECT_TRUE(scene.is_old() || scene.is_new()) << "after call " << n << ": " << scene.state();
      scene.expect_clean(fmt::format("after death at call {} and recovery", n));
      seen_old = seen_old || scene.is_old();
      seen_new = seen_new || (died && scene.is_new());
      if (!died) {
        EXPECT_TRUE(scene.is_new());
        break;
      }
    }
    EXPECT_TRUE(seen_old) << "no death came before the decision";
    EXPECT_TRUE(seen_new) << "no death came after the decision";
    EXPECT_LT(n, kEnough);
  }
}

// Recovery itself may die anywhere, and be done again.
TEST(OutputTransaction, DeathDuringRecoveryIsRecoveredFrom) {
  for (int n = 0; n < kEnough; ++n) {
    bool commit_died = true;
    for (int m = 0; m < kEnough; ++m) {
      Scene scene;
      commit_died =
          dies_at(n, [&](const FileCalls& calls) { static_cast<void>(scene.run(calls)); });
      const std::string before = scene.state();
      const bool recovery_died = dies_at(m, [&](const FileCalls& calls) {
        OutputTransaction transaction(calls);
        static_cast<void>(transaction.stage(scene.dir.file("b/later.csv"), IfExists::kReplace));
      });
      scene.recover({"a", "b"});
      ASSERT_TRUE(scene.is_old() || scene.is_new())
          << "commit died at " << n << " leaving " << before << ", recovery at " << m << ": "
          << scene.state();
      scene.expect_clean(fmt::format("after deaths at {} and {}", n, m));
      if (!recovery_died) break;
    }
    if (!commit_died) return;
    if (n > 20) n += 2;  // the middle of the renames is what differs
  }
}

// Every system call fails once: the status tells the truth.
TEST(OutputTransaction, FailureOfAnyCallIsReportedAndLeavesAllOrNothing) {
  for (const int error : {EIO, ENOSPC}) {
    for (int n = 0; n < kEnough; ++n) {
      Scene scene;
      int count = 0;
      const FileCalls calls([&](FileCall call, const std::string&) {
        if (count++ == n && call != FileCall::kRemove && call != FileCall::kRemoveFolder)
          return error;
        return call == FileCall::kSync ? kLeaveOutSync : 0;
      });
      bool says_changed = false;
      std::string text;
      const Status status = scene.run(calls, [&](const OutputsReport& report) {
        says_changed = report.are_changed;
        text = report.text;
      });
      EXPECT_TRUE(status ? scene.is_new() : says_changed || scene.is_old()) << "call " << n;
      scene.recover({"a", "b"});
      if (status) {
        EXPECT_TRUE(scene.is_new()) << "call " << n << ": " << scene.state();
      } else if (says_changed) {
        EXPECT_TRUE(scene.is_new() || scene.is_old())
            << "call " << n << ": " << scene.state() << " " << text;
      } else {
        EXPECT_TRUE(scene.is_old())
            << "call " << n << ": " << scene.state() << " " << status.error().message;
        EXPECT_EQ(status.error().code, ErrorCode::kIo);
        EXPECT_NE(status.error().message.find(errno_text(error)), std::string::npos)
            << status.error().message;
      }
      scene.expect_clean(fmt::format("after failure of call {}", n));
      if (count <= n) break;
    }
  }
}

TEST(OutputTransaction, FullDiskNamesTheTarget) {
  TempDir dir;
  const FileCalls calls(
      [](FileCall call, const std::string&) { return call == FileCall::kWrite ? ENOSPC : 0; });
  OutputTransaction transaction(calls);
  const Status status = put(transaction, dir.file("x.csv"), std::string(1 << 20, 'x'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_EQ(status.error().message,
            fmt::format("cannot write '{}': No space left on device", dir.file("x.csv")));
}

TEST(OutputTransaction, RecoveryKeepsStagedFilesOfLiveRuns) {
  Scene scene;
  OutputTransaction live;
  for (const std::string& name : scene.names) ASSERT_TRUE(put(live, scene.dir.file(name), "new"));
  scene.recover({"a", "b"});
  ASSERT_TRUE(live.commit());
  EXPECT_TRUE(scene.is_new()) << scene.state();
}

// Two runs with the same targets: whichever commits last wins all of them.
TEST(OutputTransaction, ConcurrentCommitsDoNotMix) {
  for (int round = 0; round < 10; ++round) {
    Scene scene;
    std::vector<std::thread> runs;
    for (const char* const text : {"one", "two", "six"}) {
      runs.emplace_back([&scene, text] {
        OutputTransaction transaction;
        for (const std::string& name : scene.names)
          ASSERT_TRUE(put(transaction, scene.dir.file(name), text));
        EXPECT_TRUE(transaction.commit());
      });
    }
    for (std::thread& run : runs) run.join();
    EXPECT_EQ(scene.content("a/x.csv"), scene.content("b/y.csv"));
    EXPECT_EQ(scene.content("a/x.csv"), scene.content("a/z.csv"));
    scene.expect_clean("by concurrent runs");
  }
}

TEST(OutputTransaction, OneTargetNeedsNoJournal) {
  TempDir dir;
  std::vector<std::string> renamed;
  const FileCalls calls([&](FileCall call, const std::string& path) {
    if (call == FileCall::kRename) renamed.push_back(path);
    return 0;
  });
  OutputTransaction transaction(calls);
  ASSERT_TRUE(put(transaction, dir.file("x.csv"), "new"));
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(renamed.size(), 1u);
  EXPECT_EQ(dir.read("x.csv"), "new");
}

TEST(OutputTransaction, CommitWithoutTargetsSucceeds) {
  OutputTransaction transaction;
  EXPECT_TRUE(transaction.commit());
}

TEST(OutputTransaction, TwoSinksWithOneTargetAreInvalid) {
  TempDir dir;
  dir.write("sub/keep", "");
  OutputTransaction transaction;
  ASSERT_TRUE(transaction.stage(dir.file("x.csv"), IfExists::kReplace));
  const auto again = transaction.stage(dir.file("sub/../x.csv"), IfExists::kReplace);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kInvalid);
  EXPECT_NE(again.error().message.find("x.csv"), std::string::npos);
}

TEST(OutputTransaction, TargetThatIsAFolderIsRefused) {
  TempDir dir;
  dir.write("out/keep", "");
  OutputTransaction transaction;
  const auto staged = transaction.stage(dir.file("out"), IfExists::kReplace);
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().code, ErrorCode::kIo);
  EXPECT_EQ(staged.error().message,
            fmt::format("cannot write '{}': it is a folder, not a file", dir.file("out")));
}

TEST(OutputTransaction, FolderThatIsAFileIsRefused) {
  TempDir dir;
  dir.write("out", "");
  OutputTransaction transaction;
  const auto staged = transaction.stage(dir.file("out/x.csv"), IfExists::kReplace);
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().code, ErrorCode::kIo);
  EXPECT_NE(staged.error().message.find(dir.file("out/x.csv")), std::string::npos)
      << staged.error().message;
}

TEST(OutputTransaction, NoPermissionIsRefused) {
  TempDir dir;
  const FileCalls calls([](FileCall call, const std::string& path) {
    return call == FileCall::kOpen && path.ends_with(".part") ? EACCES : 0;
  });
  OutputTransaction transaction(calls);
  const auto staged = transaction.stage(dir.file("x.csv"), IfExists::kReplace);
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().message,
            fmt::format("cannot write '{}': Permission denied", dir.file("x.csv")));
}

TEST(OutputTransaction, ExistingTargetIsRefusedIfSo) {
  TempDir dir;
  dir.write("x.csv", "old");
  OutputTransaction transaction;
  const auto staged = transaction.stage(dir.file("x.csv"), IfExists::kError);
  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().code, ErrorCode::kIo);
  EXPECT_EQ(staged.error().message, fmt::format("cannot write '{}': it exists", dir.file("x.csv")));
}

TEST(OutputTransaction, TargetThatAppearsDuringTheRunIsNotReplacedIfSo) {
  TempDir dir;
  OutputTransaction transaction;
  ASSERT_TRUE(put(transaction, dir.file("x.csv"), "new", IfExists::kError));
  dir.write("x.csv", "theirs");
  EXPECT_FALSE(transaction.commit());
  EXPECT_EQ(dir.read("x.csv"), "theirs");
}

TEST(OutputTransaction, PermissionsOfAnExistingTargetAreKept) {
  TempDir dir;
  dir.write("x.csv", "old");
  ASSERT_EQ(::chmod(dir.file("x.csv").c_str(), 0640), 0);
  OutputTransaction transaction;
  ASSERT_TRUE(put(transaction, dir.file("x.csv"), "new"));
  ASSERT_TRUE(put(transaction, dir.file("fresh.csv"), "new"));
  ASSERT_TRUE(transaction.commit());
  struct stat found;
  ASSERT_EQ(::stat(dir.file("x.csv").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0640u);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ASSERT_EQ(::stat(dir.file("fresh.csv").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0666u & ~mask);
}

TEST(OutputTransaction, SymbolicLinksAreFollowed) {
  TempDir dir;
  dir.write("real/x.csv", "old");
  ASSERT_EQ(::symlink("real/x.csv", dir.file("link.csv").c_str()), 0);
  ASSERT_EQ(::symlink("real", dir.file("folder").c_str()), 0);
  OutputTransaction transaction;
  ASSERT_TRUE(put(transaction, dir.file("link.csv"), "new"));
  ASSERT_TRUE(put(transaction, dir.file("folder/y.csv"), "new"));
  EXPECT_FALSE(transaction.stage(dir.file("real/x.csv"), IfExists::kReplace))
      << "one file under two names";
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(dir.read("real/x.csv"), "new");
  EXPECT_EQ(dir.read("real/y.csv"), "new");
  struct stat found;
  ASSERT_EQ(::lstat(dir.file("link.csv").c_str(), &found), 0);
  EXPECT_TRUE(S_ISLNK(found.st_mode));
}

TEST(OutputTransaction, LinksInACircleAreRefused) {
  TempDir dir;
  ASSERT_EQ(::symlink("b", dir.file("a").c_str()), 0);
  ASSERT_EQ(::symlink("a", dir.file("b").c_str()), 0);
  OutputTransaction transaction;
  EXPECT_FALSE(transaction.stage(dir.file("a"), IfExists::kReplace));
}

TEST(OutputTransaction, PipesAreWrittenAsItGoes) {
  TempDir dir;
  ASSERT_EQ(::mkfifo(dir.file("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] {
    const int file = ::open(dir.file("pipe").c_str(), O_RDONLY);
    char piece[64];
    for (ssize_t bytes = 0; (bytes = ::read(file, piece, sizeof(piece))) > 0;)
      got.append(piece, static_cast<size_t>(bytes));
    ::close(file);
  });
  {
    OutputTransaction transaction;
    ASSERT_TRUE(put(transaction, dir.file("pipe"), "rows"));
    EXPECT_TRUE(transaction.commit());
  }
  reader.join();
  EXPECT_EQ(got, "rows");
}

TEST(OutputTransaction, DevicesAreNotReplaced) {
  OutputTransaction transaction;
  ASSERT_TRUE(put(transaction, "/dev/null", "rows"));
  ASSERT_TRUE(transaction.commit());
  struct stat found;
  ASSERT_EQ(::lstat("/dev/null", &found), 0);
  EXPECT_TRUE(S_ISCHR(found.st_mode));
}

TEST(OutputTransaction, ReaderThatWentAwayIsACancellation) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int saved = ::dup(STDOUT_FILENO);
  ::dup2(ends[1], STDOUT_FILENO);
  ::close(ends[1]);
  ::close(ends[0]);
  auto* const previous = ::signal(SIGPIPE, SIG_IGN);
  Status status;
  {
    OutputTransaction transaction;
    status = put(transaction, "-", "rows");
  }
  ::dup2(saved, STDOUT_FILENO);
  ::close(saved);
  ::signal(SIGPIPE, previous);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
}

TEST(OutputTransaction, NamesMayHoldAnyByteAndBeLong) {
  TempDir dir;
  const std::vector<std::string> names = {"line\nbreak \\ \"quote\".csv", std::string(255, 'n'),
                                          ".hidden", "\xff\xfe"};
  for (int n = 0; n < kEnough; ++n) {
    const bool died = dies_at(n, [&](const FileCalls& calls) {
      OutputTransaction transaction(calls);
      for (const std::string& name : names) {
        if (!put(transaction, dir.file(name), fmt::format("{}", n))) ::_exit(9);
      }
      if (!transaction.commit()) ::_exit(9);
    });
    {
      OutputTransaction later;
      ASSERT_TRUE(later.stage(dir.file("later"), IfExists::kReplace));
    }
    std::vector<std::string> contents;
    for (const std::string& name : names)
      contents.push_back(dir.exists(name) ? dir.read(name) : "none");
    EXPECT_TRUE(std::all_of(contents.begin(), contents.end(), [&](const std::string& c) {
      return c == contents[0];
    })) << n;
    if (!died) {
      EXPECT_EQ(contents[0], fmt::format("{}", n));
      return;
    }
  }
}

TEST(OutputTransaction, WhatDevStdoutLeadsToIsNotReplaced) {
  TempDir dir;
  dir.write("log.txt", "before\n");
  const int log = ::open(dir.file("log.txt").c_str(), O_WRONLY | O_APPEND);
  ASSERT_GE(log, 0);
  {
    OutputTransaction transaction;
    ASSERT_TRUE(put(transaction, fmt::format("/dev/fd/{}", log), "rows\n"));
    EXPECT_FALSE(transaction.stage(fmt::format("/proc/self/fd/{}", log), IfExists::kReplace))
        << "one file under two names";
    ASSERT_TRUE(transaction.commit());
  }
  ::close(log);
  EXPECT_EQ(dir.read("log.txt"), "before\nrows\n");
}

TEST(OutputTransaction, OnePipeUnderTwoNamesIsInvalid) {
  TempDir dir;
  ASSERT_EQ(::mkfifo(dir.file("pipe").c_str(), 0600), 0);
  ASSERT_EQ(::symlink("pipe", dir.file("link").c_str()), 0);
  const int reader = ::open(dir.file("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  OutputTransaction transaction;
  ASSERT_TRUE(transaction.stage(dir.file("pipe"), IfExists::kReplace));
  const auto again = transaction.stage(dir.file("link"), IfExists::kReplace);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kInvalid);
  ::close(reader);
}

TEST(OutputTransaction, RenameThatIsRefusedTakesTheOthersBack) {
  Scene scene;
  for (int nth = 1; nth <= 3; ++nth) {
    int renames = 0;
    const FileCalls calls([&](FileCall call, const std::string& path) {
      return call == FileCall::kRename && path.ends_with(".csv") && ++renames == nth ? EPERM : 0;
    });
    OutputTransaction transaction(calls);
    for (const std::string& name : scene.names)
      ASSERT_TRUE(put(transaction, scene.dir.file(name), "new"));
    const Status status = transaction.commit();
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("Operation not permitted"), std::string::npos);
    EXPECT_FALSE(transaction.report().are_changed);
    EXPECT_EQ(transaction.report().text, "no output was changed");
    transaction.abort();
    EXPECT_TRUE(scene.is_old()) << scene.state();
    scene.expect_clean("by the rollback");
  }
}

TEST(OutputTransaction, RollbackThatFailsSaysWhichOutputsAreNew) {
  Scene scene;
  int renames = 0;
  const FileCalls calls([&](FileCall call, const std::string& path) {
    return call == FileCall::kRename && path.ends_with(".csv") && ++renames >= 2 ? EPERM : 0;
  });
  {
    OutputTransaction transaction(calls);
    for (const std::string& name : scene.names)
      ASSERT_TRUE(put(transaction, scene.dir.file(name), "new"));
    ASSERT_FALSE(transaction.commit());
    EXPECT_TRUE(transaction.report().are_changed);
    EXPECT_EQ(transaction.report().text,
              fmt::format("new: '{}'; as before: '{}', '{}'", scene.dir.file("a/x.csv"),
                          scene.dir.file("b/y.csv"), scene.dir.file("a/z.csv")));
    EXPECT_EQ(scene.state(), "new old none");
  }
  scene.recover({"b"});
  EXPECT_TRUE(scene.is_old()) << scene.state();
  scene.expect_clean("by recovery");
}

TEST(OutputTransaction, StagedFileThatSomebodyRemovedFailsTheCommit) {
  Scene scene;
  OutputTransaction transaction;
  for (const std::string& name : scene.names)
    ASSERT_TRUE(put(transaction, scene.dir.file(name), "new"));
  for (const std::string& name : scene.dir.list()) {
    if (name.find("x.csv.leat-") != std::string::npos) {
      ASSERT_EQ(::unlink(scene.dir.file(name).c_str()), 0);
    }
  }
  const Status status = transaction.commit();
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("somebody removed"), std::string::npos);
  EXPECT_TRUE(scene.is_old()) << scene.state();
}

TEST(OutputTransaction, FolderThatWasReplacedFailsTheCommit) {
  for (const size_t count : {size_t{1}, size_t{3}}) {
    Scene scene;
    OutputTransaction transaction;
    for (size_t i = 0; i < count; ++i)
      ASSERT_TRUE(put(transaction, scene.dir.file(scene.names[i]), "new"));
    ASSERT_EQ(::rename(scene.dir.file("a").c_str(), scene.dir.file("moved").c_str()), 0);
    scene.dir.write("a/x.csv", "theirs");
    const Status status = transaction.commit();
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("was moved or replaced"), std::string::npos);
    EXPECT_EQ(scene.content("a/x.csv"), "theirs");
    EXPECT_EQ(scene.content("moved/x.csv"), "old");
  }
}

TEST(OutputTransaction, TargetThatBecameAFolderFailsTheCommit) {
  Scene scene;
  OutputTransaction transaction;
  for (const std::string& name : scene.names)
    ASSERT_TRUE(put(transaction, scene.dir.file(name), "new"));
  scene.dir.write("a/z.csv/in", "theirs");
  ASSERT_FALSE(transaction.commit());
  EXPECT_EQ(scene.content("a/x.csv"), "old");
  EXPECT_EQ(scene.content("a/z.csv/in"), "theirs");
}

class Interrupted final : public RunWatch {
 public:
  bool cancelled() const override { return !lines.empty(); }
  void note(std::string_view, std::string_view message) const override {
    lines.emplace_back(message);
  }
  mutable std::vector<std::string> lines;
};

TEST(OutputTransaction, WaitForALockIsSaidAndCanBeInterrupted) {
  TempDir dir;
  const Interrupted watch;
  OutputTransaction transaction;
  transaction.set_watch(&watch);
  ASSERT_TRUE(put(transaction, dir.file("x.csv"), "new"));
  const FileCalls calls;
  const Descriptor other = calls.open(dir.path(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(calls.try_lock(other.get(), dir.path()), 0);
  const Status status = transaction.commit();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  ASSERT_EQ(watch.lines.size(), 1u);
  EXPECT_TRUE(watch.lines[0].starts_with(fmt::format("waiting for '{}'", dir.path())));
  EXPECT_FALSE(transaction.report().are_changed);
  EXPECT_FALSE(dir.exists("x.csv"));
}

// A run that died when it had decided must not be carried out over a later one.
TEST(OutputTransaction, DecisionsOfDeadRunsAreCarriedOutBeforeLaterOnes) {
  Scene scene;
  OutputTransaction later;
  for (const std::string& name : scene.names)
    ASSERT_TRUE(put(later, scene.dir.file(name), "newer"));
  const pid_t child = ::fork();
  if (child == 0) {
    int renames = 0;
    const FileCalls calls([&](FileCall call, const std::string& path) {
      if (call == FileCall::kRename && path.ends_with(".csv") && ++renames == 2) ::_exit(7);
      return 0;
    });
    static_cast<void>(scene.run(calls));
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 7);
  ASSERT_TRUE(later.commit());
  scene.expect_clean("by the later run");
  scene.recover({"b", "a"});
  EXPECT_EQ(scene.state(), "newer newer newer");
}

TEST(OutputTransaction, RecoveryWorksAfterTheTreeMoved) {
  Scene scene;
  const pid_t child = ::fork();
  if (child == 0) {
    int renames = 0;
    const FileCalls calls([&](FileCall call, const std::string& path) {
      if (call == FileCall::kRename && path.ends_with(".csv") && ++renames == 2) ::_exit(7);
      return 0;
    });
    static_cast<void>(scene.run(calls));
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 7);
  TempDir elsewhere;
  for (const std::string folder : {"a", "b"}) {
    ASSERT_EQ(::rename(scene.dir.file(folder).c_str(), elsewhere.file(folder).c_str()), 0);
  }
  {
    OutputTransaction later;
    ASSERT_TRUE(later.stage(elsewhere.file("b/later.csv"), IfExists::kReplace));
  }
  for (const std::string& name : scene.names) EXPECT_EQ(elsewhere.read(name), "new");
}

}  // namespace
}  // namespace leat::io
