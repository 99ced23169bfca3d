// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/blocking.h"
#include "engine/check.h"
#include "engine/mutant.h"

namespace leat::io {

namespace {

constexpr std::string_view kHeadLine = "leat journal 1\n";
constexpr std::string_view kMark = ".leat-";
constexpr std::string_view kJournalEnd = ".journal";
constexpr std::string_view kPartEnd = ".part";
constexpr size_t kIdDigits = 16;
constexpr size_t kNameBytesMax =
    200;  // of a target, in the name of its staged file: names end at 255 bytes
constexpr size_t kJournalBytesMax = size_t{16} << 20;

/// A journal read back: where it lies itself (pointers lead there), and what it says.
struct Journal {
  std::string id;
  std::string primary;  // path of the journal proper
  bool exists = true;   // false: a pointer to a journal that is not there
  std::vector<Move> moves;
};

Error io_error(std::string_view what, const std::string& path, int negative_errno) {
  return Error(ErrorCode::kIo,
               fmt::format("cannot {} '{}': {}", what, path, errno_text(-negative_errno)));
}

std::string journal_path(const std::string& folder, const std::string& id) {
  return fmt::format("{}/{}{}{}", folder, kMark, id, kJournalEnd);
}

std::vector<std::string> folders_of(const std::vector<Move>& moves) {
  std::vector<std::string> folders;
  for (const Move& move : moves) {
    std::string folder = folder_of(move.target);
    if (std::find(folders.begin(), folders.end(), folder) == folders.end())
      folders.push_back(std::move(folder));
  }
  return folders;
}

// ------------------------------------------------------------------------------------------------------- text

// Backslash and line feed are escaped: a file name may hold any byte but NUL and the slash.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '\n') escaped += '\\';
    escaped += c == '\n' ? 'n' : c;
  }
  return escaped;
}

std::string unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      plain += text[i] == 'n' ? '\n' : text[i];
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string relative_to(const std::string& path, const std::string& folder) {
  return std::filesystem::path(path).lexically_relative(folder).string();
}

std::string absolute_from(const std::string& path, const std::string& folder) {
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

std::string seal(std::string text) {
  return text + fmt::format("end {:016x}\n", XXH3_64bits(text.data(), text.size()));
}

std::string journal_text(const std::vector<Move>& moves, const std::string& folder) {
  std::string text(kHeadLine);
  for (const Move& move : moves) {
    text += fmt::format("staged {}\n", escape(relative_to(move.staged, folder)));
    text += fmt::format("target {}\n", escape(relative_to(move.target, folder)));
  }
  return seal(std::move(text));
}

std::string pointer_text(const std::string& primary, const std::string& folder) {
  return seal(std::string(kHeadLine) +
              fmt::format("see {}\n", escape(relative_to(primary, folder))));
}

// Takes the line from the front of `text`, without its line feed.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// What a journal or pointer in `folder` says; nullopt when it is damaged. `see` is set for a
/// pointer.
std::optional<std::vector<Move>> parse_journal(std::string_view text, const std::string& folder,
                                               std::string& see) {
  const size_t end = text.rfind("end ");
  if (end == std::string_view::npos || seal(std::string(text.substr(0, end))) != text)
    return std::nullopt;
  if (!text.starts_with(kHeadLine)) return std::nullopt;
  std::string_view rest = text.substr(kHeadLine.size(), end - kHeadLine.size());
  std::vector<Move> moves;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const std::string_view word = line.substr(0, space);
    std::string path = absolute_from(unescape(line.substr(space + 1)), folder);
    if (word == "see") {
      see = std::move(path);
    } else if (word == "staged") {
      moves.push_back({std::move(path), {}});
    } else if (word == "target" && !moves.empty()) {
      moves.back().target = std::move(path);
    } else {
      return std::nullopt;
    }
  }
  return moves;
}

// ----------------------------------------------------------------------------------------------------- reading

/// The contents of a small file; nullopt when there is none.
Result<std::optional<std::string>> read_small_file(const FileCalls& calls,
                                                   const std::string& path) {
  const Descriptor file(calls.open(path, O_RDONLY | O_NOFOLLOW));
  if (const int result = file.get(); result < 0) {
    if (result == -ENOENT || result == -ENOTDIR) return std::optional<std::string>();
    return std::unexpected(io_error("read", path, result));
  }
  std::string text;
  char piece[4096];
  for (;;) {
    const auto got = blocking([&]() -> ssize_t {
      const ssize_t bytes = ::read(file.get(), piece, sizeof(piece));
      return bytes < 0 ? -errno : bytes;
    });
    if (got == -EINTR) continue;
    if (got < 0) return std::unexpected(io_error("read", path, static_cast<int>(got)));
    if (got == 0 || text.size() > kJournalBytesMax) return text;
    text.append(piece, static_cast<size_t>(got));
  }
}

Status damaged(const std::string& path) {
  return fail(
      ErrorCode::kIo, fmt::format("the journal '{}' of an earlier run is damaged", path),
      "outputs of that run may be a mixture of old and new: check them, then remove the journal");
}

