// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Packs what is written to a file, in parallel. The bytes are cut into blocks of one length by
// their position in the output, whatever parts they come in, so that the packed bytes depend on
// neither lanes nor batches. Each full block is packed by a goroutine of its own; packed blocks are
// written in order.
//
// Rejected: packing each part in the lane that encodes it. The parts depend on how batches were
// cut, and behind a selective filter they are too short to pack well.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string_view>

#include "engine/error.h"
#include "operators/data/memory.h"
#include "operators/output/output_transaction.h"
#include "operators/output/packer.h"

namespace leat::io {

/// Takes the text of a file and writes the file. THREADS: one goroutine.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  /// SUSPENDS. ERRORS: as StagedFile::write; kMemory when not even one block fits.
  virtual Status write(std::string_view bytes) = 0;
  /// Writes out all that is left. No writes may follow. SUSPENDS. ERRORS: as write.
  virtual Status finish() = 0;
};

/// What is still being packed when it goes finishes on its own.
class PackedFile final : public FileWriter {
 public:
  /// `file` and `memory` outlive this and all goroutines of the run.
  PackedFile(StagedFile& file, Packing packing, MemoryAccount& memory)
      : file_(file), packing_(packing), memory_(memory) {}

  Status write(std::string_view bytes) override;
  /// A file without bytes becomes one empty part.
  Status finish() override;

 private:
  struct Block;

  Status begin_block();
  Result<std::shared_ptr<Block>> make_block();
  void start_packing();
  Status write_oldest();

  StagedFile& file_;
  const Packing packing_;
  MemoryAccount& memory_;
  std::shared_ptr<Block> filling_;
  std::deque<std::shared_ptr<Block>> under_way_;  // in the order of the output
  bool is_empty_ = true;
};

}  // namespace leat::io
