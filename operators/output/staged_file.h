// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Files being written. A Staging lies beside its target under a hidden name until the transaction
// commits; a StreamFile is something that can only be written as it goes: a pipe, a character
// device, standard output.
#pragma once

#include <memory>
#include <string>

#include "operators/output/folder.h"
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

  Status write(std::string_view bytes) override;
  /// Gives it the attributes of the file that it replaces, too.
  Status prepare() override;
  const std::string& target() const override { return shown_; }
  uint64_t written() const override { return written_; }

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
  int open_new();
  Status flush();
  Status write_out(std::string_view bytes);

  const FileCalls& calls_;
  const FolderRef folder_;
  const std::string name_;
  const std::string shown_;
  std::string staged_;
  Descriptor file_;
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
