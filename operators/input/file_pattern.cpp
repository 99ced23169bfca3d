// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows of files that a pattern silently left out are missing from the result, and nobody
// knows; and a tree of folders may be endless.
//
// Invariants:
//  1. What matches and cannot be read is an obstacle, never left out: a folder that may not be
//     listed, a symbolic link that leads nowhere.
//  2. Every folder below `**` is visited once: symbolic links are not followed there, so no loop of
//     them multiplies rows. Elsewhere a part of the pattern names the link, and it is followed.
//  3. No more than kNamesMax names are looked at, and no more than kDepthMax levels: where a walk
//     ends early is an obstacle, too.
//
// Rejected: glob(3) (no `**`, and its errors cannot be told apart), and following links while
// remembering folders by inode (which of two names a row gets would depend on the order of names).
#include "operators/input/file_pattern.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <set>

#include <fmt/format.h>

#include "engine/error.h"
#include "engine/mutant.h"

namespace leat::io {
namespace {

constexpr int kDepthMax = 64;
constexpr size_t kNamesMax = 1'000'000;

enum class Found : uint8_t { kNothing, kFile, kFolder, kLink };

/// Matches the parts of a pattern one folder at a time.
class PatternWalk {
 public:
  explicit PatternWalk(const std::string& pattern) {
    size_t begin = pattern.find_first_not_of('/');
    const std::string root = pattern.substr(0, std::min(begin, pattern.size()));
    while (begin < pattern.size()) {
      const size_t end = std::min(pattern.find('/', begin), pattern.size());
      std::string part = pattern.substr(begin, end - begin);
      begin = end + 1;
      const bool again = part == "**" && !parts_.empty() && parts_.back() == part;  // as one
      if (!part.empty() && !again) parts_.push_back(std::move(part));
    }
    visit(root, 0, 0);
  }
  Matches take() { return {{files_.begin(), files_.end()}, std::move(obstacles_)}; }

 private:
  /// Matches parts_[part..] below `prefix`, which is empty or ends with a slash.
  void visit(const std::string& prefix, size_t part, int depth) {
    if (part == parts_.size() || over_) return;
    if (depth > kDepthMax) {
      const std::string name = prefix.substr(0, prefix.find_last_not_of('/') + 1);
      return obstruct(name, fmt::format("it lies more than {} levels deep", kDepthMax));
    }
    const bool last = part + 1 == parts_.size();
    const std::string& pattern = parts_[part];
    if (pattern == "**" && !last) return visit_all(prefix, part, depth);
    if (!has_wildcard(pattern)) {
      step(prefix + pattern, part, depth);
      return;
    }
    for (const std::string& name : list(prefix)) {
      if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0)
        step(prefix + name, part, depth);
    }
  }

  /// `**`: this folder and all below it.
  void visit_all(const std::string& prefix, size_t part, int depth) {
    visit(prefix, part + 1, depth);
    for (const std::string& name : list(prefix)) {
      if (over_) return;
      if (name[0] == '.') continue;
      const std::string path = prefix + name;
      const Found found = look(path, LEAT_MUTANT("stars_follow_links"));
      if (found == Found::kFolder) visit(path + "/", part, depth + 1);
    }
  }

  void step(const std::string& path, size_t part, int depth) {
    const Found found = look(path, true);
    if (part + 1 < parts_.size()) {
      if (found == Found::kFolder) visit(path + "/", part + 1, depth + 1);
    } else if (found == Found::kFile) {
      files_.insert(path);
    }
  }

  Found look(const std::string& path, bool follow) {
    struct stat status{};
    const int result = follow ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status);
    if (result == 0) {
      if (S_ISLNK(status.st_mode)) return Found::kLink;
      return S_ISDIR(status.st_mode) ? Found::kFolder : Found::kFile;
    }
    const int error = errno;
    std::string link = broken_link(path, error);
    if (!link.empty()) {
      obstruct(path, std::move(link));
    } else if (error != ENOENT && error != ENOTDIR) {
      obstruct(path, fmt::format("it cannot be looked at: {}", errno_text(error)));
    }
    return Found::kNothing;
  }

  std::vector<std::string> list(const std::string& folder) {
    int error = 0;
    std::vector<std::string> names = list_folder(folder, error);
    if (error != 0 && error != ENOENT && error != ENOTDIR && !LEAT_MUTANT("unreadable_is_empty"))
      obstruct(folder.empty() ? "." : folder,
               fmt::format("the folder cannot be read: {}", errno_text(error)));
    looked_at_ += names.size();
    if (looked_at_ > kNamesMax && !over_) {
      over_ = true;
      obstacles_.push_back(
          {folder, fmt::format("the pattern covers more than {} names", kNamesMax)});
    }
    return over_ ? std::vector<std::string>() : names;
  }

  /// Each path once, however many parts of the pattern lead to it.
  void obstruct(const std::string& path, std::string reason) {
    if (obstructed_.insert(path).second) obstacles_.push_back({path, std::move(reason)});
  }

  std::vector<std::string> parts_;
  std::set<std::string> files_;
  std::vector<Matches::Obstacle> obstacles_;
  std::set<std::string> obstructed_;
  size_t looked_at_ = 0;
  bool over_ = false;  // looked at more than kNamesMax
};

/// The parts between slashes, without those that are empty or stand for the same folder.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

/// Does all of `path` match all of `pattern`? row[at] says whether path[at..] matches the parts of
/// the pattern that were looked at, from the last one on: many `**` take no longer than a few.
bool parts_match(const std::vector<std::string>& path, const std::vector<std::string>& pattern,
                 HiddenNames hidden) {
  const bool hides = hidden == HiddenNames::kDoNotMatch;
  std::vector<bool> row(path.size() + 1, false);
  row.back() = true;
  for (size_t from = pattern.size(); from-- > 0;) {
    std::vector<bool> before(path.size() + 1, false);
    for (size_t at = path.size() + 1; at-- > 0;) {
      if (pattern[from] == "**") {
        const bool skips = at < path.size() && !(hides && path[at].starts_with('.'));
        before[at] = row[at] || (skips && before[at + 1]);
      } else {
        before[at] =
            at < path.size() && row[at + 1] &&
            ::fnmatch(pattern[from].c_str(), path[at].c_str(), hides ? FNM_PERIOD : 0) == 0;
      }
    }
    row = std::move(before);
  }
  return row.front();
}

}  // namespace

bool path_matches(std::string_view path, std::string_view pattern, HiddenNames hidden) {
  const std::vector<std::string> parts = parts_of(path);
  if (!pattern.contains('/'))
    return !parts.empty() && parts_match({parts.back()}, {std::string(pattern)}, hidden);
  return path.starts_with('/') == pattern.starts_with('/') &&
         parts_match(parts, parts_of(pattern), hidden);
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

std::vector<std::string> list_folder(const std::string& folder, int& error) {
  error = 0;
  std::vector<std::string> names;
  DIR* const stream = ::opendir(folder.empty() ? "." : folder.c_str());
  if (stream == nullptr) {
    error = errno;
    return names;
  }
  errno = 0;
  while (const dirent* const entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  error = errno;
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

std::string broken_link(const std::string& path, int error) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return {};
  const std::string_view name(target.data(), static_cast<size_t>(length));
  if (error == ENOENT)
    return fmt::format("the symbolic link leads to '{}', which is not there", name);
  return fmt::format("the symbolic link leads to '{}', which cannot be reached: {}", name,
                     errno_text(error));
}

Matches match_files(const std::string& pattern) { return PatternWalk(pattern).take(); }

}  // namespace leat::io
