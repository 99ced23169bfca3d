// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What makes the renames of several outputs one step, and what cleans up after runs that died.
//
// Names in a folder of outputs, all hidden; <id> are 16 random hexadecimal digits:
//   .<target>.leat-<id>.part    a staged file; its writer holds its lock, so a lock that is free
//                               means a dead writer
//   .leat-<id>.journal          the decision of a run to commit. It lies in the folder of the run's
//                               first target; in each other folder lies a pointer of the same name
//   .leat-<id>.journal.part     a journal being written
//
// Rules. (1) Whoever writes, follows or removes journals holds the locks of all folders concerned,
// taken in ascending order of path; so the writer of a journal seen under the locks is dead. (2)
// Pointers are durable before the journal appears, and are removed after it. (3) The run has
// committed at the moment the journal has its name durably: from then on its renames will be done,
// by itself or by the next run that writes into one of the folders. (4) Staged files are removed
// only in a folder without a journal, and only when their writer is dead.
//
// Rejected: a journal in one fixed place (folders may be mounted elsewhere next time; paths in a
// journal are relative to it for the same reason); process ids as proof of life (they repeat, and
// differ between containers).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/output/file_calls.h"

namespace leat::io {

/// A staged file and the name it is to get, as absolute paths without symbolic links.
struct Move {
  std::string staged;
  std::string target;
};

/// The folder of an absolute path.
std::string folder_of(std::string_view path);

/// 16 random hexadecimal digits.
std::string draw_id();

/// The path of a staged file for `target`.
std::string staged_path(const std::string& target, const std::string& id);

/// Locks of several folders, given up when it goes.
class FolderLocks {
 public:
  /// Takes them in ascending order of path; doubles count once. SUSPENDS (waits for commits of
  /// other runs). ERRORS: kIo.
  static Result<FolderLocks> take(const FileCalls& calls, std::vector<std::string> folders);

 private:
  std::vector<Descriptor> locks_;
};

/// Carries out `moves` of run `id` so that after a crash at any point either none or, once the next
/// run has looked, all of them are done. `decided` tells, also on failure, whether they will be.
/// REQUIRES: the locks of all folders concerned are held.
/// SUSPENDS. ERRORS: kIo.
Status commit_moves(const FileCalls& calls, const std::string& id, const std::vector<Move>& moves,
                    bool& decided);

/// Brings `folder` to rest: finishes what dead runs decided, removes what they left. Files of live
/// runs stay.
/// SUSPENDS. ERRORS: kIo (a journal that is damaged, or cannot be followed).
Status recover_folder(const FileCalls& calls, const std::string& folder);

}  // namespace leat::io
