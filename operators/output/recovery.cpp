// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/recovery.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/output/decision.h"
#include "operators/output/live_file.h"
#include "operators/output/moves.h"

namespace leat::io {
namespace {

// A folder that turns up while others are looked at needs its lock as well, and then all again.
constexpr int kRoundsMax = 100;

Error unreachable(const Folder& folder, const std::string& missing, const std::string& id) {
  return Error(
      code::kLeftover, ErrorCode::kIo,
      fmt::format("an earlier run died while it put outputs into '{}' and into '{}' (seen from "
                  "there), which is not there now",
                  folder.path(), missing),
      fmt::format("mount what is missing and run again; if it is gone for good, remove '{}': "
                  "outputs of that run may then be some old, some new",
                  folder.path_of(journal_name(id))));
}

/// One attempt, under the locks of `wanted`.
class Settling {
 public:
  Settling(const std::vector<FolderRef>& wanted, Notes& notes)
      : wanted_(wanted), needed_(wanted.size()), notes_(notes) {
    for (const FolderRef& folder : wanted) known_.emplace(key_of(*folder), folder);
  }

  Status find_runs(const FolderRef& folder) {
    std::vector<std::string> names;
    if (const int result = folder->list(names); result < 0)
      return std::unexpected(file_error("list", folder->path(), result));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      if (const auto id = id_of_journal(name)) LEAT_TRY(visit(folder, *id));
    }
    return {};
  }

  /// Folders that the runs found concern, whose locks are not held.
  std::vector<FolderRef>& more() { return more_; }

  Status finish_runs() {
    for (const Decision& run : runs_) LEAT_TRY(finish_run(run));
    return {};
  }

  /// REQUIRES: `folder` is the one at `index` of those wanted.
  Status remove_leftovers(const Folder& folder, size_t index) {
    std::vector<std::string> names;
    if (const int result = folder.list(names); result < 0)
      return std::unexpected(file_error("list", folder.path(), result));
    std::map<std::string, bool> alive;  // by the id of a run
    for (const std::string& name : names) {
      if (!is_leftover_name(name) || needed_[index].contains(name)) continue;
      if (id_of_live(name)) {
        clear_after_run(folder, name);
        continue;
      }
      if (const auto id = id_of_staged(name)) {
        const auto [known, is_new] = alive.try_emplace(*id, false);
        if (is_new) known->second = is_run_alive(folder, *id);
        if (known->second) continue;
      }
      remove_if_dead(folder, name);
    }
    return {};
  }

 private:
  Status visit(const FolderRef& folder, const std::string& id) {
    LEAT_TRY_ASSIGN(FoundJournal found, read_journal(*folder, id));
    if (!found.journal) {
      if (!found.why_not.empty()) leave_alone(*folder, id, found.why_not);
      return {};
    }
    return found.journal->is_pointer ? follow(folder, *found.journal)
                                     : add(folder, std::move(*found.journal));
  }

  void leave_alone(const Folder& folder, const std::string& id, std::string_view why) {
    notes_.say(fmt::format("'{}' {}; it was left alone", folder.path_of(journal_name(id)), why));
  }

  Status follow(const FolderRef& folder, const Journal& pointer) {
    const FolderRecord& record = pointer.folders.front();
    const auto primary = Folder::open(folder->calls(), *folder, record.path);
    if (!primary || !record.matches((*primary)->info())) {
      if (!LEAT_MUTANT("unreachable_is_undecided") && has_staged(*folder, pointer))
        return std::unexpected(unreachable(*folder, record.path, pointer.id));
      folder->remove(journal_name(pointer.id));
      return {};
    }
    LEAT_TRY_ASSIGN(FoundJournal found, read_journal(**primary, pointer.id));
    if (!found.journal && found.why_not.empty()) {
      // Whoever removed the journal may have died before that was durable; should it come back, it
      // needs its pointers.
      if ((*primary)->sync() == 0) folder->remove(journal_name(pointer.id));
      return {};
    }
    if (found.journal && !found.journal->is_pointer && names(*found.journal, *folder))
      return add(*primary, std::move(*found.journal));
    if (!found.journal) leave_alone(**primary, pointer.id, found.why_not);
    leave_alone(*folder, pointer.id, "points to a journal that does not know it");
    for (const Move& move : pointer.moves) need(*folder, move.staged);
    return {};
  }

  static bool has_staged(const Folder& folder, const Journal& pointer) {
    return std::any_of(pointer.moves.begin(), pointer.moves.end(), [&](const Move& move) {
      FileInfo info;
      return folder.look(move.staged, info) == 0 || folder.look(kept_name(move.staged), info) == 0;
    });
  }

  static bool names(const Journal& journal, const Folder& folder) {
    return std::any_of(journal.folders.begin(), journal.folders.end(),
                       [&](const FolderRecord& record) { return record.matches(folder.info()); });
  }

