// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What accumulators make of stretches of rows, for frames of any length. See frame_tree.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "operators/data/take.h"
#include "operators/state/windows/window_input.h"

namespace leat::state {

/// The arguments of a call by place, and states of stretches of them. THREADS: immutable once made,
/// any.
class FrameTree {
 public:
  /// The state of `leaf_rows` rows is made once, then of `kFan` of these stretches, and so on; 0:
  /// none is. `live` has the rows that count, by position. All outlive this. ERRORS: kMemory.
  /// SUSPENDS
  static Result<std::unique_ptr<FrameTree>> make(const WindowInput& input,
                                                 const PagedArray<uint8_t>& live, size_t leaf_rows);

  static constexpr uint32_t kFan = 4;

 private:
  friend class FrameFolder;
  /// The states of one level, in batches of kStatesOfBatch.
  struct Level {
    std::vector<Batch> batches;
    std::unique_ptr<RowTaker> taker;
    uint32_t nodes = 0;
  };
  static constexpr uint32_t kStatesOfBatch = 256;

  FrameTree(const WindowInput& input, const PagedArray<uint8_t>& live, size_t leaf_rows);

  bool is_live(uint32_t place) const { return live_[input_.arranged.position(place)] != 0; }
  /// Folds the rows at `places`, each into its group.
  Status update(Accumulator& into, std::span<const uint32_t> places, const uint32_t* groups) const;
  Status read_arguments();
  Status add_leaves();
  Status add_level();
  Status save(Accumulator& made, uint32_t nodes, Level& level);

  const WindowInput& input_;
  const PagedArray<uint8_t>& live_;
  const uint32_t leaf_rows_;
  SchemaRef schema_;              // of the arguments
  std::vector<Batch> arguments_;  // of all rows, as they are stored
  std::unique_ptr<RowTaker> taker_;
  SchemaRef states_;
  std::vector<Level> levels_;  // from that of leaves up
};

/// Folds frames. THREADS: one at a time.
class FrameFolder {
 public:
  explicit FrameFolder(const FrameTree& tree) : tree_(tree) {
    waiting_.resize(tree.levels_.size());
  }

  /// The value of each of `frames`; those that have none are in `faults`. ERRORS: kMemory.
  Result<ColumnRef> fold(std::span<const FrameRows> frames, std::span<const uint32_t> places,
                         std::vector<RowFault>& faults);

  /// Rows and states that were folded into frames.
  uint64_t steps() const { return steps_; }

 private:
  struct Waiting {
    std::vector<RowRef> states;
    std::vector<uint32_t> groups;
  };

  Status add_stretch(uint32_t begin, uint32_t end, uint32_t group);
  Status add_rows(uint32_t begin, uint32_t end, uint32_t group);
  Status add_nodes(size_t level, uint32_t begin, uint32_t end, uint32_t group);
  Status flush_rows();
  Status flush_level(size_t level);
  Result<ColumnRef> finish(uint32_t groups, std::vector<RowFault>& faults);

  const FrameTree& tree_;
  std::unique_ptr<Accumulator> accumulator_;
  std::vector<uint32_t> rows_;  // places that wait to be folded
  std::vector<uint32_t> row_groups_;
  std::vector<Waiting> waiting_;  // by level
  uint64_t held_ = 0;             // rows in the accumulator, where it keeps them
  uint64_t steps_ = 0;
};

}  // namespace leat::state
