// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/folder.h"

#include <cerrno>
#include <filesystem>
#include <set>

#include <fmt/format.h>

namespace leat::io {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NONBLOCK;

}  // namespace

Error file_error(std::string_view what, const std::string& path, int negative_errno) {
  return Error(write_code(-negative_errno), ErrorCode::kIo,
               fmt::format("cannot {} '{}': {}", what, path, errno_text(-negative_errno)));
}

std::expected<std::shared_ptr<Folder>, int> Folder::open(const FileCalls& calls, std::string path) {
  Descriptor folder = calls.open(path, kFolderFlags);
  return with(calls, std::move(path), std::move(folder));
}

std::expected<std::shared_ptr<Folder>, int> Folder::open(const FileCalls& calls, const Folder& from,
                                                         const std::string& name) {
  Descriptor folder = calls.open(from.at(name), kFolderFlags);
  return with(calls, std::filesystem::path(from.path_of(name)).lexically_normal().string(),
              std::move(folder));
}

std::expected<std::shared_ptr<Folder>, int> Folder::with(const FileCalls& calls, std::string path,
                                                         Descriptor folder) {
  if (!folder.is_open()) return std::unexpected(folder.get());
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::shared_ptr<Folder> opened(new Folder(calls, std::move(path), std::move(folder)));
  const int result = calls.look(opened->folder_.get(), opened->path_, opened->info_);
  if (result < 0) return std::unexpected(result);
  return opened;
}

int sync_file_systems(const std::vector<FolderRef>& folders, FolderRef& failed) {
  std::set<uint64_t> synced;
  for (const FolderRef& folder : folders) {
    if (!synced.insert(folder->info().device).second) continue;
    failed = folder;
    if (const int result = folder->sync_all(); result < 0) return result;
  }
  return 0;
}

int sync_folders(const std::vector<FolderRef>& folders, FolderRef& failed) {
  if (folders.size() > kSyncEachMax) {
    const int result = sync_file_systems(folders, failed);
    if (result != -ENOTSUP) return result;
  }
  for (const FolderRef& folder : folders) {
    failed = folder;
    if (const int result = folder->sync(); result < 0) return result;
  }
  return 0;
}

std::expected<bool, int> Folder::is_in_place() const {
  FileInfo found;
  const int result = calls_.look(path_, found);
  if (result == -ENOENT || result == -ENOTDIR) return false;
  if (result < 0) return std::unexpected(result);
  return found.is_same_file(info_);
}

}  // namespace leat::io
