// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What tells that a run lives which has more staged files than it can hold open: one locked file in
// the folder above all of them, `.leat-<id>.live`. It also lists the folders that the run uses, so
// that whoever finds it without its lock can clear up after the dead run, wherever its files lie.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "operators/output/folder.h"

namespace leat::io {

/// THREADS: one at a time.
class LiveFile {
 public:
  /// Makes the file in `folder` and locks it. `run` is the id of the run's journal. Returns a
  /// negative errno when that cannot be. SUSPENDS.
  static std::expected<LiveFile, int> create(FolderRef folder, const std::string& run);

  /// What the names of the staged files hold that it speaks for.
  const std::string& id() const { return id_; }
  const FolderRef& folder() const { return folder_; }
  /// Does it speak for staged files in `folder`?
  bool covers(const Folder& folder) const;
  /// Writes down that the run will have files in the folder with the path `path` from here, and
  /// which of the folders on the way it is about to make. SUSPENDS. ERRORS: kIo.
  Status note(const std::string& path);
  /// The run has no staged files any more.
  void remove() noexcept;

 private:
  explicit LiveFile(FolderRef folder) : folder_(std::move(folder)) {}
  int open_new(const std::string& run);

  FolderRef folder_;
  std::string id_;
  Descriptor file_;
};

/// Lives the run that has staged files with `id` in their names, as far as it can be seen from
/// `folder`, in which it has staged files? SUSPENDS.
bool is_run_alive(const Folder& folder, const std::string& id);

/// When the file of that name in `folder` is the live file of a dead run: removes the staged files
/// and empty folders that it lists, then itself. Nothing while the run's journal is there.
/// REQUIRES: the lock of `folder` is held. SUSPENDS.
void clear_after_run(const Folder& folder, const std::string& name);

}  // namespace leat::io
