// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a call over windows is computed from, and the loops that its kinds share.
#pragma once

#include <utility>

#include "engine/go.h"
#include "operators/state/windows/for_partitions.h"
#include "operators/state/windows/frame_cursor.h"
#include "operators/state/windows/partitioned_rows.h"
#include "operators/state/windows/window_column.h"
#include "operators/state/windows/window_plan.h"

namespace leat::state {

struct WindowInput {
  const WindowPlan::Call& call;
  const PartitionedRows& rows;
  const ArrangedRows& arranged;
  const RangeKeys* keys;  ///< Null unless the call's frame needs them.
  MemoryAccount& memory;

  const Type& argument_type() const { return rows.batches().front().column(*call.argument).type(); }
};

// One for each kind of call; they fill `out` but do not finish it. REQUIRES: there are rows.
// ERRORS: kMemory. SUSPENDS
Status compute_ranks(const WindowInput& input, WindowColumn& out);
Status compute_shifts(const WindowInput& input, WindowColumn& out);
/// first_value, last_value, nth_value, and the aggregates first and last.
Status compute_frame_values(const WindowInput& input, WindowColumn& out);
Status compute_frame_sums(const WindowInput& input, WindowColumn& out);
Status compute_frame_extremes(const WindowInput& input, WindowColumn& out);
/// count(distinct ...) of groupable values.
Status compute_frame_distinct(const WindowInput& input, WindowColumn& out);
Status compute_frame_quantiles(const WindowInput& input, WindowColumn& out);
Status compute_frame_modes(const WindowInput& input, WindowColumn& out);
/// Any aggregate.
Status compute_frame_folds(const WindowInput& input, WindowColumn& out);

enum class NullRows : uint8_t { kKeep, kSkip };

/// By position: 1 for rows that pass the call's filter, with kSkip only if none of the arguments is
/// NULL. ERRORS: kMemory.
Result<StateArray<uint8_t>> live_rows(const WindowInput& input, NullRows nulls);

/// The values of stored column `column` by position, each as `value_of(column, row)` has it; those
/// of NULLs are undefined. ERRORS: kMemory.
template <typename Value, typename ValueOf>
Result<StateArray<Value>> flat_values(const WindowInput& input, size_t column, ValueOf&& value_of) {
  StateArray<Value> flat(input.memory);
  LEAT_TRY(flat.resize(input.rows.rows(), Value{}));
  Value* next = flat.data();
  for (const Batch& batch : input.rows.batches()) {
    checkpoint();
    const Column& values = batch.column(column);
    for (size_t row = 0; row < batch.rows(); ++row)
      *next++ = values.is_valid(row) ? value_of(values, row) : Value{};
  }
  return flat;
}

/// Rows of a frame that a state has taken in: their ends only move forward.
struct FrameStretch {
  uint32_t begin = 0;
  uint32_t end = 0;

  /// Makes it [new_begin, new_end); calls add(place) and remove(place).
  template <typename Add, typename Remove>
  void move(uint32_t new_begin, uint32_t new_end, Add&& add, Remove&& remove) {
    const uint32_t kept = std::min(std::max(begin, new_begin), end);
    for (; begin < kept; ++begin) remove(begin);
    if (begin == end) begin = end = new_begin;
    for (; end < new_end; ++end) add(end);
  }
  /// Takes all rows out.
  template <typename Remove>
  void empty(Remove&& remove) {
    for (; begin < end; ++begin) remove(begin);
  }
};

/// Takes the rows of frame after frame into a state that can give them back, in all partitions.
/// `make()` returns a Result with a state, used for one range of places; it has add(position),
/// remove(position), write(out, position) and clear(), called when only rows of the last frame are
/// in. Rows that are not live are left out. SUSPENDS
template <typename Make>
Status slide_frames(const WindowInput& input, const StateArray<uint8_t>& live, WindowColumn& out,
                    Make&& make) {
  const uint32_t* const positions = input.arranged.positions.data();
  return for_places(input.arranged, [&](const PlaceRange& range) -> Status {
    auto made = make();
    if (!made) return std::unexpected(std::move(made).error());
    auto& state = *made;
    const auto add = [&](uint32_t place) {
      if (live[positions[place]] != 0) state.add(positions[place]);
    };
    const auto remove = [&](uint32_t place) {
      if (live[positions[place]] != 0) state.remove(positions[place]);
    };
    for (size_t partition = range.first; partition < range.last; ++partition) {
      checkpoint();
      FrameCursor cursor(input.call.frame, input.arranged, input.keys, partition);
      FrameStretch before;
      FrameStretch behind;
      const uint32_t end = range.end_in(input.arranged, partition);
      for (uint32_t place = range.begin_in(input.arranged, partition); place < end; ++place) {
        const FrameRows frame = cursor.at(place);
        before.move(frame.begin, frame.hole_begin, add, remove);
        behind.move(frame.hole_end, frame.end, add, remove);
        if (frame.puts_back) add(place);
        state.write(out, positions[place]);
        if (frame.puts_back) remove(place);
        if (place % kBatchRowsMax == 0) checkpoint();
      }
      if constexpr (requires { state.clear(); }) {
        state.clear();
      } else {
        before.empty(remove);
        behind.empty(remove);
      }
    }
    return {};
  });
}

}  // namespace leat::state
