// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows that come by partition, each partition in its order: in batches, or in the blocks of a run
// on disk. Nothing is moved; what is found out is where partitions and groups of peers begin.
#include <algorithm>
#include <limits>
#include <utility>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "operators/data/value_order.h"
#include "operators/state/windows/partitioned_rows.h"

namespace leat::state {

bool are_equal(std::span<const size_t> columns, const Batch& a, size_t row_a, const Batch& b,
               size_t row_b) {
  return std::all_of(columns.begin(), columns.end(), [&](size_t column) {
    const Column& left = a.column(column);
    const Column& right = b.column(column);
    const bool valid = left.is_valid(row_a);
    return valid == right.is_valid(row_b) &&
           (!valid || compare_values(left, row_a, right, row_b) == 0);
  });
}

// ------------------------------------------------------------------------------------------- batches

Status PartitionedRows::take_arranged(std::vector<Batch> batches) {
  batches_ = std::move(batches);
  std::vector<uint32_t> rows;
  for (const Batch& batch : batches_) rows.push_back(static_cast<uint32_t>(batch.rows()));
  return number_rows(rows);
}

Status PartitionedRows::take_arranged(SpillRunRef run, const std::vector<uint32_t>& block_rows,
                                      PageStore& pages) {
  run_ = std::move(run);
  pages_ = &pages;
  return number_rows(block_rows);
}

Status PartitionedRows::number_rows(std::span<const uint32_t> batch_rows) {
  uint64_t rows = 0;
  begins_.reserve(batch_rows.size() + 1);
  for (const uint32_t more : batch_rows) {
    begins_.push_back(static_cast<uint32_t>(rows));
    rows += more;
    if (rows >= std::numeric_limits<uint32_t>::max())
      return fail(code::kTooManyRows, ErrorCode::kData,
                  "there are more than 4294967294 rows to be put into partitions");
  }
  begins_.push_back(static_cast<uint32_t>(rows));
  uint32_t batch = 0;
  for (size_t position = 0; position < rows; position += kHintRows) {
    while (begins_[batch + 1] <= position) ++batch;
    hints_.push_back(batch);
  }
  return {};
}

RowRef PartitionedRows::locate(uint32_t position) const {
  uint32_t batch = hints_[position / kHintRows];
  while (begins_[batch + 1] <= position) ++batch;
  return {batch, position - begins_[batch]};
}

Result<Batch> PartitionedRows::batch(size_t index) const {
  if (pages_ == nullptr) return batches_[index];
  ++reads_;
  Slot* oldest = slots_.data();
  for (Slot& slot : slots_) {
    if (slot.number == index) {
      slot.used = reads_;
      return slot.batch;
    }
    if (slot.used < oldest->used) oldest = &slot;
  }
  *oldest = Slot();
  run_->read_ahead(index + 1);
  LEAT_TRY_ASSIGN(Batch read, run_->read(index, pages_->memory()));
  *oldest = {index, read, reads_};
  return read;
}

// ---------------------------------------------------------------------------------------- arrangement

size_t ArrangedRows::peer_at(uint32_t place) const {
  if (place == 0) return 0;
  if (place == rows()) return peers.size() - 1;
  size_t begin = 0;
  size_t end = peers.size();
  while (begin < end) {
    const size_t middle = begin + (end - begin) / 2;
    if (peers[middle] < place) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

Result<ArrangedRows> PartitionedRows::arranged(size_t index) const {
  const PartitionPlan::Arrangement& wanted = plan_.arrangements[index];
  std::vector<size_t> order;
  for (const SortPlan::Key& key : wanted.order.keys) order.push_back(key.stored);
  ArrangedRows arranged(memory_, pages_);
  Batch before;
  uint32_t place = 0;
  for (size_t i = 0; i < batch_count(); ++i) {
    checkpoint();
    LEAT_TRY_ASSIGN(Batch now, batch(i));
    for (size_t row = 0; row < now.rows(); ++row, ++place) {
      const Batch& last = row == 0 ? before : now;
      const size_t last_row = row == 0 ? before.rows() - 1 : row - 1;
      const bool begins = place == 0 || !are_equal(wanted.partition_by, last, last_row, now, row);
      if (begins) LEAT_TRY(arranged.partitions.push_back(place));
      if (begins || !are_equal(order, last, last_row, now, row))
        LEAT_TRY(arranged.peers.push_back(place));
    }
    before = std::move(now);
  }
  LEAT_TRY(arranged.partitions.push_back(place));
  LEAT_TRY(arranged.peers.push_back(place));
  LEAT_TRY(arranged.peers.finish());
  return arranged;
}

}  // namespace leat::state
