// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Targets whose names are made of data: where they lead to, and what they may not replace. One
// OutputSets for each transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operators/output/live_file.h"
#include "operators/output/output_folders.h"
#include "operators/output/output_transaction.h"

namespace leat::io {

/// What the name of a member leads to.
struct MemberPlace {
  FolderRef folder;
  std::string name;
  std::optional<FileInfo> found;  ///< The file that is there.
  /// The id of the live file that speaks for its folder; empty: none does.
  std::string group = {};
};

/// THREADS: any.
class OutputSets {
 public:
  /// `folders` outlives this; `run` is the id of the run.
  OutputSets(const FileCalls& calls, OutputFolders& folders, std::string run)
      : calls_(calls), folders_(folders), run_(std::move(run)) {}

  void set_inputs(const std::vector<std::string>& files) { inputs_ = files; }
  /// See OutputTransaction::open_set. SUSPENDS.
  Status open(const OutputSet& set);
  /// Makes the folders of `target`, follows links, and refuses what may not be a target. SUSPENDS.
  /// ERRORS: kIo; kCancelled.
  Result<MemberPlace> find(const OutputSet& set, const std::string& target);
  /// The folders of sets that have files.
  std::vector<FolderRef> homes() const;
  /// No staged file of a set is there any more.
  void remove_live_files() noexcept;

 private:
  Result<LiveFile*> home_of(const OutputSet& set, const std::string& shown);
  Result<FolderRef> reach(LiveFile& home, const OutputSet& set, const std::string& target);
  Status follow_links(MemberPlace& place, const std::string& shown);
  Status check(const OutputSet& set, const MemberPlace& place, const std::string& shown) const;

  const FileCalls& calls_;
  OutputFolders& folders_;
  const std::string run_;
  std::vector<std::string> inputs_;
  mutable std::mutex mutex_;  // guards what follows; not held during I/O
  std::vector<std::pair<std::string, std::unique_ptr<LiveFile>>> homes_;  // by folder as written
  std::set<std::pair<uint64_t, uint64_t>> reads_;  // device and inode of `inputs_`
};

}  // namespace leat::io
