// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/decision.h"

#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/mutant.h"
#include "operators/output/moves.h"

namespace leat::io {
namespace {

/// How many moves are in which state.
struct Survey {
  size_t to_do = 0;
  size_t done = 0;
  size_t overtaken = 0;
  size_t lost = 0;
};

Result<Survey> survey(const Decision& decision) {
  Survey found;
  for (const Move& move : decision.journal.moves) {
    const Folder& folder = decision.folder_of(move);
    const auto state = state_of(folder, move);
    if (!state)
      return std::unexpected(file_error("look at", folder.path_of(move.target), state.error()));
    found.to_do += *state == MoveState::kToDo ? 1 : 0;
    found.done += *state == MoveState::kDone ? 1 : 0;
    found.overtaken += *state == MoveState::kOvertaken ? 1 : 0;
    found.lost += *state == MoveState::kLost ? 1 : 0;
  }
  return found;
}

/// Looks which outputs are new and says so.
Carried look_around(const Decision& decision, Error error) {
  std::vector<std::string> fresh;
  std::vector<std::string> old;
  std::vector<std::string> unknown;
  for (const Move& move : decision.journal.moves) {
    const Folder& folder = decision.folder_of(move);
    const auto state = state_of(folder, move);
    std::vector<std::string>& list = !state ? unknown : (*state == MoveState::kDone ? fresh : old);
    list.push_back(fmt::format("'{}'", folder.path_of(move.target)));
  }
  Carried carried;
  carried.error = std::move(error);
  carried.is_pending = true;
  const size_t all = decision.journal.moves.size();
  if (fresh.empty() && unknown.empty()) return carried;
  carried.standing = fresh.size() == all ? Standing::kNew : Standing::kMixed;
  carried.text = "all outputs are new";
  if (fresh.size() == all) return carried;
  carried.text.clear();
  const auto add = [&](std::string_view what, const std::vector<std::string>& names) {
    if (names.empty()) return;
    if (!carried.text.empty()) carried.text += "; ";
    carried.text += fmt::format("{}: {}", what, fmt::join(names, ", "));
  };
  add("new", fresh);
  add("as before", old);
  add("unknown", unknown);
  return carried;
}

Status sync_folders(const Decision& decision) {
  if (LEAT_MUTANT("renames_not_synced")) return {};
  for (const FolderRef& folder : decision.folders) {
    if (const int result = folder->sync(); result < 0)
      return std::unexpected(file_error("write", folder->path(), result));
  }
  return {};
}

void remove_pointers(const Decision& decision) {
  const std::string name = journal_name(decision.journal.id);
  for (size_t i = 1; i < decision.folders.size(); ++i) decision.folders[i]->remove(name);
}

/// Removes the journal so that it does not come back after a power loss.
Status remove_journal(const Decision& decision) {
  const Folder& folder = *decision.folders.front();
  const std::string name = journal_name(decision.journal.id);
  int result = folder.remove(name);
  if (result == 0 && !LEAT_MUTANT("withdrawal_not_synced")) result = folder.sync();
  if (result < 0 && result != -ENOENT)
    return std::unexpected(file_error("remove", folder.path_of(name), result));
  remove_pointers(decision);
  return {};
}

/// Takes back a decision of which nothing was done.
Carried withdraw(const Decision& decision, Error why) {
  Carried carried;
  carried.error = std::move(why);
  if (remove_journal(decision)) return carried;
  carried.standing = Standing::kMixed;
  carried.is_pending = true;
  carried.text =
      "no output was changed yet, but that could not be made certain: the next run that writes "
      "into the same folders may put the new ones in place";
  return carried;
}

/// REQUIRES: the journal is marked withdrawn, durably.
Carried undo(const Decision& decision, Error why) {
  int failed = 0;
  const std::vector<Move>& moves = decision.journal.moves;
  for (auto move = moves.rbegin(); move != moves.rend(); ++move) {
    const int result = undo_move(decision.folder_of(*move), *move);
    if (result < 0) failed = result;
  }
  if (failed == 0 && sync_folders(decision)) {
    for (const Move& move : moves) remove_old(decision.folder_of(move), move);
    return withdraw(decision, std::move(why));
  }
  return look_around(decision, std::move(why));
}

Carried roll_back(const Decision& decision, Error why) {
  const Result<Survey> found = survey(decision);
  if (found && found->done == 0) return withdraw(decision, std::move(why));
  Decision withdrawn = decision;
  withdrawn.journal.withdrawn = true;
  if (!LEAT_MUTANT("rollback_without_mark")) {
    if (!write_journal(*decision.folders.front(), withdrawn.journal)) {
      Carried carried = look_around(decision, std::move(why));
      carried.text += "; the next run that writes into the same folders completes them";
      return carried;
    }
  }
  return undo(withdrawn, std::move(why));
}

/// Makes what is to do; `failed` is the name that stayed as it was.
int make_moves(const Decision& decision, std::string& failed) {
  const std::vector<Move>& moves = decision.journal.moves;
  for (const Move& move : moves) {
    if (LEAT_MUTANT("commit_skips_one_target") && &move == &moves.back()) continue;
    const Folder& folder = decision.folder_of(move);
    failed = folder.path_of(move.target);
    const auto state = state_of(folder, move);
    if (!state) return state.error();
    if (*state != MoveState::kToDo) continue;
    if (const int result = make_move(folder, move); result < 0) return result;
  }
  return 0;
}

Carried finish(const Decision& decision) {
  Carried carried;
  carried.standing = Standing::kNew;
  carried.text = "all outputs are new";
  if (LEAT_MUTANT("journal_goes_first")) static_cast<void>(remove_journal(decision));
  if (Status synced = sync_folders(decision); !synced) {
    // Never a second time in this run: what the first one lost, the second does not find.
    carried.error = std::move(synced).error();
    carried.text = "all outputs are new, but may be old again after a power loss";
    carried.is_pending = true;
    return carried;
  }
  for (const Move& move : decision.journal.moves) remove_old(decision.folder_of(move), move);
  // A journal that stays is found done by the next run.
  carried.is_pending = !remove_journal(decision);
  return carried;
}

Carried move_all(const Decision& decision) {
  std::string failed;
  const int result = make_moves(decision, failed);
  if (result == 0) return finish(decision);
  return roll_back(decision, file_error("put in place", failed, result));
}

Journal pointer_to(const Decision& decision, size_t folder) {
  Journal pointer;
  pointer.id = decision.journal.id;
  pointer.is_pointer = true;
  FolderRecord primary = decision.journal.folders.front();
  primary.path = std::filesystem::path(decision.folders.front()->path())
                     .lexically_relative(decision.folders[folder]->path())
                     .string();
  pointer.folders.push_back(std::move(primary));
  for (const Move& move : decision.journal.moves) {
    if (move.folder == folder) pointer.moves.push_back(move);
  }
  return pointer;
}

Status write_pointers(const Decision& decision) {
  for (size_t i = 1; i < decision.folders.size(); ++i)
    LEAT_TRY(write_journal(*decision.folders[i], pointer_to(decision, i)));
  return {};
}

Status write_down(const Decision& decision) {
  const Folder& primary = *decision.folders.front();
  const bool late = LEAT_MUTANT("pointers_after_journal");
  if (!late) LEAT_TRY(write_pointers(decision));
  // The names of its own staged files; those of the others were synced with their pointers.
  if (const int result = primary.sync(); result < 0)
    return std::unexpected(file_error("write", primary.path(), result));
  LEAT_TRY(write_journal(primary, decision.journal));
  if (late) LEAT_TRY(write_pointers(decision));
  return {};
}

}  // namespace

Carried decide(const Decision& decision) {
  if (LEAT_MUTANT("commit_renames_before_journal")) return move_all(decision);
  if (Status written = write_down(decision); !written)
    return withdraw(decision, std::move(written).error());
  const Result<Survey> found = survey(decision);
  if (!found) return roll_back(decision, found.error());
  if (found->to_do != decision.journal.moves.size()) {
    return roll_back(decision, Error(ErrorCode::kIo,
                                     "an output was changed by somebody while the run put its own "
                                     "in place"));
  }
  return move_all(decision);
}

Carried resume(const Decision& decision) {
  const Error earlier(ErrorCode::kIo, "an earlier run died while it put its outputs in place");
  // Its writer may have died before the name was durable, and the kernel have lived on.
  const Folder& primary = *decision.folders.front();
  if (const int result = LEAT_MUTANT("found_journal_not_synced") ? 0 : primary.sync(); result < 0)
    return look_around(decision, file_error("write", primary.path(), result));
  if (decision.journal.withdrawn) return undo(decision, earlier);
  const Result<Survey> found = survey(decision);
  if (!found) return look_around(decision, found.error());
  // Somebody removed what was staged: with the others in place, outputs would be a mixture.
  if (found->lost > 0 && found->done == 0) return withdraw(decision, earlier);
  return move_all(decision);
}

}  // namespace leat::io
