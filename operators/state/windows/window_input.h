// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a call over windows is computed from, and the loops that its kinds share.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/go.h"
#include "operators/state/arena.h"
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

  const Type& argument_type() const { return rows.type(*call.argument); }
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
/// approx_quantile as well.
Status compute_frame_quantiles(const WindowInput& input, WindowColumn& out);
Status compute_frame_modes(const WindowInput& input, WindowColumn& out);
/// approx_count_distinct.
Status compute_frame_sketches(const WindowInput& input, WindowColumn& out);
/// Any aggregate.
Status compute_frame_folds(const WindowInput& input, WindowColumn& out);

enum class NullRows : uint8_t { kKeep, kSkip };

/// By position: 1 for rows that pass the call's filter, with kSkip only if none of the arguments is
/// NULL. ERRORS: kMemory, kIo. SUSPENDS
Result<PagedArray<uint8_t>> live_rows(const WindowInput& input, NullRows nulls);

/// The values of a stored column by position; those of NULLs are undefined.
template <typename Value>
class FlatValues {
 public:
  /// Each as `value_of(column, row)` has it. ERRORS: kMemory, kIo. SUSPENDS
  template <typename ValueOf>
  static Result<FlatValues> make(const WindowInput& input, size_t column, ValueOf&& value_of) {
    FlatValues flat(input);
    LEAT_TRY(flat.values_.resize(input.rows.rows(), Value{}));
    size_t position = 0;
    for (size_t i = 0; i < input.rows.batch_count(); ++i) {
      checkpoint();
      LEAT_TRY_ASSIGN(const Batch batch, input.rows.batch(i));
      const Column& values = batch.column(column);
      for (size_t row = 0; row < batch.rows(); ++row, ++position) {
        if (!values.is_valid(row)) continue;
        Value value = value_of(values, row);
        if constexpr (kIsText) {
          if (input.arranged.paged) LEAT_TRY(flat.keep(value));
        }
        flat.values_.set(position, value);
      }
    }
    LEAT_TRY(flat.values_.finish());
    return flat;
  }

  Value operator[](size_t position) const { return values_[position]; }

 private:
  static constexpr bool kIsText = std::is_same_v<Value, std::string_view>;

  // Views of batches on disk do not last: texts are copied, and stay in memory.
  explicit FlatValues(const WindowInput& input)
      : values_(input.memory, kIsText ? nullptr : input.rows.pages()), texts_(input.memory) {}

  Status keep(std::string_view& text) {
    LEAT_TRY_ASSIGN(char* const copy, texts_.take(text.size()));
    std::copy(text.begin(), text.end(), copy);
    text = {copy, text.size()};
    return {};
  }

  PagedArray<Value> values_;
  Arena texts_;
};

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
Status slide_frames(const WindowInput& input, const PagedArray<uint8_t>& live, WindowColumn& out,
                    Make&& make) {
  const ArrangedRows& arranged = input.arranged;
  return for_places(arranged, [&](const PlaceRange& range) -> Status {
    auto made = make();
    if (!made) return std::unexpected(std::move(made).error());
    auto& state = *made;
    const auto add = [&](uint32_t place) {
      const uint32_t position = arranged.position(place);
      if (live[position] != 0) state.add(position);
    };
    const auto remove = [&](uint32_t place) {
      const uint32_t position = arranged.position(place);
      if (live[position] != 0) state.remove(position);
    };
    for (size_t partition = range.first; partition < range.last; ++partition) {
      checkpoint();
      FrameCursor cursor(input.call.frame, arranged, input.keys, partition);
      FrameStretch before;
      FrameStretch behind;
      const uint32_t end = range.end_in(arranged, partition);
      for (uint32_t place = range.begin_in(arranged, partition); place < end; ++place) {
        const FrameRows frame = cursor.at(place);
        before.move(frame.begin, frame.hole_begin, add, remove);
        behind.move(frame.hole_end, frame.end, add, remove);
        if (frame.puts_back) add(place);
        state.write(out, arranged.position(place));
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