/// Reads the journal or pointer of run `id` in `folder` and follows a pointer; nullopt when there
/// is none.
Result<std::optional<Journal>> read_journal(const FileCalls& calls, const std::string& folder,
                                            const std::string& id) {
  Journal journal{id, journal_path(folder, id), true, {}};
  for (int hops = 0; hops < 2; ++hops) {
    LEAT_TRY_ASSIGN(std::optional<std::string> text, read_small_file(calls, journal.primary));
    if (!text && hops == 0) return std::optional<Journal>();
    if (!text) {
      journal.exists = false;
      return journal;
    }
    std::string see;
    std::optional<std::vector<Move>> moves = parse_journal(*text, folder_of(journal.primary), see);
    if (!moves || (hops == 1 && !see.empty()))
      return std::unexpected(damaged(journal.primary).error());
    if (see.empty()) {
      journal.moves = std::move(*moves);
      return journal;
    }
    journal.primary = std::move(see);
  }
  return std::unexpected(damaged(journal.primary).error());
}

/// The names in `folder` that are ours.
Result<std::vector<std::string>> list_ours(const std::string& folder) {
  std::vector<std::string> names;
  const int result = blocking([&] {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), ::closedir);
    if (!stream) return -errno;
    for (errno = 0; const dirent* entry = ::readdir(stream.get()); errno = 0) {
      const std::string_view name = entry->d_name;
      if (name.starts_with('.') && name.find(kMark) != std::string_view::npos)
        names.emplace_back(name);
    }
    return -errno;
  });
  if (result < 0) return std::unexpected(io_error("list", folder, result));
  std::sort(names.begin(), names.end());
  return names;
}

/// The run's id when `name` is `<before>.leat-<id><end>`.
std::optional<std::string> id_in(std::string_view name, std::string_view end) {
  if (!name.ends_with(end) || name.size() < kMark.size() + kIdDigits + end.size())
    return std::nullopt;
  const std::string_view id = name.substr(name.size() - end.size() - kIdDigits, kIdDigits);
  const std::string_view before = name.substr(0, name.size() - end.size() - kIdDigits);
  if (!before.ends_with(kMark) ||
      id.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  return std::string(id);
}

bool is_journal(std::string_view name) {
  return name.starts_with(kMark) && id_in(name, kJournalEnd).has_value();
}

bool is_part(std::string_view name) {
  return id_in(name, kPartEnd).has_value() ||
         (name.starts_with(kMark) &&
          id_in(name, std::string(kJournalEnd) + std::string(kPartEnd)).has_value());
}

// ------------------------------------------------------------------------------------------------------ acting

/// Writes `text` as the journal or pointer of run `id` in `folder`: durable before it has its name.
Status write_durably(const FileCalls& calls, const std::string& folder, const std::string& id,
                     const std::string& text) {
  const std::string path = journal_path(folder, id);
  const std::string part = path + std::string(kPartEnd);
  {
    const Descriptor file(calls.open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
    if (!file.is_open()) return std::unexpected(io_error("write", part, file.get()));
    int result = calls.write(file.get(), text, part);
    if (result == 0) result = calls.sync(file.get(), part);
    if (result == 0) result = calls.rename(part, path);
    if (result < 0) {
      calls.remove(part);
      return std::unexpected(io_error("write", part, result));
    }
  }
  if (const int result = calls.sync_folder(folder); result < 0)
    return std::unexpected(io_error("write", path, result));
  return {};
}

/// Renames what is still staged. `done` is the number of moves that are in place.
Status make_moves(const FileCalls& calls, const std::vector<Move>& moves, size_t& done) {
  for (done = 0; done < moves.size(); ++done) {
    if (LEAT_MUTANT("commit_skips_one_target") && done + 1 == moves.size()) continue;
    const Move& move = moves[done];
    const int result = calls.rename(move.staged, move.target);
    if (result < 0 && result != -ENOENT)
      return std::unexpected(io_error("put in place", move.target, result));
  }
  for (const std::string& folder : folders_of(moves)) {
    const int result = calls.sync_folder(folder);
    if (result < 0 && result != -ENOENT) return std::unexpected(io_error("write", folder, result));
  }
  return {};
}

/// Removes the journal, then its pointers. After the renames it does not matter which of these
/// last: whoever finds one finds nothing left to do.
void remove_journal(const FileCalls& calls, const std::string& id,
                    const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) calls.remove(journal_path(folder, id));
}

/// Takes a decision back: durably, before staged files go.
void withdraw_journal(const FileCalls& calls, const std::string& id,
                      const std::vector<std::string>& folders) {
  remove_journal(calls, id, folders);
  static_cast<void>(calls.sync_folder(folders.front()));
}

/// Removes the staged files in `folder` whose writers are dead. REQUIRES: the folder's lock; it
/// holds no journal.
void remove_dead_parts(const FileCalls& calls, const std::string& folder,
                       const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!is_part(name)) continue;
    const std::string path = folder + "/" + name;
    const Descriptor file(calls.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
    if (file.is_open() && calls.try_lock(file.get(), path) == 0) calls.remove(path);
  }
}

