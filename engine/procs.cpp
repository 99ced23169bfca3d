// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/procs.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

namespace leat {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Where this process stands in the hierarchy that limits its CPU time.
struct Group {
  bool is_v1 = false;
  std::string path;
};

// From /proc/self/cgroup: lines `hierarchy:controllers:path`. A version 1 line with the cpu
// controller wins over the version 2 line, which is then there for other controllers only.
std::optional<Group> find_group(const std::string& root) {
  std::optional<Group> found;
  for (const std::string& line : read_lines(root + "/proc/self/cgroup")) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    const std::vector<std::string> names = split(controllers, ',');
    if (std::find(names.begin(), names.end(), "cpu") != names.end()) return Group{true, path};
    if (line.starts_with("0::")) found = Group{false, path};
  }
  return found;
}

// From /proc/self/mountinfo: `id parent dev mount_root mount_point options... - type source
// super_options`. The group's folder is the mount point plus its path below the mount's root.
std::optional<std::string> find_folder(const std::string& root, const Group& group) {
  for (const std::string& line : read_lines(root + "/proc/self/mountinfo")) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const std::vector<std::string> head = split(line.substr(0, dash), ' ');
    const std::vector<std::string> tail = split(line.substr(dash + 3), ' ');
    if (head.size() < 5 || tail.size() < 3) continue;
    if (tail[0] != (group.is_v1 ? "cgroup" : "cgroup2")) continue;
    const std::vector<std::string> options = split(tail[2], ',');
    if (group.is_v1 && std::find(options.begin(), options.end(), "cpu") == options.end()) continue;
    std::string below = group.path;
    const std::string& mount_root = head[3];
    if (mount_root != "/" && below.starts_with(mount_root)) below.erase(0, mount_root.size());
    if (below == "/") below.clear();
    return root + head[4] + below;
  }
  return std::nullopt;
}

std::optional<double> quota_of(const std::string& quota, const std::string& period) {
  const std::optional<double> quota_us = to_number(quota);
  const std::optional<double> period_us = to_number(period);
  if (!quota_us || !period_us || *quota_us <= 0 || *period_us <= 0) return std::nullopt;
  return *quota_us / *period_us;
}

std::optional<double> quota_in(const std::string& folder, bool is_v1) {
  if (is_v1) {
    const std::vector<std::string> quota = read_lines(folder + "/cpu.cfs_quota_us");
    const std::vector<std::string> period = read_lines(folder + "/cpu.cfs_period_us");
    if (quota.empty() || period.empty()) return std::nullopt;
    return quota_of(quota[0], period[0]);
  }
  const std::vector<std::string> lines =
      read_lines(folder + "/cpu.max");  // "max 100000" or "250000 100000"
  if (lines.empty()) return std::nullopt;
  const std::vector<std::string> fields = split(lines[0], ' ');
  return fields.size() == 2 ? quota_of(fields[0], fields[1]) : std::nullopt;
}

}  // namespace

int affinity_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return kProcsMax;  // more processors than cpu_set_t can name
}

std::optional<double> cpu_quota(const std::string& root) {
  const std::optional<Group> group = find_group(root);
  if (!group) return std::nullopt;
  const std::optional<std::string> folder = find_folder(root, *group);
  return folder ? quota_in(*folder, group->is_v1) : std::nullopt;
}

int procs_for(int affinity, std::optional<double> quota) {
  int procs = affinity;
  if (quota) procs = std::min(procs, std::max(2, static_cast<int>(std::ceil(*quota))));
  return std::clamp(procs, 1, kProcsMax);
}

std::optional<int> procs_of_environment() {
  const char* text = std::getenv("GOMAXPROCS");
  const std::optional<double> value = text == nullptr ? std::nullopt : to_number(text);
  if (value && *value >= 1 && *value <= kProcsMax && *value == std::floor(*value))
    return static_cast<int>(*value);
  return std::nullopt;
}

int default_procs() {
  if (const std::optional<int> chosen = procs_of_environment()) return *chosen;
  return procs_for(affinity_count(), cpu_quota(""));
}

MachineLimits::MachineLimits(const std::string& root) {
  const std::optional<Group> group = find_group(root);
  if (!group) return;
  is_v1_ = group->is_v1;
  folder_ = find_folder(root, *group);
}

int MachineLimits::procs() const {
  return procs_for(affinity_count(), folder_ ? quota_in(*folder_, is_v1_) : std::nullopt);
}

}  // namespace leat
