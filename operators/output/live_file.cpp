// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a staged file is told from an abandoned one by its lock, which its writer holds. A run
// that writes a hundred thousand files cannot hold as many descriptors; and when it dies, its files
// and the folders it made lie where the next run may never write again.
//
// Invariants
// 1. While a staged file without a lock is there, the live file of its run's id is there, locked, in
//    its folder or one above.
// 2. A folder is written down before it is made.
// 3. Who clears up removes regular files of our own user with the dead run's id in their names, and
//    folders that are empty and that the run made. What a journal needs stays (decision.h).
//
// Rejected: a lock file in each folder (as many descriptors as folders, twice); a process id (they
// repeat, and differ between containers); looking through all folders that the path could mean (a
// tree of a hundred thousand folders, each time).
#include "operators/output/live_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/output/folder_locks.h"
#include "operators/output/journal.h"

namespace leat::io {
namespace {

constexpr int kLevelsMax = 32;  // of folders between a staged file and the live file of its run
constexpr size_t kListBytesMax = size_t{256} << 20;
constexpr char kRun = '@';
constexpr char kMade = '+';
constexpr char kUsed = '=';

/// Is `path` one that leads down from where it begins?
bool leads_down(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  return !("/" + std::string(path) + "/").contains("/../");
}

std::string read_list(const Folder& folder, const std::string& name, int descriptor) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t got = folder.calls().read(descriptor, piece, sizeof(piece), folder.path_of(name));
    if (got <= 0 || text.size() > kListBytesMax) return text;
    text.append(piece, static_cast<size_t>(got));
  }
}

void remove_files_of(const Folder& folder, const std::string& id, const std::string& run) {
  std::vector<std::string> names;
  if (folder.list(names) < 0) return;
  for (const std::string& name : names) {
    const bool is_pointer = name == journal_name(run);  // to a journal that is not there
    if (!is_pointer && id_of_staged(name) != id) continue;
    FileInfo info;
    if (folder.look(name, info) == 0 && S_ISREG(info.mode) && info.owner == folder.calls().user())
      folder.remove(name);
  }
}

}  // namespace

std::expected<LiveFile, int> LiveFile::create(FolderRef folder, const std::string& run) {
  LiveFile live(std::move(folder));
  int result = -EEXIST;
  // Again when somebody took it for a dead run's before it was locked.
  for (int i = 0; i < kDrawsMax && result == -EEXIST; ++i) result = live.open_new(run);
  if (result < 0) return std::unexpected(result);
  return live;
}

int LiveFile::open_new(const std::string& run) {
  id_ = draw_id();
  const std::string name = live_name(id_);
  const FileCalls& calls = folder_->calls();
  constexpr mode_t kPrivate = 0600;
  file_ = calls.open(folder_->at(name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, kPrivate);
  if (!file_.is_open()) return file_.get();
  const std::string path = folder_->path_of(name);
  int result = calls.try_lock(file_.get(), path);
  if (result == -EWOULDBLOCK) return -EEXIST;
  FileInfo own;
  if (result == 0 || has_no_locks(result)) result = calls.look(file_.get(), path, own);
  if (result == 0 && own.links == 0) return -EEXIST;
  if (result == 0) result = calls.write(file_.get(), fmt::format("{}{}\n", kRun, run), path);
  if (result < 0) remove();
  return result;
}

bool LiveFile::covers(const Folder& folder) const {
  const std::string& above = folder_->path();
  if (folder.is_same(*folder_) || above == "/") return true;
  return folder.path().starts_with(above + "/");
}

Status LiveFile::note(const std::string& path) {
  if (!leads_down(path) || path.contains('\n')) return {};
  std::string lines;
  for (size_t end = path.find('/');; end = path.find('/', end + 1)) {
    const std::string level = path.substr(0, end);
    FileInfo info;
    if (folder_->look(level, info) == -ENOENT) lines += kMade + level + '\n';
    if (end == std::string::npos) break;
  }
  lines += kUsed + path + '\n';
  const std::string shown = folder_->path_of(live_name(id_));
  if (const int result = folder_->calls().write(file_.get(), lines, shown); result < 0)
    return std::unexpected(file_error("write", shown, result));
  return {};
}

void LiveFile::remove() noexcept {
  if (file_.is_open()) folder_->remove(live_name(id_));
  file_.close();
}

bool is_run_alive(const Folder& folder, const std::string& id) {
  if (LEAT_MUTANT("live_files_are_not_looked_for")) return false;
  std::string name = live_name(id);
  for (int level = 0; level < kLevelsMax; ++level, name.insert(0, "../")) {
    const Descriptor file =
        folder.calls().open(folder.at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file.is_open()) continue;
    return folder.calls().try_lock(file.get(), folder.path_of(name)) != 0;
  }
  return false;
}

void clear_after_run(const Folder& folder, const std::string& name) {
  const FileCalls& calls = folder.calls();
  FileInfo info;
  const std::optional<std::string> id = id_of_live(name);
  const Descriptor file = calls.open(folder.at(name), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  if (!id || !file.is_open() || calls.look(file.get(), folder.path_of(name), info) < 0) return;
  if (!why_foreign(info, calls.user()).empty()) return;
  if (calls.try_lock(file.get(), folder.path_of(name)) != 0) return;
  const std::string text = read_list(folder, name, file.get());
  const std::string run = text.starts_with(kRun) ? text.substr(1, text.find('\n') - 1) : "";
  if (folder.look(journal_name(run), info) != -ENOENT) return;
  // Should the journal come back after a power loss, it needs its pointers and what was staged.
  if (!LEAT_MUTANT("cleared_before_synced") && folder.sync() < 0) return;
  // From the end: a folder comes before what it lies in.
  for (size_t end = text.rfind('\n'); end != std::string::npos && end > 0;) {
    const size_t before = text.rfind('\n', end - 1);
    const size_t begin = before == std::string::npos ? 0 : before + 1;
    const std::string path = text.substr(begin + 1, end - begin - 1);
    end = before;
    if (text[begin] == kRun || !leads_down(path)) continue;
    if (text[begin] == kMade) {
      calls.remove_folder(folder.path_of(path));
    } else if (const auto used = Folder::open(calls, folder, path)) {
      remove_files_of(**used, *id, run);
    }
  }
  folder.remove(name);
}

}  // namespace leat::io
