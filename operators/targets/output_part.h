// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One file of a sink from its header to its footer: what it held before if it is appended to,
// packing, the checksum of its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nettle/sha2.h>

#include "operators/context.h"
#include "operators/output/output_transaction.h"
#include "operators/output/packed_file.h"
#include "operators/state/spill/spill_area.h"
#include "operators/targets/append.h"

namespace leat::io {

/// What all files of a sink share.
struct PartStyle {
  FileFrame frame;
  Packing packing;
  /// Makes what writes the text of a format that is more than its text: null, the file is the text,
  /// packed or not. Its `packing` is none.
  std::function<std::unique_ptr<FileWriter>(StagedFile&, MemoryAccount&)> container = {};
  /// So many bytes at the beginning of the first record are left out: what separates it from the
  /// one before.
  size_t separator_bytes = 0;
  bool has_checksum = false;
  /// Text is gathered in the spill area, and packed when the file is finished: a sink with many
  /// files under way has no memory to pack all of them at once.
  bool gathers = false;

  /// Is the file another one than the text?
  bool packs() const { return packing.compression != Compression::kNone || container; }
};

/// What a file has become.
struct FileEntry {
  std::string path;
  uint64_t rows = 0;   ///< Of this run.
  uint64_t bytes = 0;  ///< Of the file.
  std::string sha256;  ///< In hexadecimal digits; empty unless asked for.
};

/// THREADS: one. SUSPENDS (calls do I/O).
class OutputPart {
 public:
  /// `style`, `file` and what `context` names outlive this. REQUIRES: a spill area if the style
  /// gathers and packs.
  OutputPart(const PartStyle& style, StagedFile& file, const StageContext& context);

  /// Copies what is there when that is to be appended to, or writes the header. ERRORS: kIo, also
  /// when rows cannot come behind it; kMemory.
  Status begin();
  /// `records` hold `rows` whole ones. ERRORS: as StagedFile::write; kMemory.
  Status write(std::string_view records, uint64_t rows);
  /// Writes what is left and prepares the file. No writes may follow.
  Status finish();

  StagedFile& file() { return hashed_.file(); }
  uint64_t rows() const { return rows_; }
  FileEntry entry() const;

 private:
  /// Passes on, and adds to the checksum, what goes to a staged file.
  class Hashed final : public StagedFile {
   public:
    Hashed(StagedFile& file, bool is_asked) : file_(file), is_asked_(is_asked) {
      sha256_init(&context_);
    }
    Status write(std::string_view bytes) override;
    Status prepare() override { return file_.prepare(); }
    const std::string& target() const override { return file_.target(); }
    uint64_t written() const override { return file_.written(); }
    StagedFile& file() { return file_; }
    std::string digest() const;

   private:
    StagedFile& file_;
    const bool is_asked_;
    sha256_ctx context_;
  };

  Status copy_old();
  Status put(std::string_view text);
  Status put_out(std::string_view text);
  Status gather(std::string_view text);
  Status pack_gathered();
  std::unique_ptr<FileWriter> make_packed();

  const PartStyle& style_;
  const StageContext& context_;
  Hashed hashed_;
  std::unique_ptr<FileWriter> packed_;  // null when the file is the text
  std::vector<state::SpillExtent> gathered_;
  size_t separator_bytes_;
  uint64_t rows_ = 0;
};

}  // namespace leat::io
