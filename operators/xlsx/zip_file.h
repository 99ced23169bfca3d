// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The members of a zip archive that is a file, unpacked as they are read.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "operators/input/byte_source.h"

namespace leat::io {

/// THREADS: one goroutine at a time, its member's source as well.
class ZipFile {
 public:
  /// SUSPENDS. ERRORS: kIo; kData when the file is no zip archive.
  static Result<std::shared_ptr<ZipFile>> open(std::shared_ptr<const Input> input);
  ~ZipFile();
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  /// Is there a member of that name, in any case? SUSPENDS. REQUIRES: no member is open.
  bool has(const std::string& name);
  /// The bytes of a member; more of them than Input::max_expansion allows are an error. SUSPENDS.
  /// ERRORS: of this and of reads: kData: missing, encrypted, damaged, a bomb. REQUIRES: no other
  /// member is open.
  static Result<std::unique_ptr<ByteSource>> open_member(std::shared_ptr<ZipFile> file,
                                                         const std::string& name);
  /// All of a small member; one of more than `limit` bytes is an error. SUSPENDS. ERRORS, REQUIRES:
  /// as open_member.
  static Result<std::string> read_member(const std::shared_ptr<ZipFile>& file,
                                         const std::string& name, size_t limit);

  const std::shared_ptr<const Input>& input() const { return input_; }
  /// An error about all of the file.
  Error error(std::string message, std::string hint = {}) const;

 private:
  friend class ZipMember;
  ZipFile(std::shared_ptr<const Input> input, void* archive)
      : input_(std::move(input)), archive_(archive) {}
  Error damaged(std::string_view what) const;

  const std::shared_ptr<const Input> input_;
  void* const archive_;  // minizip's
};

}  // namespace leat::io
