// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// State by key on disk: written partition by partition of the keys' hashes, restored one partition
// at a time. See spilled_partitions.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "operators/operator.h"
#include "operators/state/groups/group_array.h"
#include "operators/state/spill/spill_run.h"

namespace leat::state {

/// Partitions are the high bits of a key's hash: so many, whatever the machine and the settings.
inline constexpr uint32_t kPartitionBits = 6;
inline constexpr uint32_t kPartitions = 1U << kPartitionBits;

/// Writing and ordering so many keys takes so many bytes.
size_t spill_work_bytes(size_t keys);

/// What a lane has written at once.
struct SpilledPartitions {
  SpillRunRef run;
  std::array<uint32_t, kPartitions + 1> blocks{};  ///< Where each partition begins in the run.
};

/// What write_partitions() is to write: a row for each key.
struct KeysToWrite {
  size_t keys;
  size_t bytes_each;  ///< What one takes, about.
  /// The high half of a key's hash; see GroupTable::tag.
  std::function<uint32_t(uint32_t)> tag;
  /// The rows of some keys.
  std::function<Result<Batch>(std::span<const uint32_t>, MemoryAccount&)> rows;
};

/// Where it goes, and with which memory.
struct SpillInto {
  SpillArea& area;
  Ledger& ledger;
  MemoryAccount& memory;        ///< For what stays in memory of it.
  MemoryAccount& block_memory;  ///< For the rest: spill_work_bytes().
};

/// Writes keys to disk; counts kSpilled. ERRORS: kIo, kMemory. SUSPENDS
Result<SpilledPartitions> write_partitions(const KeysToWrite& what, const SpillInto& into);

/// The keys of one partition, or of a part of it. THREADS: one at a time. ERRORS of all calls:
/// kMemory.
class PartitionState {
 public:
  virtual ~PartitionState() = default;
  /// Merges rows as they were written.
  virtual Status load(const Batch& rows) = 0;
  /// How many keys there are.
  virtual size_t size() const = 0;
  /// Nothing is loaded after that: the keys in the order of their results. SUSPENDS
  virtual Result<GroupNumbers> finish() = 0;
  /// The results of some keys, in the columns of the output, placed where they belong. Those that
  /// have none are in `faults`, in their order.
  virtual Result<Batch> results(std::span<const uint32_t> keys, std::vector<RowFault>& faults) = 0;
  /// Tells results of one ordinal apart: their order in the lane.
  virtual uint64_t arrival(uint32_t key) const = 0;
  /// The key, for people; empty when there is but one.
  virtual Result<std::string> text_of(uint32_t key) const = 0;
  /// The results are written: counts what became of the rows that were loaded.
  virtual void complete(Ledger& ledger) const { static_cast<void>(ledger); }
};

/// How partitions are restored. THREADS: immutable once made, any.
struct RestorePlan {
  SchemaRef output;
  std::vector<Type> key_types;
  std::vector<size_t> key_columns;  ///< Of the rows that were written.
  std::function<std::unique_ptr<PartitionState>(MemoryAccount&)> make;
  Span where = {};  ///< What is to blame for a key that does not fit.
};

/// The result of a stage of which all keys are on disk: `lanes[i]` is what lane i has written, in
/// order. Takes about `memory_bytes`. Counts kRestored, and what it writes itself. ERRORS: kIo;
/// kMemory, also of a key that alone does not fit. SUSPENDS
Result<CollectedRef> restore_partitions(const RestorePlan& plan, const LaneContext& context,
                                        std::vector<std::vector<SpilledPartitions>> lanes,
                                        size_t memory_bytes);

/// A column of `count` 64-bit values. ERRORS: kMemory.
template <typename ValueOf>
Result<ColumnRef> integer_column(size_t count, MemoryAccount& memory, ValueOf&& value_of) {
  LEAT_TRY_ASSIGN(BufferRef values, memory.allocate(count * sizeof(uint64_t)));
  for (size_t i = 0; i < count; ++i) values->mutable_as<uint64_t>()[i] = value_of(i);
  Column::Parts parts;
  parts.values = std::move(values);
  return ColumnRef(std::make_shared<Column>(kInt64Type, count, std::move(parts)));
}

/// `schema` with a column of integers behind its own for each of `names`.
SchemaRef with_integers(const SchemaRef& schema, std::initializer_list<const char*> names);

}  // namespace leat::state
