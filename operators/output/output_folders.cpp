// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: ten thousand targets may lie in as many folders, which are found, made and opened while
// the run goes on.
//
// Invariants
// 1. A folder is opened once, whatever its names, and stays open: what is done in it is done in this
//    one, wherever its path leads later. So a run needs a descriptor for each folder.
// 2. Nothing is staged in a folder before what dead runs left in it was dealt with.
// 3. Folders that were made are removed by an abort from the innermost on, if they are empty.
//
// Rejected: opening folders again when they are needed (each would have to be proved the same, and
// the locks of the commit need them open at once anyway).
#include "operators/output/output_folders.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/output/recovery.h"

namespace leat::io {
std::unexpected<Error> refuse_output(const std::string& target, std::string_view reason,
                                     std::string hint) {
  return fail(code::kCannotWrite, ErrorCode::kIo,
              fmt::format("cannot write '{}': {}", target, reason), std::move(hint));
}

std::unexpected<Error> refuse_output(const std::string& target, int negative_errno) {
  const bool is_many = negative_errno == -EMFILE || negative_errno == -ENFILE;
  return refuse_output(target, errno_text(-negative_errno),
                       is_many
                           ? "a run holds each folder that it writes into open: raise the limit "
                             "of open files (ulimit -n), or write into fewer folders"
                           : "");
}

std::string folder_as_written(const std::string& target) {
  const size_t slash = target.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : target.substr(0, slash);
}

std::string name_as_written(const std::string& target) {
  const size_t slash = target.rfind('/');
  return slash == std::string::npos ? target : target.substr(slash + 1);
}

Status OutputFolders::make(const std::string& folder, const std::string& shown) {
  FileInfo found;
  const int exists = calls_.look(folder, found);
  if (exists == 0) return {};
  if (exists != -ENOENT) return refuse_output(shown, exists);
  if (const std::string above = folder_as_written(folder); above != folder)
    LEAT_TRY(make(above, shown));
  const int result = calls_.make_folder(folder);
  if (result == -EEXIST) return {};
  if (result < 0) {
    return refuse_output(
        shown, fmt::format("the folder '{}' cannot be made: {}", folder, errno_text(-result)));
  }
  const std::scoped_lock guard(mutex_);
  made_.push_back(folder);
  return {};
}

// A folder with several paths is opened once.
Result<FolderRef> OutputFolders::open(const std::string& path, const std::string& written,
                                      const std::string& shown) {
  const auto opened = Folder::open(calls_, path);
  if (!opened && opened.error() == -ENOTDIR)
    return refuse_output(shown, fmt::format("'{}' is not a folder", written));
  if (!opened) return refuse_output(shown, opened.error());
  const std::pair key((*opened)->info().device, (*opened)->info().inode);
  {
    const std::scoped_lock guard(mutex_);
    if (const auto found = opened_.find(key); found != opened_.end()) return found->second;
  }
  LEAT_TRY(settle({*opened}, notes_));
  const std::scoped_lock guard(mutex_);
  return opened_.emplace(key, *opened).first->second;
}

Result<FolderRef> OutputFolders::reach(const std::string& written, const std::string& shown) {
  {
    const std::scoped_lock guard(mutex_);
    if (const auto found = reached_.find(written); found != reached_.end()) return found->second;
  }
  LEAT_TRY(make(written, shown));
  std::string real;
  if (const int result = calls_.real_path(written, real); result < 0)
    return refuse_output(shown, result);
  LEAT_TRY_ASSIGN(FolderRef folder, open(real, written, shown));
  const std::scoped_lock guard(mutex_);
  return reached_.emplace(written, std::move(folder)).first->second;
}

bool OutputFolders::is_reached(const std::string& written) const {
  const std::scoped_lock guard(mutex_);
  return reached_.contains(written);
}

// The entry of a new folder lies in the folder above it.
Status OutputFolders::sync_made() {
  if (LEAT_MUTANT("made_folders_not_synced")) return {};
  const std::scoped_lock guard(mutex_);
  std::vector<FolderRef> above;
  for (const std::string& folder : made_) {
    const std::string path = folder_as_written(folder);
    if (!above.empty() && above.back()->path() == path) continue;
    const auto opened = Folder::open(calls_, path);
    if (!opened) return refuse_output(folder, opened.error());
    above.push_back(*opened);
  }
  FolderRef failed;
  const int result = sync_folders(above, failed);
  return result < 0 ? refuse_output(failed->path(), result) : Status();
}

void OutputFolders::remove_made() noexcept {
  if (LEAT_MUTANT("made_folders_stay")) return;
  const std::scoped_lock guard(mutex_);
  std::for_each(made_.rbegin(), made_.rend(),
                [&](const std::string& folder) { calls_.remove_folder(folder); });
}

}  // namespace leat::io
