// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: most aggregates cannot give rows back, so that a frame which moves on by a row has to be
// folded anew; and frames are long.
//
// Stretches of rows are folded once, and stretches of stretches of their states, as a tree. A frame
// is made of the rows at its ends and of O(log n) states between them. All of it goes through what
// accumulators do in any stage: update, save, load.
//
// Invariants
// 1. What is folded has its place as its ordinal: "first" means first in the frame.
// 2. Many frames are folded at once, so that rows and states are picked in batches.
//
// Rejected: a stack of states at each end of the frame (a merge for each row, one by one, and holes
// break it); trees of two (as many states as rows, where these are small and states are not).
#include "operators/state/windows/frame_tree.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "engine/mutant.h"

namespace leat::state {

namespace {

/// Rows or states that are picked at once.
constexpr size_t kPicked = kBatchRowsMax;
/// An accumulator that keeps its rows is emptied when it has so many.
constexpr uint64_t kHeldMax = uint64_t{1} << 20;

std::vector<uint32_t> first_numbers(uint32_t count) {
  std::vector<uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

}  // namespace

// ------------------------------------------------------------------------------------------- the tree

FrameTree::FrameTree(const WindowInput& input, const PagedArray<uint8_t>& live, size_t leaf_rows)
    : input_(input), live_(live), leaf_rows_(static_cast<uint32_t>(leaf_rows)) {
  std::vector<Field> fields;
  for (const Type& type : input.call.spec.types)
    fields.push_back({fmt::format("{}", fields.size()), type});
  schema_ = std::make_shared<const Schema>(std::move(fields));
}

/// Of rows on disk the arguments are copied: rows are picked from all of them.
Status FrameTree::read_arguments() {
  for (size_t i = 0; i < input_.rows.batch_count(); ++i) {
    LEAT_TRY_ASSIGN(const Batch batch, input_.rows.batch(i));
    std::vector<ColumnRef> columns;
    for (const size_t column : input_.call.arguments) columns.push_back(batch.columns()[column]);
    Batch arguments(schema_, std::move(columns), batch.rows(), RowPlaces{});
    if (input_.arranged.paged) {
      LEAT_TRY_ASSIGN(arguments, compact(arguments, input_.memory));
    }
    arguments_.push_back(std::move(arguments));
  }
  taker_ = std::make_unique<RowTaker>(arguments_, schema_);
  return {};
}

Result<std::unique_ptr<FrameTree>> FrameTree::make(const WindowInput& input,
                                                   const PagedArray<uint8_t>& live,
                                                   size_t leaf_rows) {
  std::unique_ptr<FrameTree> tree(new FrameTree(input, live, leaf_rows));
  LEAT_TRY(tree->read_arguments());
  if (leaf_rows == 0) return tree;
  std::vector<Field> fields;
  const auto accumulator = Accumulator::make(input.call.spec, input.memory);
  for (const Type& type : accumulator->state_types())
    fields.push_back({fmt::format("{}", fields.size()), type});
  tree->states_ = std::make_shared<const Schema>(std::move(fields));
  LEAT_TRY(tree->add_leaves());
  while (tree->levels_.back().nodes > kFan) LEAT_TRY(tree->add_level());
  return tree;
}

Status FrameTree::update(Accumulator& into, std::span<const uint32_t> places,
                         const uint32_t* groups) const {
  if (places.empty()) return {};
  std::vector<RowRef> refs;
  refs.reserve(places.size());
  for (const uint32_t place : places)
    refs.push_back(input_.rows.locate(input_.arranged.position(place)));
  LEAT_TRY_ASSIGN(const Batch picked, taker_->pick(refs, input_.memory));
  RowPlaces ids;
  LEAT_TRY_ASSIGN(ids.ordinals, input_.memory.allocate(places.size() * sizeof(uint64_t)));
  std::copy(places.begin(), places.end(), ids.ordinals->mutable_as<uint64_t>());
  return into.update(
      {picked.columns().front().get(), picked.selection(), groups, ids, picked.columns()});
}

Status FrameTree::add_leaves() {
  Level level;
  const auto rows = static_cast<uint32_t>(input_.rows.rows());
  const uint32_t nodes = (rows + leaf_rows_ - 1) / leaf_rows_;
  std::vector<uint32_t> places;
  std::vector<uint32_t> groups;
  for (uint32_t first = 0; first < nodes; first += kStatesOfBatch) {
    checkpoint();
    const uint32_t count = std::min(kStatesOfBatch, nodes - first);
    const auto accumulator = Accumulator::make(input_.call.spec, input_.memory);
    LEAT_TRY(accumulator->resize(count));
    const uint32_t end = std::min(rows, (first + count) * leaf_rows_);
    for (uint32_t place = first * leaf_rows_; place < end;) {
      places.clear();
      groups.clear();
      for (; place < end && places.size() < kPicked; ++place) {
        if (!is_live(place)) continue;
        places.push_back(place);
        groups.push_back(place / leaf_rows_ - first);
      }
      LEAT_TRY(update(*accumulator, places, groups.data()));
    }
    LEAT_TRY(save(*accumulator, count, level));
  }
  level.taker = std::make_unique<RowTaker>(level.batches, states_);
  levels_.push_back(std::move(level));
  return {};
}

Status FrameTree::add_level() {
  Level level;
  const Level& below = levels_.back();
  const uint32_t nodes = (below.nodes + kFan - 1) / kFan;
  for (uint32_t first = 0; first < nodes; first += kStatesOfBatch) {
    checkpoint();
    const uint32_t count = std::min(kStatesOfBatch, nodes - first);
    const auto accumulator = Accumulator::make(input_.call.spec, input_.memory);
    LEAT_TRY(accumulator->resize(count));
    uint32_t child = first * kFan;
    for (size_t i = 0; i < kFan && child < below.nodes; ++i) {
      const Batch& states = below.batches[child / kStatesOfBatch];
      std::vector<uint32_t> groups;
      for (size_t row = 0; row < states.rows(); ++row) groups.push_back(child++ / kFan - first);
      LEAT_TRY(accumulator->load(states.columns(), groups.data()));
    }
    LEAT_TRY(save(*accumulator, count, level));
  }
  level.taker = std::make_unique<RowTaker>(level.batches, states_);
  levels_.push_back(std::move(level));
  return {};
}

Status FrameTree::save(Accumulator& made, uint32_t nodes, Level& level) {
  LEAT_TRY(made.seal());
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, made.save(first_numbers(nodes), input_.memory));
  level.batches.emplace_back(states_, std::move(columns), nodes, RowPlaces{});
  level.nodes += nodes;
  return {};
}

// -------------------------------------------------------------------------------------------- frames

Result<ColumnRef> FrameFolder::fold(std::span<const FrameRows> frames,
                                    std::span<const uint32_t> places,
                                    std::vector<RowFault>& faults) {
  std::vector<ColumnRef> pieces;
  std::vector<RowRef> values;  // of each frame, where it is in the pieces
  uint32_t groups = 0;
  const auto finish_piece = [&]() -> Status {
    std::vector<RowFault> found;
    LEAT_TRY_ASSIGN(ColumnRef piece, finish(groups, found));
    for (RowFault& fault : found) {
      for (uint32_t i = 0; i < values.size(); ++i) {
        if (values[i].batch == pieces.size() && values[i].row == fault.row)
          faults.push_back({i, fault.error});
      }
    }
    pieces.push_back(std::move(piece));
    groups = 0;
    return {};
  };
  for (size_t i = 0; i < frames.size(); ++i) {
    const FrameRows& frame = frames[i];
    // Neighbours often have the same frame.
    const bool is_known = groups > 0 && !frame.puts_back && frame == frames[i - 1];
    if (!is_known) {
      if (groups > 0 && held_ > kHeldMax) LEAT_TRY(finish_piece());
      if (groups == 0) {
        accumulator_ = Accumulator::make(tree_.input_.call.spec, tree_.input_.memory);
        LEAT_TRY(accumulator_->resize(frames.size() - i));
      }
      LEAT_TRY(add_stretch(frame.begin, frame.hole_begin, groups));
      if (frame.puts_back) LEAT_TRY(add_rows(places[i], places[i] + 1, groups));
      LEAT_TRY(add_stretch(frame.hole_end, frame.end, groups));
      ++groups;
    }
    values.push_back({static_cast<uint32_t>(pieces.size()), groups - 1});
  }
  if (groups > 0) LEAT_TRY(finish_piece());
  return take_column(pieces, values, tree_.input_.memory);
}

Status FrameFolder::add_stretch(uint32_t begin, uint32_t end, uint32_t group) {
  if (begin >= end) return {};
  const std::vector<FrameTree::Level>& levels = tree_.levels_;
  if (levels.empty() || LEAT_MUTANT("frames_are_folded_row_by_row")) {
    held_ += end - begin;
    return add_rows(begin, end, group);
  }
  uint32_t first = (begin + tree_.leaf_rows_ - 1) / tree_.leaf_rows_;
  uint32_t last = end / tree_.leaf_rows_;
  if (first >= last) return add_rows(begin, end, group);
  LEAT_TRY(add_rows(begin, first * tree_.leaf_rows_, group));
  for (size_t level = 0;; ++level) {
    const uint32_t above_first = (first + FrameTree::kFan - 1) / FrameTree::kFan;
    const uint32_t above_last = last / FrameTree::kFan;
    if (level + 1 == levels.size() || above_first >= above_last) {
      LEAT_TRY(add_nodes(level, first, last, group));
      break;
    }
    LEAT_TRY(add_nodes(level, first, above_first * FrameTree::kFan, group));
    LEAT_TRY(add_nodes(level, above_last * FrameTree::kFan, last, group));
    first = above_first;
    last = above_last;
  }
  return add_rows(end / tree_.leaf_rows_ * tree_.leaf_rows_, end, group);
}

Status FrameFolder::add_rows(uint32_t begin, uint32_t end, uint32_t group) {
  for (uint32_t place = begin; place < end; ++place) {
    if (!tree_.is_live(place)) continue;
    rows_.push_back(place);
    row_groups_.push_back(group);
    if (rows_.size() == kPicked) LEAT_TRY(flush_rows());
  }
  return {};
}

Status FrameFolder::add_nodes(size_t level, uint32_t begin, uint32_t end, uint32_t group) {
  Waiting& waiting = waiting_[level];
  for (uint32_t node = begin; node < end; ++node) {
    waiting.states.push_back({node / FrameTree::kStatesOfBatch, node % FrameTree::kStatesOfBatch});
    waiting.groups.push_back(group);
    if (waiting.states.size() == kPicked) LEAT_TRY(flush_level(level));
  }
  return {};
}

Status FrameFolder::flush_rows() {
  steps_ += rows_.size();
  LEAT_TRY(tree_.update(*accumulator_, rows_, row_groups_.data()));
  rows_.clear();
  row_groups_.clear();
  return {};
}

Status FrameFolder::flush_level(size_t level) {
  Waiting& waiting = waiting_[level];
  if (waiting.states.empty()) return {};
  steps_ += waiting.states.size();
  LEAT_TRY_ASSIGN(const Batch states,
                  tree_.levels_[level].taker->pick(waiting.states, tree_.input_.memory));
  LEAT_TRY(accumulator_->load(states.columns(), waiting.groups.data()));
  waiting.states.clear();
  waiting.groups.clear();
  return {};
}

Result<ColumnRef> FrameFolder::finish(uint32_t groups, std::vector<RowFault>& faults) {
  checkpoint();
  LEAT_TRY(flush_rows());
  for (size_t level = 0; level < waiting_.size(); ++level) LEAT_TRY(flush_level(level));
  held_ = 0;
  LEAT_TRY(accumulator_->seal());
  const WindowPlan::Call& call = tree_.input_.call;
  return accumulator_->finish({first_numbers(groups), call.spec.fold, call.type,
                               tree_.input_.memory, faults, call.parameters});
}

}  // namespace leat::state
