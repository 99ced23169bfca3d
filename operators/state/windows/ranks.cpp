// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// row_number, rank, dense_rank, percent_rank, cume_dist and ntile: what follows from a row's place
// alone.
#include <algorithm>

#include "operators/state/windows/window_input.h"

namespace leat::state {

namespace {

/// A group of peers in its partition.
struct PeerGroup {
  uint32_t first;  // the partition's first place
  uint32_t rows;   // of the partition
  uint32_t begin;  // places of the group
  uint32_t end;
  uint32_t number;  // in the partition, from 0
};

/// The part of row `row` when `rows` rows make `parts` parts, both counted from 0.
int64_t part_of_row(uint64_t row, uint64_t rows, uint64_t parts) {
  const uint64_t size = rows / parts;
  const uint64_t longer = rows % parts;  // the first ones have a row more
  const uint64_t in_longer = longer * (size + 1);
  return static_cast<int64_t>(row < in_longer ? row / (size + 1)
                                              : longer + (row - in_longer) / size);
}

void write_group(const WindowPlan::Call& call, const PeerGroup& group, const ArrangedRows& arranged,
                 WindowColumn& out) {
  const int64_t rank = int64_t{group.begin} - group.first;
  for (uint32_t place = group.begin; place < group.end; ++place) {
    const uint32_t position = arranged.position(place);
    const uint32_t row = place - group.first;
    switch (call.function) {
      case WindowFunction::kRowNumber: out.set(position, int64_t{row} + 1); break;
      case WindowFunction::kRank: out.set(position, rank + 1); break;
      case WindowFunction::kDenseRank: out.set(position, int64_t{group.number} + 1); break;
      case WindowFunction::kPercentRank:
        out.set(position, group.rows == 1
                              ? 0.0
                              : static_cast<double>(rank) / static_cast<double>(group.rows - 1));
        break;
      case WindowFunction::kCumeDist:
        out.set(position,
                static_cast<double>(group.end - group.first) / static_cast<double>(group.rows));
        break;
      default: out.set(position, part_of_row(row, group.rows, call.number) + 1);
    }
  }
}

}  // namespace

Status compute_ranks(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  const ArrangedRows& arranged = input.arranged;
  return for_partitions(arranged, [&](size_t first, size_t last) -> Status {
    size_t peer = arranged.peer_at(arranged.partitions[first]);
    for (size_t i = first; i < last; ++i) {
      checkpoint();
      const uint32_t begin = arranged.partitions[i];
      const uint32_t end = arranged.partitions[i + 1];
      PeerGroup group{begin, end - begin, 0, 0, 0};
      for (; arranged.peers[peer] < end; ++peer, ++group.number) {
        group.begin = arranged.peers[peer];
        group.end = arranged.peers[peer + 1];
        write_group(input.call, group, arranged, out);
      }
    }
    return {};
  });
}

}  // namespace leat::state
