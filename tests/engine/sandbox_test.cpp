// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Each test enters the sandbox in a child: nobody can leave it.
#include "engine/sandbox.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat {
namespace {

/// What `work` returns in a process that has entered the sandbox; 250 when it could not.
int in_sandbox(const SandboxRules& rules, const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    const bool is_in = enter_sandbox(rules).has_value();
    _exit(is_in ? work() : 250);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// 0, or the error of a call that returned `result`.
int error_of(long result) { return result < 0 ? errno : 0; }

class Sandbox : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sandbox_support().is_whole()) GTEST_SKIP() << sandbox_support().missing();
    for (const char* const name : {"in.csv", "secret"}) std::ofstream(path(name)) << "text";
    mkdir(path("out").c_str(), 0700);
    rules_ = {{path("in.csv")}, {path("out")}};
  }
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  int opened(const std::string& name, int flags) const {
    return in_sandbox(rules_, [&] { return error_of(open(path(name).c_str(), flags, 0600)); });
  }

  test::TempDir folder_;
  SandboxRules rules_;
};

TEST_F(Sandbox, ReadsWhatIsNamedAndNothingElse) {
  EXPECT_EQ(opened("in.csv", O_RDONLY), 0);
  EXPECT_EQ(opened("secret", O_RDONLY), EACCES);
  EXPECT_EQ(opened("in.csv", O_WRONLY), EACCES);
  EXPECT_EQ(opened("made", O_WRONLY | O_CREAT), EACCES);
}

TEST_F(Sandbox, WritesToItsFolders) {
  EXPECT_EQ(opened("out/made", O_RDWR | O_CREAT | O_TRUNC), 0);
  EXPECT_EQ(in_sandbox(rules_,
                       [&] {
                         const std::string made = path("out/made");
                         if (rename(made.c_str(), path("out/moved").c_str()) != 0) return 1;
                         if (unlink(path("out/moved").c_str()) != 0) return 2;
                         return error_of(unlink(path("secret").c_str()));
                       }),
            EACCES);
}

TEST_F(Sandbox, AFileThatTookThePlaceOfAnotherIsOutOfReach) {
  ASSERT_EQ(rename(path("secret").c_str(), path("in.csv.new").c_str()), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (!enter_sandbox(rules_)) _exit(250);
    raise(SIGSTOP);
    _exit(error_of(open(path("in.csv").c_str(), O_RDONLY)));
  }
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  ASSERT_EQ(rename(path("in.csv.new").c_str(), path("in.csv").c_str()), 0);
  kill(child, SIGCONT);
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), EACCES);
}

TEST_F(Sandbox, StartsNoProgramsAndTracesNobody) {
  EXPECT_EQ(in_sandbox(rules_,
                       [] {
                         char* const arguments[] = {nullptr};
                         return error_of(execve("/bin/true", arguments, arguments));
                       }),
            EPERM);
  EXPECT_EQ(in_sandbox(rules_, [] { return error_of(ptrace(PTRACE_ATTACH, getppid(), 0, 0)); }),
            EPERM);
  EXPECT_EQ(in_sandbox(rules_, [] { return error_of(fork()); }), EPERM);
}

TEST_F(Sandbox, HasNoSockets) {
  EXPECT_EQ(in_sandbox(rules_, [] { return error_of(socket(AF_INET, SOCK_STREAM, 0)); }), EPERM);
  EXPECT_EQ(in_sandbox(rules_, [] { return error_of(socket(AF_UNIX, SOCK_STREAM, 0)); }), EPERM);
}

TEST_F(Sandbox, ModesOwnersAndTimesByDescriptorOnly) {
  const auto by_path = [&](auto&& call) {
    return in_sandbox(rules_, [&] { return error_of(call(path("secret").c_str())); });
  };
  EXPECT_EQ(by_path([](const char* name) { return chmod(name, 0777); }), EPERM);
  EXPECT_EQ(by_path([](const char* name) { return chown(name, 0, 0); }), EPERM);
  EXPECT_EQ(by_path([](const char* name) { return utimensat(AT_FDCWD, name, nullptr, 0); }), EPERM);
  EXPECT_EQ(in_sandbox(rules_,
                       [&] {
                         const int file = open(path("out/own").c_str(), O_WRONLY | O_CREAT, 0600);
                         if (fchmod(file, 0640) != 0) return 1;
                         return error_of(futimens(file, nullptr));
                       }),
            0);
}

TEST_F(Sandbox, LimitsAreNotRaised) {
  EXPECT_EQ(in_sandbox(rules_,
                       [] {
                         rlimit limit = {};
                         if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
                         return error_of(setrlimit(RLIMIT_NOFILE, &limit));
                       }),
            EPERM);
}

TEST_F(Sandbox, ThreadsStartAndAreBoundToo) {
  EXPECT_EQ(in_sandbox(rules_,
                       [&] {
                         int error = 0;
                         std::thread([&] {
                           error = error_of(open(path("secret").c_str(), O_RDONLY));
                         }).join();
                         return error;
                       }),
            EACCES);
}

TEST_F(Sandbox, IsRefusedOnceOtherThreadsRun) {
  const pid_t child = fork();
  if (child == 0) {
    std::thread other([] { pause(); });
    const Status entered = enter_sandbox(rules_);
    _exit(!entered && entered.error().code == ErrorCode::kInternal ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Sandbox, WhatIsNotThereIsLeftOut) {
  rules_.reads.push_back(path("absent"));
  rules_.writes.push_back(path("absent/folder"));
  EXPECT_EQ(opened("in.csv", O_RDONLY), 0);
}

TEST(SandboxSupport, SaysWhatIsMissing) {
  EXPECT_EQ(SandboxSupport({0, true}).missing(), "the kernel has no Landlock");
  EXPECT_EQ(SandboxSupport({5, false}).missing(), "the kernel has no seccomp");
  EXPECT_EQ(SandboxSupport({0, false}).missing(), "the kernel has neither Landlock nor seccomp");
}

}  // namespace
}  // namespace leat
