// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads tar and zip archives, one member after another. See archive_reader.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/error.h"
#include "operators/input/byte_source.h"

namespace leat::io {

/// What an archive says of one of its members.
struct ArchiveMember {
  enum class Kind : uint8_t { kFile, kFolder, kLink, kOther };

  std::string name;  ///< As it stands there, but without `./` and doubled slashes.
  Kind kind = Kind::kFile;
  bool is_encrypted = false;
  bool leads_out = false;  ///< Its name is absolute, or goes up with `..`.
  std::string packing;     ///< How a zip archive packs it, if not in a way that is read.
};

/// An archive that is being read. THREADS: one at a time.
class ArchiveReader {
 public:
  /// Opens the archive `archive`, whose name is that of a file: a tar archive, packed or not, or a
  /// zip archive. What it takes is charged to `memory`, null while binding: then a quarter of
  /// default_memory_limit() is the limit. SUSPENDS. ERRORS: as open_byte_source; kData when it is
  /// no archive.
  static Result<std::unique_ptr<ArchiveReader>> open(const Input& archive, OpenFor purpose,
                                                     MemoryAccount* memory);
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;
  ~ArchiveReader();

  /// The next member in the order of the archive; nullopt at its end. SUSPENDS. ERRORS: kIo when
  /// the archive is damaged, and what reading it reports.
  Result<std::optional<ArchiveMember>> next();
  /// Reads some bytes of that member, as ByteSource::read.
  Result<size_t> read(std::span<uint8_t> into);

  const std::string& name() const { return name_; }
  /// How many members next() gave.
  size_t taken() const { return taken_; }
  /// Those before the current one cannot be read any more, nor what was read of it.
  bool has_begun() const { return has_begun_; }

 private:
  struct Library;

  explicit ArchiveReader(const Input& archive);
  Status open_tar(std::unique_ptr<ByteSource> text, MemoryAccount* memory);
  Status open_zip(const Input& archive, OpenFor purpose, MemoryAccount* memory);
  std::unexpected<Error> damaged() const;

  const std::string name_;
  const uint64_t max_expansion_;
  std::unique_ptr<Library> library_;
  size_t taken_ = 0;
  uint64_t produced_ = 0;
  bool has_begun_ = false;
};

}  // namespace leat::io
