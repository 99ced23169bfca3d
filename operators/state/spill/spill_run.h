// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows on disk: a run is a sequence of blocks, each an encoded batch, packed with lz4 where that
// makes it smaller. Where the blocks lie, and their checksums, stay in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/error.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/state/spill/spill_area.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// What was written by one writer, in order. Its room on the disk is given back when it is
/// destroyed. THREADS: immutable, any.
class SpillRun {
 public:
  struct Block {
    uint64_t offset;
    uint64_t checksum;  // of the bytes as stored
    int32_t file;
    uint32_t stored_bytes;
    uint32_t bytes;  // encoded; equal to stored_bytes: not packed
    uint32_t rows;
  };

  SpillRun(SpillArea& area, StateArray<Block> blocks, std::vector<SpillExtent> extents,
           size_t block_memory, size_t transfer_memory);
  ~SpillRun();
  SpillRun(const SpillRun&) = delete;
  SpillRun& operator=(const SpillRun&) = delete;

  size_t blocks() const { return blocks_.size(); }
  uint64_t rows() const { return rows_; }
  /// Rows of the longest block.
  size_t block_rows() const { return block_rows_; }
  /// What a block that was read takes at most, in bytes of the budget.
  size_t block_memory() const { return block_memory_; }
  /// What reading one takes besides, meanwhile.
  size_t transfer_memory() const { return transfer_memory_; }
  /// Reads block `index`. ERRORS: kIo when it cannot be read or is not what was written; kMemory.
  /// SUSPENDS
  Result<Batch> read(size_t index, MemoryAccount& memory) const;
  /// Has the system read block `index` ahead, if there is one.
  void read_ahead(size_t index) const noexcept;

 private:
  SpillArea& area_;
  StateArray<Block> blocks_;
  std::vector<SpillExtent> extents_;
  size_t block_memory_;
  size_t transfer_memory_;
  uint64_t rows_ = 0;
  size_t block_rows_ = 0;
  uint64_t stored_bytes_ = 0;
};

using SpillRunRef = std::shared_ptr<const SpillRun>;

/// Writes one run. THREADS: one at a time.
class SpillWriter {
 public:
  /// `memory` is for blocks on their way: about three of them; a lease, so that writing is possible
  /// when memory has run out.
  SpillWriter(SpillArea& area, MemoryAccount& memory);
  ~SpillWriter();
  SpillWriter(const SpillWriter&) = delete;
  SpillWriter& operator=(const SpillWriter&) = delete;

  /// Writes the selected rows of `batch` as one block. ERRORS: kIo, kMemory. SUSPENDS
  Status append(const Batch& batch);
  /// What was appended. `memory` is charged for what stays in memory of it, 40 bytes a block. To be
  /// called once. ERRORS: kIo, kMemory. SUSPENDS
  Result<SpillRunRef> finish(MemoryAccount& memory);
  uint64_t rows() const { return rows_; }

 private:
  /// The block's bytes as they are stored: packed, if that pays.
  Result<BufferRef> pack(const BufferRef& encoded);
  Status place(std::string_view bytes, SpillRun::Block& block);

  SpillArea& area_;
  MemoryAccount& memory_;
  std::optional<size_t> file_;
  StateArray<SpillRun::Block> blocks_;
  std::vector<SpillExtent> extents_;  // the last one is open
  uint64_t used_ = 0;                 // of the last extent
  uint64_t written_ = 0;
  size_t block_memory_ = 0;
  size_t transfer_memory_ = 0;
  uint64_t rows_ = 0;
};

/// Reads a run from its first block to its last. THREADS: one at a time.
class SpillReader {
 public:
  explicit SpillReader(SpillRunRef run) : run_(std::move(run)) { run_->read_ahead(0); }

  /// The next block, while the system reads the one behind it; nullopt at the end. ERRORS: as
  /// SpillRun::read. SUSPENDS
  Result<std::optional<Batch>> next(MemoryAccount& memory);

 private:
  SpillRunRef run_;
  size_t next_ = 0;
};

/// Bytes that the columns of `batch` keep.
size_t retained_bytes(const Batch& batch);

}  // namespace leat::state