  Status add(const FolderRef& primary, Journal journal) {
    for (const Decision& run : runs_) {
      if (run.journal.id == journal.id && run.folders.front()->is_same(*primary)) return {};
    }
    if (!journal.folders.front().matches(primary->info())) {
      leave_alone(*primary, journal.id, "was written in another folder");
      return {};
    }
    Decision run;
    run.folders.push_back(locked(primary));
    for (size_t i = 1; i < journal.folders.size(); ++i) {
      const FolderRecord& record = journal.folders[i];
      const auto folder = Folder::open(primary->calls(), *primary, record.path);
      if (!folder || !record.matches((*folder)->info()))
        return std::unexpected(unreachable(*primary, record.path, journal.id));
      run.folders.push_back(locked(*folder));
    }
    run.journal = std::move(journal);
    runs_.push_back(std::move(run));
    return {};
  }

  /// The same folder among those whose locks are held; else it is one more to lock.
  FolderRef locked(const FolderRef& folder) {
    const auto [known, is_new] = known_.emplace(key_of(*folder), folder);
    if (is_new) more_.push_back(folder);
    return known->second;
  }
  static std::pair<uint64_t, uint64_t> key_of(const Folder& folder) {
    return {folder.info().device, folder.info().inode};
  }

  Status finish_run(const Decision& run) {
    LEAT_TRY_ASSIGN(const FolderRef stranger, pointing_nowhere(run));
    if (stranger) {
      leave_alone(*run.folders.front(), run.journal.id,
                  fmt::format("speaks for '{}', which does not point back", stranger->path()));
      need_all(run);
      return {};
    }
    const Carried carried = resume(run);
    if (!carried.is_pending) return {};
    notes_.say(fmt::format("'{}' of an earlier run could not be finished: {}; of its outputs: {}",
                           run.folders.front()->path_of(journal_name(run.journal.id)),
                           carried.error ? carried.error->message : "it cannot be removed",
                           carried.text));
    need_all(run);
    return {};
  }

  /// A folder of the run without a pointer back, in which something is left to do; or null.
  static Result<FolderRef> pointing_nowhere(const Decision& run) {
    std::vector<bool> is_pointing(run.folders.size(), true);
    for (size_t i = 1; i < run.folders.size(); ++i) {
      LEAT_TRY_ASSIGN(const FoundJournal found, read_journal(*run.folders[i], run.journal.id));
      is_pointing[i] = LEAT_MUTANT("pointers_back_not_asked_for") ||
                       (found.journal && found.journal->is_pointer &&
                        found.journal->folders.front().matches(run.folders.front()->info()));
    }
    for (const Move& move : run.journal.moves) {
      if (is_pointing[move.folder]) continue;
      const auto state = state_of(run.folder_of(move), move);
      if (!state || *state == MoveState::kToDo || run.journal.withdrawn)
        return run.folders[move.folder];
    }
    return FolderRef();
  }

  void need_all(const Decision& run) {
    for (const Move& move : run.journal.moves) {
      need(run.folder_of(move), move.staged);
      need(run.folder_of(move), kept_name(move.staged));
    }
  }

  void need(const Folder& folder, const std::string& name) {
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i]->is_same(folder)) needed_[i].insert(name);
    }
  }

  static void remove_if_dead(const Folder& folder, const std::string& name) {
    const FileCalls& calls = folder.calls();
    FileInfo info;
    if (folder.look(name, info) < 0 || !S_ISREG(info.mode)) return;
    if (info.owner != calls.user() && info.owner != 0) return;
    constexpr int kFlags = O_NOFOLLOW | O_NONBLOCK;
    Descriptor file = calls.open(folder.at(name), O_RDWR | kFlags);
    if (file.get() == -EACCES) file = calls.open(folder.at(name), O_RDONLY | kFlags);
    if (file.is_open() && calls.try_lock(file.get(), folder.path_of(name)) == 0)
      folder.remove(name);
  }

  const std::vector<FolderRef>& wanted_;
  std::vector<std::set<std::string>> needed_;  // by folders wanted: names that a journal needs
  std::map<std::pair<uint64_t, uint64_t>, FolderRef> known_;  // of both, by device and inode
  std::vector<FolderRef> more_;
  std::vector<Decision> runs_;
  Notes& notes_;
};

}  // namespace

Result<FolderLocks> settle(const std::vector<FolderRef>& folders, Notes& notes) {
  std::vector<FolderRef> wanted = folders;
  for (int round = 0; round < kRoundsMax; ++round) {
    LEAT_TRY_ASSIGN(FolderLocks locks, FolderLocks::take(wanted, notes));
    Settling settling(wanted, notes);
    for (const FolderRef& folder : folders) LEAT_TRY(settling.find_runs(folder));
    if (!settling.more().empty()) {
      wanted.insert(wanted.end(), settling.more().begin(), settling.more().end());
      continue;
    }
    LEAT_TRY(settling.finish_runs());
    for (size_t i = 0; i < wanted.size(); ++i) LEAT_TRY(settling.remove_leftovers(*wanted[i], i));
    return locks;
  }
  return fail(
      code::kLeftover, ErrorCode::kIo,
      fmt::format("the journals in '{}' lead to ever more folders", folders.front()->path()));
}

}  // namespace leat::io
