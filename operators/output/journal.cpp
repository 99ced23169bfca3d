// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/journal.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/check.h"
#include "engine/mutant.h"

namespace leat::io {
namespace {

constexpr std::string_view kHeadLine = "leat journal 2\n";
constexpr std::string_view kMark = ".leat-";
constexpr std::string_view kJournalEnd = ".journal";
constexpr std::string_view kPartEnd = ".part";
constexpr std::string_view kKeptEnd = ".old";
constexpr std::string_view kLiveEnd = ".live";
constexpr size_t kIdDigits = 16;
// Of a target, in the name of its staged file: names end at 255 bytes.
constexpr size_t kNameBytesMax = 200;
constexpr size_t kJournalBytesMax = size_t{512} << 20;

// ------------------------------------------------------------------------------------------------------ names

bool is_id(std::string_view text) {
  return text.size() == kIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The id when `name` is `<before>.leat-<id><end>`.
std::optional<std::string> id_in(std::string_view name, std::string_view end) {
  if (!name.ends_with(end) || name.size() < kMark.size() + kIdDigits + end.size())
    return std::nullopt;
  const std::string_view id = name.substr(name.size() - end.size() - kIdDigits, kIdDigits);
  const std::string_view before = name.substr(0, name.size() - end.size() - kIdDigits);
  if (!before.ends_with(kMark) || !is_id(id)) return std::nullopt;
  return std::string(id);
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
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

std::string seal(std::string text) {
  return text + fmt::format("end {:016x}\n", XXH3_64bits(text.data(), text.size()));
}

/// The lines of one move to the end of `text`.
void put_move(const Move& move, bool is_pointer, std::string& text) {
  const FileRecord& staged = move.staged_file;
  text += fmt::format("staged {} {} {} {}\n", staged.inode, staged.size, staged.owner,
                      escape(move.staged));
  if (is_pointer) return;
  text += fmt::format("target {}\n", escape(move.target));
  if (const auto& old = move.old_file)
    text += fmt::format("old {} {} {} {}\n", old->inode, old->size, old->modified_ns, old->owner);
}

/// Takes what is before the next `end` from the front of `text`, and `end` with it.
std::string_view take_until(std::string_view& text, char end) {
  const size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

template <typename Number>
bool take_number(std::string_view& line, Number& number) {
  const std::string_view word = take_until(line, ' ');
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

/// Reads the lines of a journal into one.
class LineReader {
 public:
  bool read(std::string_view line) {
    const std::string_view word = take_until(line, ' ');
    if (word == "run") {
      journal_.id = line;
      return is_id(line);
    }
    if (word == "pointer") return journal_.is_pointer = true;
    if (word == "withdrawn") return journal_.withdrawn = true;
    if (word == "folder") return read_folder(line);
    if (word == "staged") return read_staged(line);
    if (word == "target") return read_target(line);
    return word == "old" && read_old(line);
  }
  /// Nullopt when something is missing.
  std::optional<Journal> finish() {
    if (journal_.id.empty() || journal_.folders.empty()) return std::nullopt;
    // A folder that only leads to the journal has a pointer as well.
    if (journal_.moves.empty() && !journal_.is_pointer) return std::nullopt;
    if (!journal_.is_pointer) {
      if (journal_.folders.front().path != ".") return std::nullopt;
      for (const Move& move : journal_.moves) {
        if (move.target.empty()) return std::nullopt;
      }
    }
    return std::move(journal_);
  }

 private:
  bool read_folder(std::string_view line) {
    FolderRecord folder;
    if (!take_number(line, folder.inode) || !take_number(line, folder.born_ns)) return false;
    folder.path = unescape(line);
    const bool is_relative = !folder.path.empty() && folder.path.front() != '/';
    journal_.folders.push_back(std::move(folder));
    return is_relative;
  }
  bool read_staged(std::string_view line) {
    Move move;
    if (journal_.folders.empty()) return false;
    move.folder = journal_.folders.size() - 1;
    if (!take_number(line, move.staged_file.inode) || !take_number(line, move.staged_file.size) ||
        !take_number(line, move.staged_file.owner))
      return false;
    move.staged = unescape(line);
    const bool is_ours = is_plain_name(move.staged) && id_in(move.staged, kPartEnd).has_value();
    journal_.moves.push_back(std::move(move));
    return is_ours;
  }
  bool read_target(std::string_view line) {
    if (journal_.moves.empty()) return false;
    Move& move = journal_.moves.back();
    move.target = unescape(line);
    // A staged file lies under a name that was made of its target's.
    return is_plain_name(move.target) &&
           staged_name(move.target, id_in(move.staged, kPartEnd).value_or("")) == move.staged;
  }
  bool read_old(std::string_view line) {
    FileRecord old;
    if (journal_.moves.empty() || !take_number(line, old.inode) || !take_number(line, old.size) ||
        !take_number(line, old.modified_ns) || !take_number(line, old.owner))
      return false;
    journal_.moves.back().old_file = old;
    return line.empty();
  }

  Journal journal_;
};

// ---------------------------------------------------------------------------------------------------- reading

Result<std::string> read_all(const Folder& folder, const std::string& path, int descriptor) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t got = folder.calls().read(descriptor, piece, sizeof(piece), path);
    if (got < 0) return std::unexpected(file_error("read", path, static_cast<int>(got)));
    if (got == 0 || text.size() > kJournalBytesMax) return text;
    text.append(piece, static_cast<size_t>(got));
  }
}

// ---------------------------------------------------------------------------------------------------- writing

std::string part_name(const std::string& id) { return journal_name(id) + std::string(kPartEnd); }

/// The text under its first name; synced unless all are synced together.
int write_part(const Folder& folder, const Journal& journal, bool is_alone) {
  const std::string part = part_name(journal.id);
  const std::string path = folder.path_of(part);
  const FileCalls& calls = folder.calls();
  folder.remove(part);  // of this run, when it died before
  const Descriptor file =
      calls.open(folder.at(part), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
  if (!file.is_open()) return file.get();
  int result = calls.write(file.get(), journal_text(journal), path);
  if (result == 0) result = calls.set_mode(file.get(), 0644, path);
  if (result == 0 && is_alone && !LEAT_MUTANT("journal_not_synced"))
    result = calls.sync(file.get(), path);
  return result;
}

Status sync_parts(const std::vector<FolderRef>& folders, const std::vector<Journal>& journals) {
  FolderRef failed;
  const int together = sync_file_systems(folders, failed);
  if (together == 0) return {};
  if (together != -ENOTSUP) return std::unexpected(file_error("write", failed->path(), together));
  for (size_t i = 0; i < folders.size(); ++i) {
    const std::string part = part_name(journals[i].id);
    const FileCalls& calls = folders[i]->calls();
    const Descriptor file = calls.open(folders[i]->at(part), O_WRONLY | O_NOFOLLOW);
    const int result =
        file.is_open() ? calls.sync(file.get(), folders[i]->path_of(part)) : file.get();
    if (result < 0) return std::unexpected(file_error("write", folders[i]->path_of(part), result));
  }
  return {};
}

Status write_parts(const std::vector<FolderRef>& folders, const std::vector<Journal>& journals) {
  const bool is_alone = folders.size() <= kSyncEachMax;
  const auto failed = [&](size_t i, int result) {
    return std::unexpected(
        file_error("write", folders[i]->path_of(journal_name(journals[i].id)), result));
  };
  for (size_t i = 0; i < folders.size(); ++i) {
    if (const int result = write_part(*folders[i], journals[i], is_alone); result < 0)
      return failed(i, result);
  }
  if (!is_alone && !LEAT_MUTANT("pointers_not_synced_together"))
    LEAT_TRY(sync_parts(folders, journals));
  for (size_t i = 0; i < folders.size(); ++i) {
    const std::string name = journal_name(journals[i].id);
    if (const int result = folders[i]->rename(part_name(journals[i].id), name); result < 0)
      return failed(i, result);
  }
  return {};
}

FoundJournal not_ours(std::string why) { return {std::nullopt, std::move(why)}; }

}  // namespace

bool FileRecord::matches(const FileInfo& info) const {
  return S_ISREG(info.mode) && inode == info.inode && size == info.size &&
         (modified_ns == 0 || modified_ns == info.modified_ns);
}

std::string draw_id() {
  uint64_t id = 0;
  const ssize_t got = ::getrandom(&id, sizeof(id), 0);
  LEAT_CHECK(got == sizeof(id), "the kernel has random numbers");
  return fmt::format("{:016x}", id);
}

std::string journal_name(const std::string& id) {
  return fmt::format("{}{}{}", kMark, id, kJournalEnd);
}

std::string staged_name(const std::string& target, const std::string& id) {
  if (target.size() <= kNameBytesMax) return fmt::format(".{}{}{}{}", target, kMark, id, kPartEnd);
  // Names that begin alike stay apart.
  constexpr size_t kHashDigits = 16;
  return fmt::format(".{}{:016x}{}{}{}", target.substr(0, kNameBytesMax - kHashDigits),
                     XXH3_64bits(target.data(), target.size()), kMark, id, kPartEnd);
}

std::string live_name(const std::string& id) { return fmt::format("{}{}{}", kMark, id, kLiveEnd); }

std::string kept_name(const std::string& staged) {
  return staged.substr(0, staged.size() - kPartEnd.size()) + std::string(kKeptEnd);
}

std::optional<std::string> id_of_journal(std::string_view name) {
  return name.starts_with(kMark) ? id_in(name, kJournalEnd) : std::nullopt;
}

std::optional<std::string> id_of_live(std::string_view name) {
  return name.starts_with(kMark) ? id_in(name, kLiveEnd) : std::nullopt;
}

std::optional<std::string> id_of_staged(std::string_view name) {
  if (!name.starts_with('.')) return std::nullopt;
  std::optional<std::string> id = id_in(name, kPartEnd);
  return id ? id : id_in(name, kKeptEnd);
}

bool is_leftover_name(std::string_view name) {
  if (!name.starts_with('.')) return false;
  return id_of_staged(name).has_value() || id_of_live(name).has_value() ||
         (name.starts_with(kMark) &&
          id_in(name, std::string(kJournalEnd) + std::string(kPartEnd)).has_value());
}

std::string why_foreign(const FileInfo& info, uid_t user) {
  if (LEAT_MUTANT("foreign_journals_are_believed")) return {};
  if (!S_ISREG(info.mode)) return "is not a regular file";
  if (info.owner != user && info.owner != 0)
    return fmt::format("belongs to another user ({})", info.owner);
  if (info.links != 1) return "has several names";
  if ((info.mode & (S_IWGRP | S_IWOTH)) != 0) return "may be written by others";
  return {};
}

std::string journal_text(const Journal& journal) {
  std::string text(kHeadLine);
  text += fmt::format("run {}\n", journal.id);
  if (journal.is_pointer) text += "pointer\n";
  if (journal.withdrawn) text += "withdrawn\n";
  std::vector<std::string> lines(journal.folders.size());
  for (const Move& move : journal.moves)
    put_move(move, journal.is_pointer, lines[journal.is_pointer ? 0 : move.folder]);
  for (size_t index = 0; index < journal.folders.size(); ++index) {
    const FolderRecord& folder = journal.folders[index];
    text += fmt::format("folder {} {} {}\n", folder.inode, folder.born_ns, escape(folder.path));
    text += lines[index];
  }
  return seal(std::move(text));
}

std::optional<Journal> parse_journal(std::string_view text) {
  const size_t end = text.rfind("end ");
  if (end == std::string_view::npos || !text.starts_with(kHeadLine) ||
      seal(std::string(text.substr(0, end))) != text)
    return std::nullopt;
  std::string_view rest = text.substr(kHeadLine.size(), end - kHeadLine.size());
  LineReader reader;
  while (!rest.empty()) {
    if (!reader.read(take_until(rest, '\n'))) return std::nullopt;
  }
  return reader.finish();
}

Result<FoundJournal> read_journal(const Folder& folder, const std::string& id) {
  const std::string name = journal_name(id);
  const std::string path = folder.path_of(name);
  FileInfo info;
  int result = folder.look(name, info);
  if (result == -ENOENT) return FoundJournal();
  if (result < 0) return std::unexpected(file_error("read", path, result));
  const uid_t user = folder.calls().user();
  if (std::string why = why_foreign(info, user); !why.empty()) return not_ours(std::move(why));
  // What was looked at may be another file by now: NONBLOCK, should it be a pipe.
  const Descriptor file = folder.calls().open(folder.at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (file.get() == -ENOENT) return FoundJournal();
  if (file.get() == -EACCES || file.get() == -ELOOP) return not_ours("cannot be read");
  if (!file.is_open()) return std::unexpected(file_error("read", path, file.get()));
  result = folder.calls().look(file.get(), path, info);
  if (result < 0) return std::unexpected(file_error("read", path, result));
  if (std::string why = why_foreign(info, user); !why.empty()) return not_ours(std::move(why));
  LEAT_TRY_ASSIGN(const std::string text, read_all(folder, path, file.get()));
  FoundJournal found;
  found.journal = parse_journal(text);
  if (!found.journal || found.journal->id != id)
    return not_ours("is damaged, or of another version");
  return found;
}

Status write_journals(const std::vector<FolderRef>& folders, const std::vector<Journal>& journals) {
  Status status = write_parts(folders, journals);
  if (!status) {
    for (size_t i = 0; i < folders.size(); ++i) folders[i]->remove(part_name(journals[i].id));
    return status;
  }
  if (LEAT_MUTANT("journal_name_not_synced")) return {};
  FolderRef failed;
  if (const int result = sync_folders(folders, failed); result < 0)
    return std::unexpected(
        file_error("write", failed->path_of(journal_name(journals[0].id)), result));
  return {};
}

Status write_journal(const FolderRef& folder, const Journal& journal) {
  return write_journals({folder}, {journal});
}

}  // namespace leat::io
