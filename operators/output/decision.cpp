// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/decision.h"

#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/file.h"
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

/// Names for a message, which need not hold a hundred thousand.
struct Names {
  static constexpr size_t kShownMax = 20;
  std::vector<std::string> shown;
  size_t count = 0;

  void add(const std::string& path) {
    if (++count <= kShownMax) shown.push_back(fmt::format("'{}'", path));
  }
  std::string text() const {
    std::string text = fmt::format("{}", fmt::join(shown, ", "));
    return count > kShownMax ? fmt::format("{} and {} more", text, count - kShownMax) : text;
  }
};

/// Looks which outputs are new and says so.
Carried look_around(const Decision& decision, Error error) {
  Names fresh;
  Names old;
  Names unknown;
  for (const Move& move : decision.journal.moves) {
    const Folder& folder = decision.folder_of(move);
    const auto state = state_of(folder, move);
    Names& list = !state ? unknown : (*state == MoveState::kDone ? fresh : old);
    list.add(folder.path_of(move.target));
  }
  Carried carried;
  carried.error = std::move(error);
  carried.is_pending = true;
  const size_t all = decision.journal.moves.size();
  if (fresh.count == 0 && unknown.count == 0) return carried;
  carried.standing = fresh.count == all ? Standing::kNew : Standing::kMixed;
  carried.text = "all outputs are new";
  if (fresh.count == all) return carried;
  carried.text.clear();
  const auto add = [&](std::string_view what, const Names& names) {
    if (names.count == 0) return;
    if (!carried.text.empty()) carried.text += "; ";
    carried.text += fmt::format("{}: {}", what, names.text());
  };
  add("new", fresh);
  add("as before", old);
  add("unknown", unknown);
  return carried;
}

Status sync_renames(const Decision& decision) {
  if (LEAT_MUTANT("renames_not_synced")) return {};
  FolderRef failed;
  const int result = sync_folders(decision.folders, failed);
  return result < 0 ? std::unexpected(file_error("write", failed->path(), result)) : Status();
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
  if (failed == 0 && sync_renames(decision)) {
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
    if (!write_journal(decision.folders.front(), withdrawn.journal)) {
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
  if (Status synced = sync_renames(decision); !synced) {
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

/// Those for all folders but the first.
std::vector<Journal> pointers_of(const Decision& decision) {
  const std::filesystem::path primary = decision.folders.front()->path();
  std::vector<Journal> pointers(decision.folders.size() - 1);
  for (size_t i = 0; i < pointers.size(); ++i) {
    pointers[i].id = decision.journal.id;
    pointers[i].is_pointer = true;
    FolderRecord record = decision.journal.folders.front();
    record.path = primary.lexically_relative(decision.folders[i + 1]->path()).string();
    pointers[i].folders.push_back(std::move(record));
  }
  for (const Move& move : decision.journal.moves) {
    if (move.folder > 0) pointers[move.folder - 1].moves.push_back(move);
  }
  return pointers;
}

Status write_pointers(const Decision& decision) {
  if (decision.folders.size() < 2) return {};
  return write_journals({decision.folders.begin() + 1, decision.folders.end()},
                        pointers_of(decision));
}

Status write_down(const Decision& decision) {
  const Folder& primary = *decision.folders.front();
  const bool late = LEAT_MUTANT("pointers_after_journal");
  if (!late) LEAT_TRY(write_pointers(decision));
  // The names of its own staged files; those of the others were synced with their pointers.
  if (const int result = primary.sync(); result < 0)
    return std::unexpected(file_error("write", primary.path(), result));
  LEAT_TRY(write_journal(decision.folders.front(), decision.journal));
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
    return roll_back(decision, Error(code::kChangedMeanwhile, ErrorCode::kIo,
                                     "an output was changed by somebody while the run put its own "
                                     "in place"));
  }
  return move_all(decision);
}

Carried resume(const Decision& decision) {
  const Error earlier(code::kLeftover, ErrorCode::kIo,
                      "an earlier run died while it put its outputs in place");
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
