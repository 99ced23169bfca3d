// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// All outputs of a run appear together or not at all. Sinks write to staged files beside their
// targets; at the end the run prepares all of them (fsync), and commits (commit.h). What a run that
// died has left is dealt with by the next one that writes into the same folder (recovery.h).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace leat {
class RunWatch;
}

namespace leat::io {

class ByteSource;
class FileCalls;

/// What to do when the target exists.
enum class IfExists : uint8_t {
  kReplace,
  kError,
  kAppend,  ///< What is there comes first: whoever stages the file copies it.
};

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
  /// Bytes that write() took; exact once prepared.
  virtual uint64_t written() const = 0;
  /// Gives up its descriptor until the next write, if it can. SUSPENDS. ERRORS: as write.
  virtual Status release() { return {}; }
  /// What is to be appended to, from its first byte; null when there is none. Must not change until
  /// the commit. SUSPENDS. ERRORS: kIo.
  virtual Result<std::unique_ptr<ByteSource>> open_old();
};

/// A file, or a stream, that a run was to write.
struct OutputFile {
  std::string target;  ///< As the pipeline names it.
  uint64_t bytes = 0;
  /// The path with placeholders that it is one of the files of; empty: none.
  std::string pattern = {};
};

/// Many files whose names are made of data.
struct OutputSet {
  std::string pattern;  ///< As the pipeline writes it.
  std::string folder;   ///< All of them lie in it, or below.
  IfExists if_exists = IfExists::kReplace;
};

/// Does a run change anything?
enum class Publish : uint8_t {
  kYes,
  kNo,  ///< Files are staged and then removed; what would go to a stream is counted.
};

/// What became of the files that a run was to write.
struct OutputsReport {
  bool are_changed = false;  ///< Some or all; or it cannot be told.
  /// Says which, for whoever reads why the run failed: found out, not assumed.
  std::string text = "no output was changed";
  /// In the order in which they were opened; behind them those of patterns, by name.
  std::vector<OutputFile> files = {};
};

/// For a process that ends although a run is stuck in a system call: removes the staged files of
/// all transactions and keeps them from committing. False when one commits or has committed, in
/// this process: what it decided is to be let finish. THREADS: any.
bool abandon_outputs() noexcept;

/// As abandon_outputs, then waits for commits under way, but not for ever.
void end_outputs() noexcept;

/// The outputs of one run. THREADS: any (a mutex guards the list; it is not held during I/O that
/// may park).
class OutputTransaction {
 public:
  OutputTransaction();
  /// With system calls that tests chose. `calls` outlives the transaction.
  explicit OutputTransaction(const FileCalls& calls);
  /// Whom to tell, and to ask whether the run is still wanted. `watch` outlives the transaction.
  void set_watch(const RunWatch* watch);
  /// Before the first stage(). With Publish::kNo commit() is not called.
  void set_publish(Publish publish);
  /// Aborts unless committed: removes every staged file.
  ~OutputTransaction();
  OutputTransaction(const OutputTransaction&) = delete;
  OutputTransaction& operator=(const OutputTransaction&) = delete;

  /// Opens a staged file for `target`, after rolling back or forward what an earlier run left in
  /// its directory. Missing parent directories are created on commit's behalf now and removed again
  /// by abort if they stay empty. A target that is a pipe or a character device is written as it
  /// goes; so are `-`, standard output, and /dev/stdout or /dev/fd/N, which are what they were
  /// opened as. A symbolic link is followed. ERRORS: kIo: no permission, target is a directory,
  /// exists (IfExists::kError), an earlier run cannot be finished; kInvalid: two sinks with one
  /// target; kCancelled.
  Result<StagedFile*> stage(const std::string& target, IfExists if_exists);
  /// Rolls back or forward what an earlier run left in the folder of `set`, if it is there. ERRORS:
  /// as stage_member.
  Status open_set(const OutputSet& set);
  /// As stage, for one of the files of an opened set; its descriptor can be given up. Only files
  /// can be targets, and none that this run reads. ERRORS: as stage; kIo for such targets.
  Result<StagedFile*> stage_member(const OutputSet& set, const std::string& target);
  /// Files that no member of a set may replace: those that the run reads. Before the first stage().
  void set_inputs(const std::vector<std::string>& files);
  /// REQUIRES: every staged file was prepared. SUSPENDS (waits for commits of other runs).
  /// ERRORS: kIo; kCancelled. Afterwards `report` says what became of the outputs.
  Status commit();
  OutputsReport report() const;
  /// Removes all staged files. Idempotent.
  void abort() noexcept;

 private:
  friend bool abandon_outputs() noexcept;
  friend void end_outputs() noexcept;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::io
