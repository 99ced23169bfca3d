// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/moves.h"

#include <fcntl.h>
#include <linux/fs.h>

#include <cerrno>

#include "engine/mutant.h"

namespace leat::io {
namespace {

/// Of `name`; nullopt when it is not there.
std::expected<std::optional<FileInfo>, int> look(const Folder& folder, const std::string& name) {
  FileInfo info;
  const int result = folder.look(name, info);
  if (result == -ENOENT) return std::optional<FileInfo>();
  if (result < 0) return std::unexpected(result);
  return std::optional(info);
}

/// False also when it cannot be told.
bool is_file(const Folder& folder, const std::string& name, const FileRecord& file) {
  const auto found = look(folder, name);
  return found && *found && file.matches(**found);
}

/// A staged file is the one that the journal recorded, and still belongs to whom it said.
bool is_staged(const FileInfo& info, const Move& move) {
  return move.staged_file.matches(info) && info.owner == move.staged_file.owner && info.links == 1;
}

bool is_unsupported(int result) {
  return result == -EINVAL || result == -ENOSYS || result == -ENOTSUP;
}

int make_new(const Folder& folder, const Move& move) {
  const int result = folder.rename(move.staged, move.target, RENAME_NOREPLACE);
  return is_unsupported(result) ? folder.rename(move.staged, move.target) : result;
}

/// Where files cannot be exchanged. A link that cannot be made either leaves nothing to go back to.
int replace(const Folder& folder, const Move& move) {
  const std::string kept = kept_name(move.staged);
  const int linked = folder.link(move.target, kept);
  if (linked == -EEXIST && !is_file(folder, kept, *move.old_file)) return -EEXIST;
  // The link must not be lost where the rename is not.
  const bool is_kept = linked == 0 || linked == -EEXIST;
  if (is_kept && !LEAT_MUTANT("kept_link_not_synced")) {
    if (const int synced = folder.sync(); synced < 0) return synced;
  }
  return folder.rename(move.staged, move.target);
}

}  // namespace

std::expected<MoveState, int> state_of(const Folder& folder, const Move& move) {
  const auto target = look(folder, move.target);
  if (!target) return std::unexpected(target.error());
  const auto staged = look(folder, move.staged);
  if (!staged) return std::unexpected(staged.error());
  if (*target && move.staged_file.matches(**target)) return MoveState::kDone;
  const bool is_old =
      move.old_file ? *target && move.old_file->matches(**target) : !target->has_value();
  if (!is_old) return MoveState::kOvertaken;
  return *staged && is_staged(**staged, move) ? MoveState::kToDo : MoveState::kLost;
}

int make_move(const Folder& folder, const Move& move) {
  if (!move.old_file) return make_new(folder, move);
  const int result = folder.rename(move.staged, move.target, RENAME_EXCHANGE);
  if (is_unsupported(result)) return replace(folder, move);
  if (result < 0) return result;
  const auto displaced = look(folder, move.staged);
  if (!displaced) return displaced.error();
  if (*displaced && move.old_file->matches(**displaced)) return 0;
  const int back = folder.rename(move.staged, move.target, RENAME_EXCHANGE);
  return back < 0 ? back : -EBUSY;
}

int undo_move(const Folder& folder, const Move& move) {
  const auto target = look(folder, move.target);
  if (!target) return target.error();
  if (!*target || !move.staged_file.matches(**target)) return 0;
  if (!move.old_file) return folder.remove(move.target);
  if (is_file(folder, move.staged, *move.old_file)) return folder.rename(move.staged, move.target);
  const std::string kept = kept_name(move.staged);
  if (is_file(folder, kept, *move.old_file)) return folder.rename(kept, move.target);
  return -ENOENT;
}

void remove_old(const Folder& folder, const Move& move) {
  if (!move.old_file) return;
  for (const std::string& name : {move.staged, kept_name(move.staged)}) {
    if (is_file(folder, name, *move.old_file)) folder.remove(name);
  }
}

}  // namespace leat::io
