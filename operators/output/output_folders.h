// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The folders that a run writes into: each is opened once, after what dead runs left in it was
// dealt with, and made where it is missing. What was made goes again when the run fails.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/output/folder.h"
#include "operators/output/notes.h"

namespace leat::io {

/// `cannot write '<target>': <reason>`.
std::unexpected<Error> refuse_output(const std::string& target, std::string_view reason,
                                     std::string hint = {});
std::unexpected<Error> refuse_output(const std::string& target, int negative_errno);

/// So many symbolic links are followed from a target.
inline constexpr int kLinksMax = 8;

/// The folder of a target, and its name there, as they are written.
std::string folder_as_written(const std::string& target);
std::string name_as_written(const std::string& target);

/// THREADS: any.
class OutputFolders {
 public:
  OutputFolders(const FileCalls& calls, Notes& notes) : calls_(calls), notes_(notes) {}

  /// Makes `folder` and what is missing above it, for the target `shown`. SUSPENDS. ERRORS: kIo.
  Status make(const std::string& folder, const std::string& shown);
  /// Opens the folder with the real path `path`, which the pipeline calls `written`. SUSPENDS.
  /// ERRORS: kIo; kCancelled.
  Result<FolderRef> open(const std::string& path, const std::string& written,
                         const std::string& shown);
  /// Makes and opens; remembers what was written. SUSPENDS. ERRORS: as make and open.
  Result<FolderRef> reach(const std::string& written, const std::string& shown);
  /// Was `written` reached before?
  bool is_reached(const std::string& written) const;

  /// Makes durable that the made folders are there. SUSPENDS. ERRORS: kIo.
  Status sync_made();
  /// Removes those of the made folders that are empty.
  void remove_made() noexcept;

 private:
  const FileCalls& calls_;
  Notes& notes_;
  mutable std::mutex mutex_;  // guards all below; not held during I/O but in the last two calls
  std::map<std::pair<uint64_t, uint64_t>, FolderRef> opened_;  // by device and inode
  std::map<std::string, FolderRef> reached_;                   // by path as written
  std::vector<std::string> made_;                              // outermost first
};

}  // namespace leat::io
