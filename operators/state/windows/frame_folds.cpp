// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any aggregate over frames, by what it is for groups: bits, moments, correlations and
// values chosen by a key from trees of states; lists, texts and what counts equal values once from
// the rows of each frame, of which their results are made.
#include <algorithm>
#include <mutex>

#include "engine/parallel.h"
#include "operators/state/windows/frame_tree.h"
#include "operators/state/windows/window_input.h"

namespace leat::state {

namespace {

/// How many rows have one state, where frames are made of states; 0: they are not.
size_t leaf_rows_of(const FoldSpec& spec) {
  if (spec.distinct) return 0;
  switch (spec.fold) {
    case Fold::kList:
    case Fold::kText:
    case Fold::kHistogram:
    case Fold::kEntropy:
    case Fold::kAbsoluteDeviation:
    case Fold::kTop:
    case Fold::kProduct:
    case Fold::kCountDistinct: return 0;
    default: return 16;
  }
}

/// Blocks [first, last) of the places.
Status fold_blocks(const WindowInput& input, const FrameTree& tree, size_t first, size_t last,
                   WindowColumn& out) {
  const ArrangedRows& arranged = input.arranged;
  FrameFolder folder(tree);
  uint32_t place = static_cast<uint32_t>(first * WindowColumn::kBlockRows);
  size_t partition = static_cast<size_t>(
      std::upper_bound(arranged.partitions.data(),
                       arranged.partitions.data() + arranged.partitions.size(), place) -
      arranged.partitions.data() - 1);
  std::optional<FrameCursor> cursor;
  std::vector<FrameRows> frames;
  std::vector<uint32_t> places;
  for (size_t block = first; block < last; ++block) {
    checkpoint();
    frames.clear();
    places.clear();
    const size_t end = std::min(input.rows.rows(), (block + 1) * WindowColumn::kBlockRows);
    for (; place < end; ++place) {
      while (place >= arranged.partitions[partition + 1]) {
        ++partition;
        cursor.reset();
      }
      if (!cursor) cursor.emplace(input.call.frame, arranged, input.keys, partition);
      frames.push_back(cursor->at(place));
      places.push_back(place);
      out.refer(arranged.position(place), place);
    }
    std::vector<RowFault> faults;
    LEAT_TRY_ASSIGN(ColumnRef values, folder.fold(frames, places, faults));
    out.set_block(block, std::move(values));
    for (const RowFault& fault : faults)
      LEAT_TRY(out.set_fault(arranged.position(places[fault.row]), fault.error));
  }
  return {};
}

}  // namespace

Status compute_frame_folds(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_blocks());
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kKeep));
  LEAT_TRY_ASSIGN(const std::unique_ptr<FrameTree> tree,
                  FrameTree::make(input, live, leaf_rows_of(input.call.spec)));
  constexpr size_t kLeast = 8;
  const size_t blocks =
      (input.rows.rows() + WindowColumn::kBlockRows - 1) / WindowColumn::kBlockRows;
  if (input.arranged.paged) return fold_blocks(input, *tree, 0, blocks, out);
  std::mutex mutex;  // held for an assignment
  Status status;
  parallel_for(blocks, kLeast, [&](size_t first, size_t last) {
    Status own = fold_blocks(input, *tree, first, last, out);
    if (own) return;
    const std::lock_guard lock(mutex);
    status = std::move(own);
  });
  return status;
}

}  // namespace leat::state
