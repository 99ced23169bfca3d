// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows have to be written to 64 places at once in blocks that are worth reading, by lanes
// that have no memory left.
//
// Rows wait in the batches in which they came, with a list of references for each partition; when
// enough of them wait, the rows of each partition are picked and written, one partition after the
// other. So there is one block on its way at a time, whatever the number of partitions.
//
// The hash has a seed of its own: tables of groups find the slot of a key by the high bits of
// theirs, and the keys of a partition would all seek the same sixty-fourth of the slots.
//
// Rejected: a buffer for each partition (64 of them, each mostly empty, in each lane).
#include "operators/state/join/partitions.h"

#include <algorithm>

#include <xxhash.h>

#include "engine/go.h"

namespace leat::state {

namespace {

constexpr uint64_t kSeed = 0x6a6f696e;
constexpr size_t kWaitingRowsMax = size_t{1} << 16;
constexpr size_t kWaitingBytesMax = size_t{8} << 20;
constexpr size_t kWaitingBatchesMax = 512;
constexpr size_t kBlockBytes = size_t{64} << 10;

}  // namespace

Status KeyHasher::hash(std::span<const ColumnRef> keys, const Selection& selection,
                       uint64_t* hashes) {
  LEAT_TRY(encoder_.encode(keys, selection));
  for_each_row(selection, [&](size_t row) {
    const std::string_view key = encoder_.key(row);
    hashes[row] = XXH3_64bits_withSeed(key.data(), key.size(), kSeed);
  });
  return {};
}

PartitionWriter::PartitionWriter(SchemaRef schema, unsigned level, SpillArea& area,
                                 MemoryAccount& work)
    : schema_(std::move(schema)),
      level_(level),
      work_(work),
      waiting_max_(std::min(area.lane_bytes() / 4, kWaitingBytesMax)),
      area_(area) {}

Status PartitionWriter::add(Batch batch, const uint64_t* hashes) {
  const auto number = static_cast<uint32_t>(waiting_.size());
  for (uint32_t row = 0; row < batch.rows(); ++row)
    refs_[partition_of(hashes[row], level_)].push_back({number, row});
  waiting_rows_ += batch.rows();
  waiting_bytes_ += retained_bytes(batch);
  rows_ += batch.rows();
  waiting_.push_back(std::move(batch));
  const bool enough = waiting_rows_ >= kWaitingRowsMax || waiting_bytes_ >= waiting_max_ ||
                      waiting_.size() >= kWaitingBatchesMax;
  return enough ? flush() : Status();
}

Status PartitionWriter::flush() {
  if (waiting_.empty()) return {};
  const size_t block = std::clamp<size_t>(
      kBlockBytes / (waiting_bytes_ / std::max<size_t>(waiting_rows_, 1) + 1), 1, kBatchRowsMax);
  const RowTaker taker(waiting_, schema_);
  for (size_t partition = 0; partition < kJoinPartitions; ++partition) {
    std::vector<RowRef>& refs = refs_[partition];
    if (refs.empty()) continue;
    std::unique_ptr<SpillWriter>& writer = writers_[partition];
    if (writer == nullptr) writer = std::make_unique<SpillWriter>(area_, work_);
    for (size_t at = 0; at < refs.size(); at += block) {
      const std::span<const RowRef> some(refs.data() + at, std::min(block, refs.size() - at));
      LEAT_TRY_ASSIGN(const Batch batch, taker.pick(some, work_));
      LEAT_TRY(writer->append(batch));
    }
    refs.clear();
    checkpoint();
  }
  waiting_.clear();
  waiting_rows_ = waiting_bytes_ = 0;
  return {};
}

Status PartitionWriter::finish(PartitionRuns& runs, MemoryAccount& memory) {
  LEAT_TRY(flush());
  for (size_t partition = 0; partition < kJoinPartitions; ++partition) {
    if (writers_[partition] == nullptr) continue;
    LEAT_TRY_ASSIGN(SpillRunRef run, writers_[partition]->finish(memory));
    writers_[partition].reset();
    runs[partition].push_back(std::move(run));
  }
  return {};
}

}  // namespace leat::state
