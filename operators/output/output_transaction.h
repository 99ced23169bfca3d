// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// All outputs of a run appear together or not at all. Sinks write to staged files beside their
// targets; at the end the run prepares all of them (fsync), writes one journal, renames, and
// removes the journal. A run that dies before the journal is complete leaves only staged files, one
// that dies after it leaves a journal that the next run rolls forward; both are cleaned up by the
// next run that writes into the same directory.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace leat::io {

class FileCalls;

/// What to do when the target exists.
enum class IfExists : uint8_t { kReplace, kError };

/// A file that will become `target` when the transaction commits. Made by OutputTransaction::stage.
/// SUSPENDS (calls do blocking I/O). THREADS: one goroutine.
class StagedFile {
 public:
  virtual ~StagedFile() = default;
  /// ERRORS: kIo, with the target's name (`out/x.csv: No space left on device`).
  virtual Status write(std::string_view bytes) = 0;
  /// Makes everything written durable. No writes may follow.
  virtual Status prepare() = 0;
  virtual const std::string& target() const = 0;
};

/// For a process that ends although a run is stuck in a system call: removes the staged files of
/// all transactions and keeps them from committing. False when one has begun to commit: it is left
/// alone, and its run is as good as done. THREADS: any.
bool abandon_outputs() noexcept;

/// The outputs of one run. THREADS: any (a mutex guards the list; it is not held during I/O that
/// may park).
class OutputTransaction {
 public:
  OutputTransaction();
  /// With system calls that tests chose. `calls` outlives the transaction.
  explicit OutputTransaction(const FileCalls& calls);
  /// Aborts unless committed: removes every staged file.
  ~OutputTransaction();
  OutputTransaction(const OutputTransaction&) = delete;
  OutputTransaction& operator=(const OutputTransaction&) = delete;

  /// Opens a staged file for `target`, after rolling back or forward what an earlier run left in
  /// its directory. Missing parent directories are created on commit's behalf now and removed again
  /// by abort if they stay empty. A target that is a pipe or a character device is written as it
  /// goes; so is `-`, standard output. A symbolic link is followed.
  /// ERRORS: kIo: no permission, target is a directory, exists (IfExists::kError); kInvalid: two
  /// sinks with one target.
  Result<StagedFile*> stage(const std::string& target, IfExists if_exists);
  /// REQUIRES: every staged file was prepared. Writes the journal, renames all, removes the
  /// journal.
  /// ERRORS: kIo; targets not renamed yet are left as they were, the message says which were.
  Status commit();
  /// Removes all staged files. Idempotent.
  void abort() noexcept;

 private:
  friend bool abandon_outputs() noexcept;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::io
