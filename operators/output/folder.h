// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A folder that was opened once. All that outputs do with files they do by name in such a folder,
// so it stays the same one whatever becomes of its path.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "operators/output/file_calls.h"

namespace leat::io {

/// `cannot <what> '<path>': <reason>`.
Error file_error(std::string_view what, const std::string& path, int negative_errno);

class Folder {
 public:
  /// `path` is for messages; with `from`, `name` is resolved in that folder. SUSPENDS.
  /// Returns a negative errno when it cannot be opened.
  static std::expected<std::shared_ptr<Folder>, int> open(const FileCalls& calls, std::string path);
  static std::expected<std::shared_ptr<Folder>, int> open(const FileCalls& calls,
                                                          const Folder& from,
                                                          const std::string& name);

  const FileCalls& calls() const { return calls_; }
  const std::string& path() const { return path_; }
  const FileInfo& info() const { return info_; }
  bool is_same(const Folder& other) const { return info_.is_same_file(other.info_); }

  FilePlace at(const std::string& name) const { return {folder_.get(), path_, name}; }
  std::string path_of(const std::string& name) const { return at(name).path(); }
  int look(const std::string& name, FileInfo& info) const { return calls_.look(at(name), info); }
  int rename(const std::string& from, const std::string& to, unsigned flags = 0) const {
    return calls_.rename(at(from), to, flags);
  }
  int link(const std::string& from, const std::string& to) const {
    return calls_.link(at(from), to);
  }
  int remove(const std::string& name) const noexcept { return calls_.remove(at(name)); }
  int sync() const { return calls_.sync(folder_.get(), path_); }
  /// As sync, with all that lies on its file system.
  int sync_all() const { return calls_.sync_all(folder_.get(), path_); }
  int list(std::vector<std::string>& names) const {
    return calls_.list(folder_.get(), path_, names);
  }
  int try_lock() const { return calls_.try_lock(folder_.get(), path_); }
  void unlock() const noexcept { calls_.unlock(folder_.get()); }
  int default_acl(std::string& bytes) const { return calls_.acl(at(""), Acl::kDefault, bytes); }

  /// Leads its path still to this folder? A negative errno when that cannot be told.
  std::expected<bool, int> is_in_place() const;

 private:
  Folder(const FileCalls& calls, std::string path, Descriptor folder)
      : calls_(calls), path_(std::move(path)), folder_(std::move(folder)) {}
  static std::expected<std::shared_ptr<Folder>, int> with(const FileCalls& calls, std::string path,
                                                          Descriptor folder);

  const FileCalls& calls_;
  const std::string path_;
  const Descriptor folder_;
  FileInfo info_;
};

using FolderRef = std::shared_ptr<const Folder>;

/// So many files or folders are synced one by one: with few, what others write to the same disk
/// need not be waited for. More are synced by their file systems, as each one costs a wait.
inline constexpr size_t kSyncEachMax = 32;

/// Makes all durable that lies on the file systems of `folders`. Returns 0 or a negative errno, and
/// the folder concerned in `failed`; -ENOTSUP where it cannot be had. SUSPENDS.
int sync_file_systems(const std::vector<FolderRef>& folders, FolderRef& failed);

/// Makes the names in `folders` durable. Returns as above, but never -ENOTSUP. SUSPENDS.
int sync_folders(const std::vector<FolderRef>& folders, FolderRef& failed);

}  // namespace leat::io
