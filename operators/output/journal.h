// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a run writes down before it puts several outputs in place, and what may be believed of it
// afterwards.
//
// Names in a folder of outputs, all hidden; <id> are 16 random hexadecimal digits:
//   .<target>.leat-<id>.part    a staged file; its writer holds its lock, so a lock that is free
//                               means a dead writer. Once in place, the old file for a moment
//   .<target>.leat-<id>.old     a second name of the old file, where files cannot be exchanged
//   .leat-<id>.journal          the decision of a run. It lies in the folder of the run's first
//                               target; in each other folder lies a pointer of the same name
//   .leat-<id>.journal.part     a journal being written
//   .leat-<id>.live             locked by a run that holds not all of its staged files open
//                               (live_file.h)
//
// A folder may be writable for others, so nothing is believed for its name: a journal counts when
// it is a regular file of our own user or root's, with one name, that nobody else may write. What
// it says of other folders counts when they are the ones that it recorded and point back to it.
//
// Rejected: a journal in one fixed place (folders may be mounted elsewhere next time; paths in a
// journal are relative to it for the same reason); a key to seal journals with (whoever could keep
// it from others can own the file as well).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/output/folder.h"

namespace leat::io {

/// What tells a file from others, also after a restart.
struct FileRecord {
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified_ns = 0;  ///< 0: not compared.
  uid_t owner = 0;

  /// A regular file with these. Owners are not compared.
  bool matches(const FileInfo& info) const;
};

/// A folder, by its path from the journal's own, and what tells it from one that was put there
/// later: a mount point is not what is mounted on it.
struct FolderRecord {
  std::string path;
  uint64_t inode = 0;
  int64_t born_ns = 0;

  bool matches(const FileInfo& info) const {
    return inode == info.inode && born_ns == info.born_ns;
  }
};

/// A staged file and the name it is to get, in one folder.
struct Move {
  size_t folder = 0;  ///< Index into the journal's folders.
  std::string staged;
  std::string target;
  FileRecord staged_file;
  std::optional<FileRecord> old_file;  ///< Nullopt: there was no target.
};

struct Journal {
  std::string id;
  bool is_pointer = false;            ///< Then `folders` holds the journal's, `moves` no targets.
  bool withdrawn = false;             ///< What was done is to be undone.
  std::vector<FolderRecord> folders;  ///< The first is the journal's own.
  std::vector<Move> moves;
};

/// 16 random hexadecimal digits.
std::string draw_id();
/// A name that is taken, or taken away by another run, is drawn again so many times.
inline constexpr int kDrawsMax = 100;

std::string journal_name(const std::string& id);
std::string staged_name(const std::string& target, const std::string& id);
/// The second name of the old file. REQUIRES: a name that staged_name made.
std::string kept_name(const std::string& staged);
/// The run's id when `name` is a journal's.
std::optional<std::string> id_of_journal(std::string_view name);
std::string live_name(const std::string& id);
/// The run's id when `name` is that of its live file.
std::optional<std::string> id_of_live(std::string_view name);
/// The id in the name of a staged file, or of a second name of an old one: the file's own, or that
/// of the run.
std::optional<std::string> id_of_staged(std::string_view name);
/// Is it the name of a file that a run leaves behind when it dies, other than its journal?
bool is_leftover_name(std::string_view name);

/// Why `info` is not a file of our own user or root's that nobody else can have a hand in; empty
/// when it is.
std::string why_foreign(const FileInfo& info, uid_t user);

std::string journal_text(const Journal& journal);
/// Nullopt when it is damaged, or says what no run writes.
std::optional<Journal> parse_journal(std::string_view text);

/// What is found under the name of a journal.
struct FoundJournal {
  std::optional<Journal> journal;  ///< Only when it may be believed.
  std::string why_not;             ///< Empty, without a journal: there is none.
};

/// SUSPENDS. ERRORS: kIo: one of our own cannot be read.
Result<FoundJournal> read_journal(const Folder& folder, const std::string& id);

/// Writes it so that it is durable before it has its name, and its name is when this returns.
/// SUSPENDS. ERRORS: kIo.
Status write_journal(const FolderRef& folder, const Journal& journal);
/// The same for several journals in folders of their own; thousands cost a few waits for the disk.
Status write_journals(const std::vector<FolderRef>& folders, const std::vector<Journal>& journals);

}  // namespace leat::io
