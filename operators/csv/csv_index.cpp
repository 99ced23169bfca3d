// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_index.h"

#include <algorithm>
#include <cstring>

namespace leat::io {
namespace {

/// Writes the positions of the bits of `bits` at `out`, eight at a time; returns how many there
/// are. REQUIRES: room for 64.
inline size_t write_positions(uint64_t bits, uint32_t base, uint32_t* out) {
  const auto count = static_cast<size_t>(std::popcount(bits));
  const auto write = [&](size_t i) {
    // The top bit keeps the count defined once the bits are used up.
    out[i] = base + static_cast<uint32_t>(std::countr_zero(bits | uint64_t{1} << 63));
    bits &= bits - 1;
  };
  for (size_t written = 0; written < count; written += 8) {
    write(written), write(written + 1), write(written + 2), write(written + 3);
    write(written + 4), write(written + 5), write(written + 6), write(written + 7);
  }
  return count;
}

}  // namespace

void CsvIndex::begin(const Split& split) {
  split_ = &split;
  scanner_.restart();
  used_ = delivered_ = 0;
  next_block_ = split.begin;
  ended_ = split.begin == split.end;
}

Result<bool> CsvIndex::next(CsvWindow& window) {
  if (ended_) return false;
  if (!positions_) LEAT_TRY(make_room());
  keep_rest();
  const auto* const bytes = split_->chunk->data();
  const size_t end = split_->end;
  const size_t window_begin = next_block_;
  window = CsvWindow{};
  size_t last_record_end = 0;  // index behind the last separator that ends a record
  while (next_block_ < end && window.records <= kBatchRowsMax - kBlockBytes &&
         (next_block_ - window_begin < kWindowBytes || window.records == 0)) {
    if (used_ + 2 * kBlockBytes > room_) LEAT_TRY(make_room());
    const uint64_t valid = low_bits(std::min(kBlockBytes, end - next_block_));
    const Block block(bytes + next_block_);
    const CsvScanner::Marks marks = scanner_.scan(bytes + next_block_, block, valid);
    window.non_ascii |= block.has_high_bit();
    window.after_quote |= marks.after_quote != 0;
    uint32_t* const out = positions_->mutable_as<uint32_t>() + used_;
    const size_t found = write_positions(marks.separators, static_cast<uint32_t>(next_block_), out);
    if (marks.record_ends != 0) {
      window.records += static_cast<size_t>(std::popcount(marks.record_ends));
      const int last = 63 - std::countl_zero(marks.record_ends);
      last_record_end = used_ + static_cast<size_t>(std::popcount(marks.separators << (63 - last)));
    }
    used_ += found;
    next_block_ += kBlockBytes;
  }
  uint32_t* const positions = positions_->mutable_as<uint32_t>();
  if (next_block_ >= end) {
    ended_ = true;
    const size_t after_last = last_record_end == 0 ? positions[0] + uint32_t{1}
                                                   : positions[last_record_end - 1] + size_t{1};
    if (after_last < end || scanner_.inside_quotes()) {
      positions[used_++] = static_cast<uint32_t>(end);
      last_record_end = used_;
      ++window.records;
      window.unterminated = true;
      window.unclosed = scanner_.inside_quotes();
    }
  }
  delivered_ = last_record_end;
  window.text = split_->chunk->as<char>();
  window.separators = positions + 1;
  window.separator_count = last_record_end == 0 ? 0 : last_record_end - 1;
  return window.records > 0;
}

/// Moves the separators of the record that is not complete yet to the front.
void CsvIndex::keep_rest() {
  uint32_t* const positions = positions_->mutable_as<uint32_t>();
  if (delivered_ == 0) {
    positions[0] = split_->begin - 1;
    used_ = 1;
    return;
  }
  const size_t kept = used_ - (delivered_ - 1);
  std::memmove(positions, positions + delivered_ - 1, kept * sizeof(uint32_t));
  used_ = kept;
}

Status CsvIndex::make_room() {
  const size_t room = positions_ ? 2 * room_ : kFirstRoom;
  LEAT_TRY_ASSIGN(BufferRef larger, memory_.allocate(room * sizeof(uint32_t)));
  if (positions_) std::memcpy(larger->mutable_data(), positions_->data(), used_ * sizeof(uint32_t));
  positions_ = std::move(larger);
  room_ = room;
  return {};
}

}  // namespace leat::io
