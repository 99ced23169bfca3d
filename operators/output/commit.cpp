// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/commit.h"

#include <linux/fs.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/output/recovery.h"

namespace leat::io {
namespace {

std::unexpected<Error> refuse(const Staging& staging, std::string_view reason) {
  return fail(code::kCannotWrite, ErrorCode::kIo,
              fmt::format("cannot write '{}': {}", staging.target(), reason));
}

/// Folders, each once, by what the system knows them by.
struct Folders {
  std::vector<FolderRef> all;
  std::map<std::pair<uint64_t, uint64_t>, size_t> places;

  size_t add(const FolderRef& folder) {
    const std::pair key(folder->info().device, folder->info().inode);
    const auto [place, is_new] = places.emplace(key, all.size());
    if (is_new) all.push_back(folder);
    return place->second;
  }
};

Folders folders_of(const std::vector<Output>& outputs, const std::vector<FolderRef>& homes) {
  Folders folders;
  for (const FolderRef& home : homes) folders.add(home);
  for (const Output& output : outputs) folders.add(output.staging->folder());
  return folders;
}

/// Looks whether the rename could be refused, while nothing has been done yet.
Status check_target(const Staging& staging, const FileInfo& target, IfExists if_exists) {
  if (if_exists != IfExists::kReplace)
    return refuse(staging, "it was made while the run was under way");
  if (S_ISDIR(target.mode)) return refuse(staging, "it is a folder, not a file");
  if (!S_ISREG(target.mode)) return refuse(staging, "it is not a file any more");
  if (target.is_fixed)
    return refuse(staging, "it cannot be replaced (immutable, append-only or a mount point)");
  const FileInfo& folder = staging.folder()->info();
  const uid_t user = staging.folder()->calls().user();
  const bool is_sticky = (folder.mode & S_ISVTX) != 0;
  if (is_sticky && user != 0 && target.owner != user && folder.owner != user)
    return refuse(staging, "it belongs to another user, and only its owner may replace it here");
  return {};
}

Result<Move> record(const Output& output) {
  const Staging& staging = *output.staging;
  const Folder& folder = *staging.folder();
  LEAT_TRY_ASSIGN(const FileInfo file, staging.verify());
  Move move;
  move.staged = staging.staged();
  move.target = staging.name();
  move.staged_file = {file.inode, file.size, 0, file.owner};
  FileInfo target;
  const int result = folder.look(move.target, target);
  if (result == -ENOENT && staging.old())
    return refuse(staging, "it was removed while the run was under way");
  if (result == -ENOENT) return move;
  if (result < 0) return refuse(staging, errno_text(-result));
  const std::optional<FileRecord>& old = staging.old();
  LEAT_TRY(check_target(staging, target, old ? IfExists::kReplace : output.if_exists));
  move.old_file = FileRecord{target.inode, target.size, target.modified_ns, target.owner};
  if (old && !old->matches(target) && !LEAT_MUTANT("append_loses_what_others_wrote"))
    return refuse(staging, "it was changed while the run was under way");
  return move;
}

Status check_in_place(const Folder& folder) {
  const auto in_place = folder.is_in_place();
  if (!in_place)
    return std::unexpected(file_error("look at the folder", folder.path(), in_place.error()));
  if (*in_place) return {};
  return fail(code::kChangedMeanwhile, ErrorCode::kIo,
              fmt::format("the folder '{}' was moved or replaced while the run was under way",
                          folder.path()));
}

Result<Decision> draw_up(const std::string& id, const std::vector<Output>& outputs,
                         Folders folders) {
  Decision decision;
  decision.journal.id = id;
  decision.folders = folders.all;
  const std::filesystem::path primary = decision.folders.front()->path();
  for (const FolderRef& folder : decision.folders) {
    LEAT_TRY(check_in_place(*folder));
    decision.journal.folders.push_back(
        {std::filesystem::path(folder->path()).lexically_relative(primary).string(),
         folder->info().inode, folder->info().born_ns});
  }
  for (const Output& output : outputs) {
    LEAT_TRY_ASSIGN(Move move, record(output));
    move.folder = folders.add(output.staging->folder());
    decision.journal.moves.push_back(std::move(move));
  }
  return decision;
}

/// One rename is one step without a journal.
Carried rename_one(const Decision& decision, IfExists if_exists) {
  const Move& move = decision.journal.moves.front();
  const Folder& folder = decision.folder_of(move);
  const unsigned flags = !move.old_file && if_exists != IfExists::kReplace ? RENAME_NOREPLACE : 0;
  int result = folder.rename(move.staged, move.target, flags);
  if (flags != 0 && result == -EINVAL) result = folder.rename(move.staged, move.target);
  Carried carried;
  if (result < 0) {
    carried.error = file_error("put in place", folder.path_of(move.target), result);
    return carried;
  }
  carried.standing = Standing::kNew;
  carried.text = "all outputs are new";
  if (LEAT_MUTANT("single_rename_not_synced")) return carried;
  if (result = folder.sync(); result < 0) {
    carried.error = file_error("write", folder.path(), result);
    carried.text = "all outputs are new, but may be old again after a power loss";
  }
  return carried;
}

}  // namespace

Carried commit_outputs(const std::string& id, const std::vector<Output>& outputs,
                       const std::vector<FolderRef>& homes, Notes& notes) {
  const auto unchanged = [](Error error) {
    Carried carried;
    carried.error = std::move(error);
    return carried;
  };
  const Folders folders = folders_of(outputs, homes);
  Result<FolderLocks> locks = LEAT_MUTANT("commit_without_settling")
                                  ? FolderLocks::take(folders.all, notes)
                                  : settle(folders.all, notes);
  if (!locks) return unchanged(std::move(locks).error());
  if (notes.is_cancelled())
    return unchanged(Error(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted"));
  Result<Decision> decision = draw_up(id, outputs, folders);
  if (!decision) return unchanged(std::move(decision).error());
  if (outputs.size() == 1) return rename_one(*decision, outputs.front().if_exists);
  return decide(*decision);
}

}  // namespace leat::io
