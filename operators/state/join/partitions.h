// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows on disk by the hash of their key: equal keys lie in the same partition, and a partition that
// is still too large is divided by the next bits. See partitions.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "operators/context.h"
#include "operators/data/take.h"
#include "operators/state/row_key.h"
#include "operators/state/spill/spill_run.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// No setting changes it.
inline constexpr size_t kJoinPartitions = 64;
/// So many times a partition can be divided.
inline constexpr unsigned kPartitionLevels = 10;

/// The partition of `level`, from 0, that has the rows of this hash.
inline size_t partition_of(uint64_t hash, unsigned level) { return hash >> (58 - 6 * level) & 63; }

using PartitionRuns = std::array<std::vector<SpillRunRef>, kJoinPartitions>;

/// Hashes of keys, the same on both sides of a join. THREADS: one at a time.
class KeyHasher {
 public:
  explicit KeyHasher(MemoryAccount& memory) : encoder_(memory) {}
  /// Writes the hash of each selected row to `hashes[physical row]`. ERRORS: kMemory.
  Status hash(std::span<const ColumnRef> keys, const Selection& selection, uint64_t* hashes);

 private:
  RowKeyEncoder encoder_;
};

/// Writes rows of one lane. THREADS: one at a time.
class PartitionWriter {
 public:
  /// `work` is for writing, a lease of kWorkBytes; rows that wait are not charged here.
  PartitionWriter(SchemaRef schema, unsigned level, SpillArea& area, MemoryAccount& work);

  /// What writing takes besides the rows that wait.
  static constexpr size_t kWorkBytes = size_t{1} << 20;

  /// Takes a batch of which all rows are selected, with the hash of each. ERRORS: kIo, kMemory.
  /// SUSPENDS
  Status add(Batch batch, const uint64_t* hashes);
  /// Writes what waits. ERRORS: kIo, kMemory. SUSPENDS
  Status flush();
  /// Writes the rest, and appends the runs to `runs`; nothing may be added after that. `memory` is
  /// charged for what stays in memory of them. ERRORS: kIo, kMemory. SUSPENDS
  Status finish(PartitionRuns& runs, MemoryAccount& memory);
  /// Rows that were added.
  uint64_t rows() const { return rows_; }
  size_t waiting_rows() const { return waiting_rows_; }

 private:
  SchemaRef schema_;
  unsigned level_;
  MemoryAccount& work_;
  size_t waiting_max_;
  std::vector<Batch> waiting_;
  std::array<std::vector<RowRef>, kJoinPartitions> refs_;
  size_t waiting_rows_ = 0;
  size_t waiting_bytes_ = 0;
  std::array<std::unique_ptr<SpillWriter>, kJoinPartitions> writers_;
  SpillArea& area_;
  uint64_t rows_ = 0;
};

}  // namespace leat::state
