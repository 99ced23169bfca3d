// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Standard output and error go to files, not pipes: then a program that prints much cannot wait for
// a reader which waits for the program.
#include "tests/support/run_cli.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::test {
namespace {

std::string program() {
  if (const char* given = ::getenv("LEAT_BINARY")) return std::filesystem::absolute(given);
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "leat";
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int shell_code(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

CliRun run_cli(const std::vector<std::string>& arguments, const CliOptions& options) {
  const TempDir files;
  const std::string in = files.write("in", options.input);
  const std::string out = files.write("out", "");
  const std::string err = files.write("err", "");

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY, 0);
  posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());

  std::vector<std::string> words{program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment =
      options.environment;  // the first of two equal names counts
  for (char** variable = environ; *variable != nullptr; ++variable)
    environment.emplace_back(*variable);

  pid_t child = 0;
  const int failure = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr,
                                    pointers(words).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    ADD_FAILURE() << "cannot start " << words[0] << ": " << std::strerror(failure);
    return {};
  }
  if (options.meanwhile) options.meanwhile(child);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {shell_code(status), files.read("out"), files.read("err")};
}

}  // namespace leat::test
