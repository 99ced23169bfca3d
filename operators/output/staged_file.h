// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Files being written. A Staging lies beside its target under a hidden name until the transaction
// commits; a StreamFile is something that can only be written as it goes: a pipe, a character
// device, standard output.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "operators/input/byte_source.h"
#include "operators/output/folder.h"
#include "operators/output/journal.h"
#include "operators/output/output_transaction.h"

namespace leat::io {

/// A file in the making. While it lives it holds the lock of the staged file, which tells other
/// runs that it is not abandoned.
class Staging final : public StagedFile {
 public:
  /// Creates the staged file for `name` in `folder`; messages call it `shown`. Nobody else can open
  /// it until it is prepared. SUSPENDS. ERRORS: kIo.
  static Result<std::unique_ptr<Staging>> create(FolderRef folder, std::string name,
                                                 std::string shown);
  /// The same under the id `group` of a live file, by which the run proves that it lives: the
  /// descriptor can be given up, nothing is gathered, and prepare() leaves it to the transaction to
  /// sync.
  static Result<std::unique_ptr<Staging>> create_in_group(FolderRef folder, std::string name,
                                                          std::string shown,
                                                          const std::string& group);

  Status write(std::string_view bytes) override;
  /// Gives it the attributes of the file that it replaces, too.
  Status prepare() override;
  Status release() override;
  Result<std::unique_ptr<ByteSource>> open_old() override;
  const std::string& target() const override { return shown_; }
  uint64_t written() const override { return written_; }

  /// What to do with what is there, as it was found: nullopt, nothing was. REQUIRES: before any
  /// write.
  void set_found(IfExists if_exists, const std::optional<FileInfo>& found);
  IfExists if_exists() const { return if_exists_; }
  /// The file that is appended to.
  const std::optional<FileRecord>& old() const { return old_; }
  /// Is it synced with the others of its group?
  bool is_in_group() const { return in_group_; }
  /// Syncs what was prepared without. SUSPENDS. ERRORS: kIo.
  Status sync();
  const FolderRef& folder() const { return folder_; }
  const std::string& name() const { return name_; }
  const std::string& staged() const { return staged_; }
  bool is_prepared() const { return prepared_; }
  /// Looks that what was written is what its name leads to. SUSPENDS. ERRORS: kIo: somebody removed
  /// or replaced it.
  Result<FileInfo> verify() const;
  /// Removes the staged file.
  void discard() noexcept;

 private:
  Staging(FolderRef folder, std::string name, std::string shown)
      : calls_(folder->calls()),
        folder_(std::move(folder)),
        name_(std::move(name)),
        shown_(std::move(shown)) {}
  int open_new(const std::string& id);
  int lock_new(FileInfo& own);
  Status reopen();
  Status check_own(const FileInfo& info) const;
  Status flush();
  Status write_out(std::string_view bytes);

  const FileCalls& calls_;
  const FolderRef folder_;
  const std::string name_;
  const std::string shown_;
  std::string staged_;
  Descriptor file_;
  bool is_made_ = false;  // and not discarded
  bool in_group_ = false;
  FileInfo own_;  // when it was made
  IfExists if_exists_ = IfExists::kReplace;
  std::optional<FileRecord> old_;
  std::string pending_;  // small writes are gathered
  uint64_t written_ = 0;
  uint64_t pushed_ = 0;  // the kernel was asked to write back up to here
  bool prepared_ = false;
};

/// What would be written as it goes, counted and dropped.
class CountedStream final : public StagedFile {
 public:
  explicit CountedStream(std::string shown) : shown_(std::move(shown)) {}

  Status write(std::string_view bytes) override {
    written_ += bytes.size();
    return {};
  }
  Status prepare() override { return {}; }
  const std::string& target() const override { return shown_; }
  uint64_t written() const override { return written_; }

 private:
  const std::string shown_;
  uint64_t written_ = 0;
};

/// Bytes that leave at once. ERRORS of write: kCancelled when nobody reads the pipe any more: the
/// reader has what it wanted.
class StreamFile final : public StagedFile {
 public:
  StreamFile(const FileCalls& calls, Descriptor file, std::string shown)
      : calls_(calls), file_(std::move(file)), shown_(std::move(shown)) {}

  Status write(std::string_view bytes) override;
  Status prepare() override { return {}; }
  const std::string& target() const override { return shown_; }
  uint64_t written() const override { return written_; }

 private:
  const FileCalls& calls_;
  Descriptor file_;
  const std::string shown_;
  uint64_t written_ = 0;
};

}  // namespace leat::io
