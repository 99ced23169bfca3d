// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: to load a shared object is to run its code. Who checks a pipeline that was cloned or
// unpacked has not decided to run what lies beside it, and the files belong to them all the same.
//
// Invariants:
//  1. What is allowed was said outside of the pipeline: on the command line, by the environment, in
//     the user's own configuration.
//  2. The environment counts only where the process has no more rights than who started it.
//  3. A file that others may replace is theirs, whoever owns it today: owner and mode of the file
//     and of each folder above it are looked at, on the real path.
//
// Rejected: signatures (keys would have to be spread, and a list of paths does what is needed), and
// a question on the terminal (CI has none, and people say yes).
#include "operators/plugin/trust.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "engine/codes/plugin.h"
#include "engine/mutant.h"

namespace leat::plugin {
namespace {

constexpr size_t kConfigLinesMax = 10'000;

std::string variable(const char* name) {
  const char* const value = ::secure_getenv(name);
  return value == nullptr ? "" : value;
}

std::string real_path(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  return error ? std::string() : real.string();
}

std::string config_file() {
  std::string folder = variable("XDG_CONFIG_HOME");
  if (folder.empty() || folder.front() != '/') {
    const std::string home = variable("HOME");
    if (home.empty() || home.front() != '/') return {};
    folder = home + "/.config";
  }
  return folder + "/leat/plugins";
}

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

std::unexpected<Error> not_ours(const std::string& path, const std::string& why, std::string hint) {
  return fail(code::kPluginRefused, ErrorCode::kInvalid, fmt::format("'{}' {}", path, why),
              std::move(hint));
}

/// The file or folder `path` alone. `is_last`: it is what would be loaded.
Status check_one(const std::string& path, bool is_last) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    return not_ours(path, fmt::format("cannot be looked at: {}", errno_text(errno)), "");
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    return not_ours(path, fmt::format("belongs to the user {}", status.st_uid),
                    "a plugin must belong to whoever loads it, or to root, and so must the "
                    "folders above it");
  }
  const bool is_sticky = !is_last && (status.st_mode & S_ISVTX) != 0;
  const bool by_group =
      (status.st_mode & S_IWGRP) != 0 && status.st_gid != 0 && status.st_gid != ::getegid();
  if (is_sticky || ((status.st_mode & S_IWOTH) == 0 && !by_group)) return {};
  return not_ours(path, fmt::format("can be written by others (mode {:o})", status.st_mode & 07777),
                  fmt::format("take that right away: chmod go-w '{}'", path));
}

}  // namespace

Result<std::vector<std::string>> search_folders() {
  std::vector<std::string> folders;
  const std::string path = variable("LEAT_PLUGIN_PATH");
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find(':', begin), path.size());
    std::string folder = path.substr(begin, end - begin);
    begin = end + 1;
    struct stat status{};
    if (folder.empty() || ::stat(folder.c_str(), &status) != 0) continue;
    if ((status.st_mode & S_IWOTH) != 0 && !LEAT_MUTANT("search_folders_of_all")) {
      return not_ours(folder, "is a folder of LEAT_PLUGIN_PATH, and anybody may write to it",
                      fmt::format("take that right away: chmod o-w '{}'", folder));
    }
    folders.push_back(std::move(folder));
  }
  return folders;
}

Result<std::vector<std::string>> allowed_by_user() {
  std::vector<std::string> allowed;
  const std::string name = config_file();
  std::error_code error;
  if (name.empty() || !std::filesystem::is_regular_file(name, error)) return allowed;
  LEAT_TRY(check_owners(name));
  std::ifstream file(name);
  if (!file) return fail(code::kCannotRead, ErrorCode::kIo, fmt::format("cannot open '{}'", name));
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    const std::string_view path = trimmed(line);
    if (path.empty()) continue;
    if (path.front() != '/' || number > kConfigLinesMax) {
      return fail(code::kPluginRefused, ErrorCode::kInvalid,
                  fmt::format("{}:{}: {}", name, number,
                              path.front() != '/' ? fmt::format("'{}' is no absolute path", path)
                                                  : "the list is too long"),
                  "write the absolute path of a shared object or of a folder on each line");
    }
    allowed.emplace_back(path);
  }
  return allowed;
}

bool is_allowed(const std::string& path, const std::vector<std::string>& allowed) {
  const std::string real = real_path(path);
  if (real.empty()) return false;
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    const std::string known = real_path(one);
    if (known.empty()) return false;
    return real == known || std::filesystem::path(real).parent_path() == known;
  });
}

Status check_owners(const std::string& path) {
  if (LEAT_MUTANT("owners_of_plugins_unchecked")) return {};
  const std::string real = real_path(path);
  if (real.empty())
    return fail(code::kPluginRefused, ErrorCode::kInvalid,
                fmt::format("'{}' cannot be looked at", path));
  LEAT_TRY(check_one(real, true));
  for (std::filesystem::path above = std::filesystem::path(real).parent_path();;
       above = above.parent_path()) {
    LEAT_TRY(check_one(above.string(), false));
    if (above == above.root_path()) return {};
  }
}

}  // namespace leat::plugin
