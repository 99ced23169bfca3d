// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How much memory this process may use by default. A cgroup's limit binds all groups inside it, so
// every group from ours up to the mount is asked. /proc/self/cgroup names our group relative to the
// hierarchy's root, /proc/self/mountinfo says which part of the hierarchy is mounted where: in a
// container often only our own group.
//
// Rejected: a share of the limit alone (of a small container it leaves too little for what is
// beside the budget).
#include "operators/data/memory_limit.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/memory.h"

namespace leat {

namespace {

constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();
constexpr size_t kFallbackBytes = size_t{1} << 30;
constexpr size_t kLeastBytes = size_t{8} << 20;

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> split_words(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

bool list_contains(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == wanted) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

/// The number in `path`; unlimited for `max`, for a missing file, and for the huge numbers by which
/// v1 says so.
size_t read_limit(const std::string& path) {
  const std::vector<std::string> lines = read_lines(path);
  if (lines.empty()) return kUnlimited;
  size_t value = 0;
  const std::string& text = lines.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end != text.data() ? value : kUnlimited;
}

/// Total memory of the machine, or nullopt.
std::optional<size_t> machine_memory(const std::string& root) {
  for (const std::string& line : read_lines(root + "/proc/meminfo")) {
    const std::vector<std::string> words = split_words(line);
    if (words.size() >= 2 && words[0] == "MemTotal:") {
      size_t kib = 0;
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), kib);
      if (kib > 0) return kib * 1024;
    }
  }
  return std::nullopt;
}

/// Our group in the hierarchy, as a path from its root.
std::optional<std::string> own_group(const std::string& root, bool version2) {
  for (const std::string& line : read_lines(root + "/proc/self/cgroup")) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers =
        std::string_view(line).substr(first + 1, second - first - 1);
    if (version2 ? controllers.empty() : list_contains(controllers, "memory"))
      return line.substr(second + 1);
  }
  return std::nullopt;
}

/// Part `root` of the hierarchy is mounted at `point`.
struct Mount {
  std::string root;
  std::string point;
};

std::vector<Mount> cgroup_mounts(const std::string& root, bool version2) {
  std::vector<Mount> mounts;
  for (const std::string& line : read_lines(root + "/proc/self/mountinfo")) {
    // id parent major:minor root point options [optional]... - type source super-options
    const std::vector<std::string> words = split_words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4) continue;
    const bool matches =
        version2 ? dash[1] == "cgroup2" : dash[1] == "cgroup" && list_contains(dash[3], "memory");
    if (matches) mounts.push_back({words[3], words[4]});
  }
  return mounts;
}

/// The least limit of `group` and the groups around it, as far as `mount` shows them.
size_t least_limit(const std::string& root, const Mount& mount, const std::string& group,
                   const char* file) {
  std::string below = group;
  if (mount.root != "/") {
    // Groups outside the mounted part cannot be seen; then the mount itself is the nearest one
    // known.
    const bool inside = below.starts_with(mount.root) &&
                        (below.size() == mount.root.size() || below[mount.root.size()] == '/');
    below = inside ? below.substr(mount.root.size()) : "";
  }
  if (below.find("..") != std::string::npos || below == "/") below.clear();
  size_t limit = kUnlimited;
  while (true) {
    limit = std::min(limit, read_limit(root + mount.point + below + "/" + file));
    if (below.empty()) return limit;
    below.resize(below.rfind('/') == std::string::npos ? 0 : below.rfind('/'));
  }
}

}  // namespace

std::optional<size_t> container_memory(const std::string& root) {
  size_t limit = kUnlimited;
  for (const bool version2 : {true, false}) {
    const std::optional<std::string> group = own_group(root, version2);
    if (!group) continue;
    const char* const file = version2 ? "memory.max" : "memory.limit_in_bytes";
    for (const Mount& mount : cgroup_mounts(root, version2))
      limit = std::min(limit, least_limit(root, mount, *group, file));
  }
  return limit == kUnlimited ? std::nullopt : std::optional(limit);
}

size_t default_memory_limit(const std::string& root) {
  const size_t limit = std::min(machine_memory(root).value_or(kUnlimited),
                                container_memory(root).value_or(kUnlimited));
  if (limit == kUnlimited) return kFallbackBytes;
  const size_t share = limit / 10 * 6;
  if (limit - share >= kBesideBudgetBytes) return share;
  return std::max(limit - std::min(limit, kBesideBudgetBytes), kLeastBytes);
}

}  // namespace leat