/// Those of `folders` that are still there.
std::vector<std::string> existing(std::vector<std::string> folders) {
  std::erase_if(folders, [](const std::string& folder) {
    std::error_code unknown;
    return !std::filesystem::is_directory(folder, unknown);
  });
  return folders;
}

/// Finishes the run `id`, of which `folder` has a journal or pointer; afterwards it has none.
Status finish_run(const FileCalls& calls, const std::string& folder, const std::string& id) {
  LEAT_TRY_ASSIGN(const std::optional<Journal> seen, read_journal(calls, folder, id));
  if (!seen) return {};
  std::vector<std::string> concerned = folders_of(seen->moves);
  concerned.push_back(folder);
  concerned.push_back(folder_of(seen->primary));
  LEAT_TRY_ASSIGN(const FolderLocks locks,
                  FolderLocks::take(calls, existing(std::move(concerned))));
  LEAT_TRY_ASSIGN(const std::optional<Journal> journal, read_journal(calls, folder, id));
  if (!journal) return {};
  if (journal->exists) {  // else it was not decided, or is done (rule 2)
    size_t done = 0;
    LEAT_TRY(make_moves(calls, journal->moves, done));
    remove_journal(calls, id, folders_of(journal->moves));
  }
  const std::string path = journal_path(folder, id);
  if (const int result = calls.remove(path); result < 0 && result != -ENOENT) {
    return std::unexpected(io_error("remove the journal", path, result));
  }
  return {};
}

}  // namespace

std::string folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string draw_id() {
  uint64_t id = 0;
  const ssize_t got = ::getrandom(&id, sizeof(id), 0);
  LEAT_CHECK(got == sizeof(id), "the kernel has random numbers");
  return fmt::format("{:016x}", id);
}

std::string staged_path(const std::string& target, const std::string& id) {
  const size_t slash = target.rfind('/');
  const std::string name = target.substr(slash + 1, kNameBytesMax);
  return fmt::format("{}/.{}{}{}{}", target.substr(0, slash), name, kMark, id, kPartEnd);
}

Result<FolderLocks> FolderLocks::take(const FileCalls& calls, std::vector<std::string> folders) {
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  FolderLocks taken;
  for (const std::string& folder : folders) {
    Descriptor descriptor(calls.open(folder, O_RDONLY | O_DIRECTORY));
    if (!descriptor.is_open())
      return std::unexpected(io_error("open the folder", folder, descriptor.get()));
    const int result = calls.lock(descriptor.get(), folder);
    // File systems without locks for folders (NFS): outputs are still complete, but commits of
    // several runs may mix.
    if (result < 0 && result != -EBADF && result != -ENOLCK && result != -ENOTSUP &&
        result != -ENOSYS) {
      return std::unexpected(io_error("lock the folder", folder, result));
    }
    taken.locks_.push_back(std::move(descriptor));
  }
  return taken;
}

Status commit_moves(const FileCalls& calls, const std::string& id, const std::vector<Move>& moves,
                    bool& decided) {
  decided = false;
  size_t done = 0;
  if (LEAT_MUTANT("commit_renames_before_journal")) return make_moves(calls, moves, done);
  if (moves.size() < 2) {  // one rename is one step without a journal
    Status status = make_moves(calls, moves, done);
    decided = done == moves.size();
    return status;
  }
  const std::vector<std::string> folders = folders_of(moves);
  const auto journal = [&]() -> Status {
    for (size_t i = 1; i < folders.size(); ++i) {
      const std::string pointer = pointer_text(journal_path(folders[0], id), folders[i]);
      LEAT_TRY(write_durably(calls, folders[i], id, pointer));
    }
    return write_durably(calls, folders[0], id, journal_text(moves, folders[0]));
  };
  if (Status status = journal(); !status) {
    withdraw_journal(calls, id, folders);
    return status;
  }
  Status status = make_moves(calls, moves, done);
  if (!status && done == 0) {
    withdraw_journal(calls, id, folders);
    return status;
  }
  decided = true;
  if (!status) return status;
  remove_journal(calls, id, folders);
  return {};
}

Status recover_folder(const FileCalls& calls, const std::string& folder) {
  for (;;) {
    std::optional<std::string> id;
    {
      LEAT_TRY_ASSIGN(const FolderLocks lock, FolderLocks::take(calls, {folder}));
      LEAT_TRY_ASSIGN(const std::vector<std::string> names, list_ours(folder));
      const auto journal = std::find_if(names.begin(), names.end(), is_journal);
      if (journal == names.end()) {
        remove_dead_parts(calls, folder, names);
        return {};
      }
      id = id_in(*journal, kJournalEnd);
    }
    LEAT_TRY(finish_run(calls, folder, *id));
  }
}

}  // namespace leat::io
