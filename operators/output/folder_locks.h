// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Locks of several folders. Whoever writes, follows or removes journals holds those of all folders
// concerned, so the writer of a journal that is seen under the locks is dead.
//
// No order of taking them holds for everybody: a folder has other paths on other machines and in
// other containers. So all are tried, and when one is taken all are let go, to be tried again a
// little later. Any program that may read a folder may hold its lock; hence whoever waits says so,
// says for whom, and stops when the run is cancelled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/output/folder.h"
#include "operators/output/notes.h"

namespace leat::io {

/// Gives them up when it goes.
class FolderLocks {
 public:
  FolderLocks() = default;
  FolderLocks(FolderLocks&&) = default;
  FolderLocks& operator=(FolderLocks&& other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~FolderLocks() { release(); }

  /// Doubles count once. SUSPENDS (until nobody else holds any of them). ERRORS: kIo; kCancelled.
  static Result<FolderLocks> take(const std::vector<FolderRef>& folders, Notes& notes);
  void release() noexcept;

 private:
  /// Null when all were taken, else the folder that somebody holds; then none is held.
  Result<FolderRef> try_all(const std::vector<FolderRef>& folders);

  std::vector<FolderRef> held_;
};

/// Does a failed try_lock mean that the file system has no locks (NFS, for folders)? Outputs are
/// still complete there, but commits of several runs may mix.
bool has_no_locks(int result);

/// Who holds the lock of `file`, as `process 12 (name)`; empty when the kernel does not say.
/// `table` is the text of /proc/locks.
std::string lock_holder(std::string_view table, const FileInfo& file);

}  // namespace leat::io
