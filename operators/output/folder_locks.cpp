// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/folder_locks.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/machine.h"

namespace leat::io {
namespace {

constexpr int64_t kPauseMinUs = 500;
constexpr int64_t kPauseMaxUs = 100'000;
// Shorter waits are the rule where several runs end at once, and are no news.
constexpr int kSilentAttempts = 10;

void pause_us(int64_t us) {
  const timespec time{us / 1'000'000, us % 1'000'000 * 1000};
  blocking([&] { return ::nanosleep(&time, nullptr); });
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string waiting_for(const Folder& folder) {
  const std::string table = blocking([] { return text_of("/proc/locks"); });
  std::string holder = lock_holder(table, folder.info());
  if (holder.empty()) holder = "somebody";
  return fmt::format("waiting for '{}', whose lock {} holds", folder.path(), holder);
}

}  // namespace

bool has_no_locks(int result) {
  return result == -EBADF || result == -ENOLCK || result == -ENOTSUP || result == -ENOSYS;
}

std::string lock_holder(std::string_view table, const FileInfo& file) {
  const std::string wanted =
      fmt::format(" {:02x}:{:02x}:{} ", file.device >> 32, file.device & 0xffffffff, file.inode);
  while (!table.empty()) {
    const std::string line(table.substr(0, table.find('\n')));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    int process = 0;
    if (line.find(wanted) == std::string::npos || line.find("->") != std::string::npos ||
        std::sscanf(line.c_str(), "%*d: FLOCK %*s %*s %d", &process) != 1 || process <= 0)
      continue;
    std::string name = text_of(fmt::format("/proc/{}/comm", process));
    if (name.ends_with('\n')) name.pop_back();
    return name.empty() ? fmt::format("process {}", process)
                        : fmt::format("process {} ({})", process, name);
  }
  return {};
}

Result<FolderLocks> FolderLocks::take(const std::vector<FolderRef>& folders, Notes& notes) {
  std::vector<FolderRef> all;
  std::set<std::pair<uint64_t, uint64_t>> seen;
  for (const FolderRef& folder : folders) {
    if (seen.emplace(folder->info().device, folder->info().inode).second) all.push_back(folder);
  }
  FolderLocks locks;
  // Two that wait for each other must not wait equally long; what is written does not depend on it.
  std::minstd_rand random(std::random_device{}());
  int64_t pause = kPauseMinUs;
  for (int attempt = 1;; ++attempt) {
    LEAT_TRY_ASSIGN(const FolderRef taken, locks.try_all(all));
    if (!taken) return locks;
    if (attempt >= kSilentAttempts) notes.say(waiting_for(*taken));
    if (notes.is_cancelled()) {
      return fail(code::kInterrupted, ErrorCode::kCancelled,
                  fmt::format("the run was interrupted while it waited for "
                              "the folder '{}'",
                              taken->path()));
    }
    pause_us(pause + static_cast<int64_t>(random() % static_cast<uint64_t>(pause)));
    pause = std::min(2 * pause, kPauseMaxUs);
  }
}

Result<FolderRef> FolderLocks::try_all(const std::vector<FolderRef>& folders) {
  for (const FolderRef& folder : folders) {
    const int result = folder->try_lock();
    if (has_no_locks(result)) continue;
    if (result == 0) {
      held_.push_back(folder);
      continue;
    }
    release();
    if (result == -EWOULDBLOCK) return folder;
    return std::unexpected(file_error("lock the folder", folder->path(), result));
  }
  return FolderRef();
}

void FolderLocks::release() noexcept {
  for (const FolderRef& folder : held_) folder->unlock();
  held_.clear();
}

}  // namespace leat::io
